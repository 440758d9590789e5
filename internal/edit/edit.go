// Package edit tells how far two texts are apart. It does not know what they
// are or why they are compared.
package edit

// Distance is the least number of characters to insert, delete or replace that
// makes one text the other (Levenshtein 1966).
func Distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			replaced := diagonal
			if x != y {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(row[j+1]+1, row[j]+1, replaced)
		}
	}
	return row[len(b)]
}

// Kept reports of each character of a whether it stands in b, too, where the fewest
// edits make one text the other.
func Kept(a, b []rune) []bool {
	// The distances of the first i characters of a from the first j of b.
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		for j := range rows[i] {
			switch {
			case i == 0 || j == 0:
				rows[i][j] = i + j
			case a[i-1] == b[j-1]:
				rows[i][j] = rows[i-1][j-1]
			default:
				rows[i][j] = 1 + min(rows[i-1][j-1], rows[i-1][j], rows[i][j-1])
			}
		}
	}
	kept := make([]bool, len(a))
	for i, j := len(a), len(b); i > 0 && j > 0; {
		switch {
		case a[i-1] == b[j-1]:
			i, j = i-1, j-1
			kept[i] = true
		case rows[i][j] == 1+rows[i-1][j-1]:
			i, j = i-1, j-1
		case rows[i][j] == 1+rows[i-1][j]:
			i--
		default:
			j--
		}
	}
	return kept
}
