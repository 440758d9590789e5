package tables

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed forms/*.yaml
var embedded embed.FS

// A Form is what is known of a printed form: the cells it is made of and the
// sums it says must hold. docs/forms.md describes the files it comes from.
type Form struct {
	ID     string // such as gov-disclosure/requests@2021
	Title  string // the heading that usually stands above the table
	Rows   int    // of the printed grid
	Cols   int
	Cells  []FormCell // in reading order
	Checks []FormCheck

	// Variants are other wordings of a label, by its first wording.
	Variants map[string][]string

	source []byte

	fold      sync.Once
	folded    [][][]rune // by wordings
	allFolded []string   // by words
}

// A FormCell is one printed cell of a form: a label with a text, or a value
// with a key.
type FormCell struct {
	Row, Col         int
	RowSpan, ColSpan int
	Text             string
	Key              string
}

// A FormCheck says that the values of Sum add up to those of Equals.
type FormCheck struct {
	Rule    string
	Printed string // what the form itself says of it
	Sum     []string
	Equals  []string
}

// Source returns the file the form was made from.
func (f *Form) Source() []byte { return bytes.Clone(f.source) }

// Wordings returns the wordings a label is known by, the usual one first.
func (f *Form) Wordings(label string) []string {
	return append([]string{label}, f.Variants[label]...)
}

// A FormError says what is wrong in a form file, and on which line.
type FormError struct {
	File string
	Line int // from 1; 0 where it is the file as a whole
	Msg  string
}

func (e *FormError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Msg)
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg)
}

// EmbeddedForms returns the forms that the program knows by itself. They are
// shared: callers must not change them.
var EmbeddedForms = sync.OnceValue(func() []*Form {
	forms, err := formsIn(embedded, "forms", "embedded form ")
	if err != nil {
		panic(err) // the tests read every embedded form
	}
	return forms
})

// LoadForms reads every .yaml file of a folder. All errors found are joined;
// each is a *FormError or wraps what the file system said.
func LoadForms(dir string) ([]*Form, error) {
	return formsIn(os.DirFS(dir), ".", dir+string(filepath.Separator))
}

func formsIn(fsys fs.FS, dir, prefix string) ([]*Form, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, fmt.Errorf("reading the folder of forms: %w", err)
	}
	var forms []*Form
	var errs []error
	for _, e := range entries {
		if ext := path.Ext(e.Name()); e.IsDir() || ext != ".yaml" && ext != ".yml" {
			continue
		}
		f, err := fsys.Open(path.Join(dir, e.Name()))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		form, err := ReadForm(prefix+e.Name(), f)
		f.Close()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if i := slices.IndexFunc(forms, func(g *Form) bool { return g.ID == form.ID }); i >= 0 {
			errs = append(errs, &FormError{prefix + e.Name(), 0, "another file of this folder has the id " + form.ID + " too; give each form its own"})
			continue
		}
		forms = append(forms, form)
	}
	return forms, errors.Join(errs...)
}

// maxFormBytes bounds a form file; the largest embedded one has 30 kB.
const maxFormBytes = 1 << 20

// The form file as it is written; see docs/forms.md.
type formFile struct {
	ID       string              `yaml:"id"`
	Title    string              `yaml:"title"`
	Layout   [][]yaml.Node       `yaml:"layout"`
	Variants map[string][]string `yaml:"variants"`
	Checks   []yaml.Node         `yaml:"checks"`
}

// formFields are the names of the fields of a formFile, in its order.
var formFields = []string{"id", "title", "layout", "variants", "checks"}

type formFileCell struct {
	Text    *string `yaml:"text"`
	Key     *string `yaml:"key"`
	RowSpan *int    `yaml:"rowspan"`
	ColSpan *int    `yaml:"colspan"`
}

type formFileCheck struct {
	Rule    string   `yaml:"rule"`
	Printed string   `yaml:"printed"`
	Sum     []string `yaml:"sum"`
	Equals  []string `yaml:"equals"`
}

// ReadForm reads one form file. Name is used in errors, which are *FormError
// joined, one for each thing that is wrong.
func ReadForm(name string, r io.Reader) (*Form, error) {
	src, err := io.ReadAll(io.LimitReader(r, maxFormBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(src) > maxFormBytes {
		return nil, &FormError{name, 0, "larger than 1 MiB: no form file"}
	}
	p := formParser{name: name}
	form := p.parse(src)
	if len(p.errs) > 0 {
		return nil, errors.Join(p.errs...)
	}
	form.source = src
	return form, nil
}

type formParser struct {
	name string
	errs []error
}

func (p *formParser) fail(line int, format string, args ...any) {
	p.errs = append(p.errs, &FormError{p.name, line, fmt.Sprintf(format, args...)})
}

// yamlErrors splits what the YAML reader says into errors with their lines.
func (p *formParser) yamlErrors(err error, base int) {
	msgs := []string{err.Error()}
	var te *yaml.TypeError
	if errors.As(err, &te) {
		msgs = te.Errors
	}
	for _, m := range msgs {
		m = strings.TrimPrefix(m, "yaml: ")
		line := base
		if rest, ok := strings.CutPrefix(m, "line "); ok {
			var n int
			if _, err := fmt.Sscanf(rest, "%d:", &n); err == nil {
				line = n
				_, m, _ = strings.Cut(rest, ": ")
			}
		}
		if field, ok := strings.CutSuffix(m, " not found in type tables.formFile"); ok {
			m = fmt.Sprintf("unknown field %q; known are %s", strings.TrimPrefix(field, "field "), strings.Join(formFields, ", "))
		}
		p.fail(line, "%s", m)
	}
}

func (p *formParser) parse(src []byte) *Form {
	dec := yaml.NewDecoder(bytes.NewReader(src))
	dec.KnownFields(true)
	var file formFile
	if err := dec.Decode(&file); err != nil {
		if errors.Is(err, io.EOF) {
			p.fail(0, "the file is empty")
		} else {
			p.yamlErrors(err, 0)
		}
		return nil
	}
	form := &Form{ID: file.ID, Title: file.Title, Variants: file.Variants}
	if form.ID == "" {
		p.fail(1, "id is missing: a name for the form, such as my-office/budget@2024")
	}
	if len(file.Layout) == 0 {
		p.fail(1, "layout is missing: the printed rows, each a list of cells")
		return nil
	}
	keys := p.layout(form, file.Layout)
	texts := make(map[string]bool)
	for _, c := range form.Cells {
		texts[c.Text] = true
	}
	for label := range form.Variants {
		if !texts[label] {
			p.fail(lineOf(src, label), "variants: no cell of the layout has the text %q", label)
		}
	}
	p.checks(form, file.Checks, keys)
	return form
}

// lineOf finds the line of a variants entry; maps decode without positions.
func lineOf(src []byte, label string) int {
	_, rest, ok := bytes.Cut(src, []byte("\nvariants:"))
	i := bytes.Index(rest, []byte(label))
	if !ok || i < 0 {
		return 0
	}
	return 1 + bytes.Count(src[:len(src)-len(rest)+i], []byte("\n"))
}

func (p *formParser) strict(node *yaml.Node, into any, allowed ...string) bool {
	if node.Kind != yaml.MappingNode {
		p.fail(node.Line, "want a mapping of %s", strings.Join(allowed, ", "))
		return false
	}
	for i := 0; i < len(node.Content); i += 2 {
		if k := node.Content[i]; !slices.Contains(allowed, k.Value) {
			p.fail(k.Line, "unknown field %q; known are %s", k.Value, strings.Join(allowed, ", "))
			return false
		}
	}
	if err := node.Decode(into); err != nil {
		p.yamlErrors(err, node.Line)
		return false
	}
	return true
}

func (p *formParser) checks(form *Form, nodes []yaml.Node, keys map[string]bool) {
	rules := make(map[string]bool)
	for i := range nodes {
		node := &nodes[i]
		var fc formFileCheck
		if !p.strict(node, &fc, "rule", "printed", "sum", "equals") {
			continue
		}
		switch {
		case fc.Rule == "":
			p.fail(node.Line, "a check needs a rule: the name it is reported by")
		case rules[fc.Rule]:
			p.fail(node.Line, "another check has the rule %s too", fc.Rule)
		case len(fc.Sum) == 0 || len(fc.Equals) == 0:
			p.fail(node.Line, "a check needs both sum and equals, each a list of keys")
		}
		rules[fc.Rule] = true
		for _, k := range slices.Concat(fc.Sum, fc.Equals) {
			if !keys[k] {
				p.fail(node.Line, "check %s: no cell of the layout has the key %s", fc.Rule, k)
			}
		}
		form.Checks = append(form.Checks, FormCheck(fc))
	}
}
