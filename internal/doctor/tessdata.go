package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// tessdataDirs are where distributions keep Tesseract's data.
var tessdataDirs = []string{
	"/usr/share/tesseract-ocr/5/tessdata",
	"/usr/share/tesseract-ocr/4.00/tessdata",
	"/usr/share/tessdata",
	"/usr/local/share/tessdata",
	"/opt/homebrew/share/tessdata",
}

// prefixVariable is the environment variable that moves Tesseract's data.
const prefixVariable = "TESSDATA_PREFIX"

// smallestData is less than the smallest language has; a file below it is
// what an interrupted download leaves.
const smallestData = 100_000 // bytes

// LanguageFile finds the data of a language as Tesseract would: where
// TESSDATA_PREFIX says, and only there if it is set. The path is also given
// with the error where there is a file that is of no use.
func LanguageFile(lang string) (string, error) {
	dirs := tessdataDirs
	prefix, set := os.LookupEnv(prefixVariable)
	if set && prefix != "" {
		dirs = []string{prefix}
	}
	for _, dir := range dirs {
		path := filepath.Join(dir, lang+".traineddata")
		f, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
			continue
		}
		if err != nil {
			return path, fmt.Errorf("%s can't be read: %w", path, errors.Unwrap(err))
		}
		info, err := f.Stat()
		f.Close()
		if err != nil || info.IsDir() || info.Size() < smallestData {
			return path, fmt.Errorf("%s is damaged: too small to be a language", path)
		}
		return path, nil
	}
	if set && prefix != "" {
		return "", fmt.Errorf("not in %s, where %s points", prefix, prefixVariable)
	}
	return "", fmt.Errorf("not in %s", strings.Join(dirs[:1], " or "))
}

// LanguageRemedy says how to get the data of a language.
func LanguageRemedy(lang string) string {
	get := "apt-get install tesseract-ocr-" + strings.ReplaceAll(lang, "_", "-")
	if os.Getenv(prefixVariable) != "" {
		get = "unset " + prefixVariable + ", or point it to the folder that has " + lang + ".traineddata; to get it: " + get
	}
	return get
}
