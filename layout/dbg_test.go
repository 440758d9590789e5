package layout

import (
	"context"
	"fmt"
	"os"
	"testing"

	"gocv.io/x/gocv"
	"github.com/biaoge/biaoge/internal/picture"
)

func TestDbg(t *testing.T) {
	f, _ := os.Open("/work/shared/devset/" + os.Getenv("DBG"))
	pf, err := picture.Read(f, picture.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	pg, _ := pf.Page(1)
	s := pg.Gray.Rect.Size()
	m, _ := gocv.NewMatFromBytes(s.Y, s.X, gocv.MatTypeCV8UC1, pg.Gray.Pix)
	tr, _ := traceRules(context.Background(), m)
	fmt.Println("thr", tr.ridgesHor.threshold, tr.ridgesVer.threshold, "maxThick", tr.ridgesHor.maxThick)
	pr := func(ts []trace) {
		for _, t := range ts {
			if t.length() >= 8 {
				a, b := t.line()
				r, ok := toRule(&t, strongLength(s))
				fmt.Printf("pos %.1f  %v-%v len %.0f cov %.2f rough %.2f thick %.1f tone %.0f light %v ok %v weak %v even %.2f\n", a+b*(t.lo()+t.hi())/2, t.lo(), t.hi(), t.length(), t.coverage, t.rough, t.thick, t.tone, t.light, ok, r.weak, t.even)
			}
		}
	}
	fmt.Println("HOR")
	pr(tr.hor)
	fmt.Println("VER")
	pr(tr.ver)
}
