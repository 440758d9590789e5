package reading

import (
	_ "embed"
	"strings"
	"sync"
)

// A script is how many characters of a text are of one way to write Chinese alone:
// simplified, such as 额, or traditional, such as 額. In small print these look much alike.
type script struct{ simplified, traditional int }

// scriptChars are the characters that are of one script alone: models/train/scripts.py
// writes them.
//
//go:embed scripts.txt
var scriptChars string

var scripts = sync.OnceValue(func() map[rune]script {
	of := make(map[rune]script)
	simplified, traditional, _ := strings.Cut(scriptChars, "\n")
	for _, r := range simplified {
		of[r] = script{simplified: 1}
	}
	for _, r := range strings.TrimSpace(traditional) {
		of[r] = script{traditional: 1}
	}
	return of
})

// plus is what two texts count together.
func (s script) plus(o script) script {
	return script{s.simplified + o.simplified, s.traditional + o.traditional}
}

// scriptOf counts the characters of a text that are of one script alone.
func scriptOf(text string) (s script) {
	for _, r := range text {
		s = s.plus(scripts()[r])
	}
	return s
}

// scriptOfAll counts them in what is read so far.
func (t *Table) scriptOfAll() (s script) {
	for i := range t.cells {
		s = s.plus(scriptOf(t.cells[i].reading.Text))
	}
	return s
}

// otherScript reports whether a cell that may hold anything has a character of the script
// that most of its table is not printed in.
func (t *Table) otherScript(i int) bool {
	if !t.anything(i) {
		return false
	}
	here, all := scriptOf(t.cells[i].reading.Text), t.script
	return here.traditional > 0 && all.traditional <= all.simplified || here.simplified > 0 && all.simplified <= all.traditional
}
