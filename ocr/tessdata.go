package ocr

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ErrMissing is returned where Tesseract lacks a language.
var ErrMissing = errors.New("language data is missing")

// prefixVariable is the environment variable that moves Tesseract's data.
const prefixVariable = "TESSDATA_PREFIX"

// tessdata lists where distributions and the Tesseract project put language
// data, in the order in which they are looked at.
var tessdata = []string{
	"/usr/share/tesseract-ocr/5/tessdata",
	"/usr/share/tesseract-ocr/4.00/tessdata",
	"/usr/share/tessdata",
	"/usr/local/share/tessdata",
	"/opt/homebrew/share/tessdata",
}

// tessdataDirs are the folders where language data is looked for: where
// TESSDATA_PREFIX says, and only there if it is set.
func tessdataDirs() []string {
	if p := os.Getenv(prefixVariable); p != "" {
		return []string{p, filepath.Join(p, "tessdata")}
	}
	return tessdata
}

// smallestData is less than the smallest language has; a file below it is
// what an interrupted download leaves.
const smallestData = 100_000 // bytes

// LanguageFile finds the data of a language. The path is also given with the
// error where there is a file that is of no use.
func LanguageFile(lang string) (string, error) {
	for _, dir := range tessdataDirs() {
		if path, err := languageFile(dir, lang); path != "" {
			return path, err
		}
	}
	if p := os.Getenv(prefixVariable); p != "" {
		return "", fmt.Errorf("not in %s, where %s points", p, prefixVariable)
	}
	return "", fmt.Errorf("not in %s", tessdata[0])
}

// languageFile looks in one folder; the path is empty where there is no file.
func languageFile(dir, lang string) (string, error) {
	path := filepath.Join(dir, lang+".traineddata")
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return "", nil
	}
	if err != nil {
		return path, fmt.Errorf("%s can't be read: %w", path, errors.Unwrap(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.IsDir() || info.Size() < smallestData {
		return path, fmt.Errorf("%s is damaged: too small to be a language", path)
	}
	if !wholeData(f, info.Size()) {
		return path, fmt.Errorf("%s is damaged: cut short, or no language", path)
	}
	return path, nil
}

// maxParts is how many parts Tesseract lets the data of a language have.
const maxParts = 1000

// wholeData tells from the head of a file whether it is a language and as long
// as it should be: the number of its parts, and where each begins (-1 where there
// is none), the last of them right before the end.
func wholeData(r io.Reader, size int64) bool {
	var parts int32
	if err := binary.Read(r, binary.LittleEndian, &parts); err != nil || parts < 1 || parts > maxParts {
		return false
	}
	begin := make([]int64, parts)
	if err := binary.Read(r, binary.LittleEndian, begin); err != nil {
		return false
	}
	return slices.Max(begin) > 0 && slices.Max(begin) < size
}

// LanguageRemedy says how to get the data of a language.
func LanguageRemedy(lang string) string {
	get := "apt-get install tesseract-ocr-" + strings.ReplaceAll(lang, "_", "-")
	if os.Getenv(prefixVariable) != "" {
		get = "unset " + prefixVariable + ", or point it to the folder that has " + lang + ".traineddata; to get it: " + get
	}
	return get
}

// tessdataDir returns the folder that holds the data of every language of a
// list such as chi_sim+eng: Tesseract takes all from one.
func tessdataDir(langs string) (string, error) {
	list := strings.Split(langs, "+")
next:
	for _, dir := range tessdataDirs() {
		for _, lang := range list {
			if path, err := languageFile(dir, lang); path == "" || err != nil {
				continue next
			}
		}
		return dir, nil
	}
	for _, lang := range list {
		if _, err := LanguageFile(lang); err != nil {
			return "", fmt.Errorf("%w: Tesseract's %q is %w; to get it: %s", ErrMissing, lang, err, LanguageRemedy(lang))
		}
	}
	return "", fmt.Errorf("%w: the data of %s is not in one folder; copy it into one and set %s to that", ErrMissing, langs, prefixVariable)
}
