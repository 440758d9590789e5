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
