// Package doctor looks for what the program needs from the machine.
//
// It looks at files and asks the libraries for their version; it starts no
// recogniser, so that it can say what is missing where none would start.
//
// It must not know how what it looks for is used.
package doctor

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"

	"github.com/otiai10/gosseract/v2"
	"gocv.io/x/gocv"

	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/tables"
)

// The states of a finding.
const (
	OK      = "ok"
	Missing = "missing"
	Wrong   = "wrong" // there, but of no use
)

// A Finding is about one thing that the program uses.
type Finding struct {
	Name   string `json:"name"`
	State  string `json:"state"`
	Needed bool   `json:"needed"`           // false: the program works without, and Remedy says what it is for
	Detail string `json:"detail"`           // version and place, or what is wrong
	Remedy string `json:"remedy,omitempty"` // how to get it, where State is not OK
}

// Languages are those of Tesseract that the program reads with by itself:
// words, and digits.
var Languages = []string{"chi_sim", "eng"}

// Examine looks at everything, Languages and the extra ones given included.
func Examine(extra ...string) []Finding {
	found := []Finding{tesseract(), opencv()}
	seen := make(map[string]bool)
	for _, lang := range append(append([]string(nil), Languages...), extra...) {
		if lang != "" && !seen[lang] {
			seen[lang] = true
			found = append(found, language(lang))
		}
	}
	return append(found, forms(), fonts())
}

// Healthy says whether everything that is needed is there.
func Healthy(found []Finding) bool {
	for _, f := range found {
		if f.Needed && f.State != OK {
			return false
		}
	}
	return true
}

// oldestTesseract is the first major version with the recogniser and the
// data format that the program reads with.
const oldestTesseract = 4

func tesseract() Finding {
	f := Finding{Name: "Tesseract", State: OK, Needed: true, Detail: "version " + gosseract.Version()}
	major, _, _ := strings.Cut(gosseract.Version(), ".")
	if n, err := strconv.Atoi(major); err == nil && n < oldestTesseract {
		f.State = Wrong
		f.Detail += fmt.Sprintf(", older than %d", oldestTesseract)
		f.Remedy = "apt-get install libtesseract5"
	}
	return f
}

func opencv() Finding {
	return Finding{Name: "OpenCV", State: OK, Needed: true, Detail: "version " + gocv.OpenCVVersion()}
}

func language(lang string) Finding {
	f := Finding{Name: "Tesseract data " + lang, Needed: true}
	path, err := ocr.LanguageFile(lang)
	if err != nil {
		f.State, f.Detail, f.Remedy = Missing, err.Error(), ocr.LanguageRemedy(lang)
		if path != "" {
			f.State = Wrong
		}
		return f
	}
	f.State, f.Detail = OK, path
	return f
}

func forms() Finding {
	return Finding{Name: "forms", State: OK, Needed: true, Detail: fmt.Sprintf("%d embedded", len(tables.EmbeddedForms()))}
}

// fonts are for biaoge synth alone.
func fonts() Finding {
	f := Finding{Name: "Chinese fonts", State: Missing,
		Detail: "none found; only biaoge synth needs them",
		Remedy: "apt-get install fontconfig fonts-noto-cjk fonts-wqy-zenhei fonts-wqy-microhei fonts-arphic-uming fonts-arphic-ukai"}
	out, err := exec.Command("fc-list", ":lang=zh-cn", "family").Output()
	if err != nil {
		return f
	}
	families := make(map[string]bool)
	for line := range strings.Lines(string(out)) {
		family, _, _ := strings.Cut(strings.TrimSpace(line), ",")
		if family != "" {
			families[family] = true
		}
	}
	if len(families) > 0 {
		f.State, f.Remedy = OK, ""
		f.Detail = fmt.Sprintf("%d families (for biaoge synth)", len(families))
	}
	return f
}
