package extract

import (
	"errors"
	"strings"
	"testing"
)

func TestAMistakeOfTheProgramIsAnErrorOfOnePicture(t *testing.T) {
	err := func() (err error) {
		defer caught(&err)
		var cells []int
		_ = cells[3]
		return nil
	}()
	if !errors.Is(err, ErrInternal) || !strings.Contains(err.Error(), "index out of range") || !strings.Contains(err.Error(), "report it") {
		t.Errorf("got %v", err)
	}
}

func TestThePlaceOfAPanicIsItsFirstFrame(t *testing.T) {
	const stack = `goroutine 7 [running]:
runtime/debug.Stack()
	/usr/local/go/src/runtime/debug/stack.go:26 +0x5e
main.readOne.func1()
	/src/biaoge/cmd/biaoge/read.go:90 +0x3c
panic({0x5f0b40?, 0x6d7d50?})
	/usr/local/go/src/runtime/panic.go:785 +0x132
github.com/biaoge/biaoge/layout.find(...)
	/src/biaoge/layout/rules.go:31 +0x1d
`
	if got := firstFrame([]byte(stack)); got != "layout/rules.go:31" {
		t.Errorf("got %s", got)
	}
}
