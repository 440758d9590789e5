package synth

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed fonts.yaml
var fontList []byte

// A Split says what pictures a font may be used for.
type Split string

// The splits. A font of the test split never appears in what models and
// calibration are made from.
const (
	Train Split = "train"
	Test  Split = "test"
	All   Split = "all"
)

// ErrNoFonts is what New returns where no font of the list is installed.
var ErrNoFonts = errors.New("no fonts to set pictures in")

// FontDirs are the folders that fonts are looked for in when Options names
// none.
var FontDirs = []string{"/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/texmf/fonts/opentype"}

// A family is one line of fonts.yaml.
type family struct {
	Family  string `yaml:"family"`
	File    string `yaml:"file"`
	Bold    string `yaml:"bold"`
	Face    int    `yaml:"face"`
	Package string `yaml:"package"`
	Split   Split  `yaml:"split"`
	Weight  int    `yaml:"weight"`
	Pixel   int    `yaml:"pixel"`
}

// families are the fonts that fonts.yaml lists.
var families = sync.OnceValue(func() (list struct {
	Chinese []family `yaml:"chinese"`
	Latin   []family `yaml:"latin"`
}) {
	dec := yaml.NewDecoder(bytes.NewReader(fontList))
	dec.KnownFields(true)
	if err := dec.Decode(&list); err != nil {
		panic(err) // the tests read the list
	}
	for _, l := range [][]family{list.Chinese, list.Latin} {
		for i := range l {
			l[i].Weight = max(1, l[i].Weight)
		}
	}
	return list
})

// A fontSet is the fonts of one split that are installed.
type fontSet struct {
	chinese []*typeface // scalable
	bitmap  []*typeface // Chinese, drawn for one size
	latin   []*typeface
}

// findFonts lists the installed fonts of a split, in the order of fonts.yaml.
// They are read when they are first used.
func findFonts(split Split, dirs []string) (*fontSet, error) {
	paths, err := filesBelow(dirs)
	if err != nil {
		return nil, err
	}
	list := families()
	var set fontSet
	choose := func(into *[]*typeface, families []family) {
		for _, f := range families {
			if path := paths[f.File]; path != "" && (split == All || f.Split == split) {
				*into = append(*into, &typeface{family: f, paths: [2]string{path, paths[f.Bold]}})
			}
		}
	}
	choose(&set.chinese, list.Chinese)
	choose(&set.latin, list.Latin)
	set.bitmap = slices.DeleteFunc(slices.Clone(set.chinese), func(f *typeface) bool { return f.Pixel == 0 })
	set.chinese = slices.DeleteFunc(set.chinese, func(f *typeface) bool { return f.Pixel > 0 })
	switch {
	case len(set.chinese) == 0:
		return nil, missing("Chinese", split, list.Chinese, dirs)
	case len(set.latin) == 0:
		return nil, missing("Latin", split, list.Latin, dirs)
	}
	return &set, nil
}

// err is why a font that was used could not be read.
func (s *fontSet) err() error {
	var errs []error
	for _, list := range [][]*typeface{s.chinese, s.bitmap, s.latin} {
		for _, t := range list {
			errs = append(errs, t.err)
		}
	}
	return errors.Join(errs...)
}

// missing says what to install.
func missing(script string, split Split, list []family, dirs []string) error {
	var packages []string
	for _, f := range list {
		if (split == All || f.Split == split) && f.Pixel == 0 && !slices.Contains(packages, f.Package) {
			packages = append(packages, f.Package)
		}
	}
	return fmt.Errorf("%w: no %s font of the %s split is in %s; apt-get install %s",
		ErrNoFonts, script, split, strings.Join(dirs, ", "), strings.Join(packages, " "))
}

// filesBelow is the path of each file below the folders by its name. Where
// several files have the same name the first folder's wins.
func filesBelow(dirs []string) (map[string]string, error) {
	paths := make(map[string]string)
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
					return nil
				}
				return err
			}
			if name := d.Name(); !d.IsDir() && paths[name] == "" {
				paths[name] = path
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("looking for fonts: %w", err)
		}
	}
	return paths, nil
}

// pick chooses a family, the heavier the likelier.
func pick(r *rand.Rand, fonts []*typeface) *typeface {
	total := 0
	for _, f := range fonts {
		total += f.Weight
	}
	n := r.IntN(total)
	for _, f := range fonts {
		if n -= f.Weight; n < 0 {
			return f
		}
	}
	panic("unreachable")
}
