package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/internal/doctor"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/models"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/tables"
)

// versions are what the readings of this run depend on beside the pictures.
func (r *readFlags) versions(own []*tables.Form) (journal.Versions, error) {
	v := journal.Versions{Program: versionString()}
	if version == "" {
		// A build without a version may differ from the last one.
		if exe, err := os.Executable(); err == nil {
			if sum, err := hashFile(exe); err == nil {
				v.Program += " " + sum
			}
		}
	}
	h := sha256.New()
	for _, f := range append(slices.Clone(tables.EmbeddedForms()), own...) {
		h.Write(f.Source())
		h.Write([]byte{0})
	}
	v.Forms = short(h.Sum(nil))
	h.Reset()
	for _, m := range [][]byte{models.Lines, models.LinesInfo, models.Confidence} {
		fmt.Fprintln(h, len(m))
		h.Write(m)
	}
	lang := cmp.Or(r.lang, "chi_sim")
	for _, l := range append(slices.Clone(doctor.Languages), strings.Split(lang, "+")...) {
		// What is missing, the workers say better.
		if file, err := ocr.LanguageFile(l); err == nil {
			sum, err := hashFile(file)
			if err != nil {
				return v, err
			}
			fmt.Fprintln(h, l, sum)
		}
	}
	v.Models = short(h.Sum(nil))
	v.Settings = fmt.Sprintf("lang=%s review-below=%v", lang, r.reviewBelow)
	return v, nil
}

func hashFile(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return short(h.Sum(nil)), err
}

func short(sum []byte) string { return hex.EncodeToString(sum[:8]) }
