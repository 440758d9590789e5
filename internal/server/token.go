package server

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// A Token is what callers must show. The zero Token is none.
type Token struct{ sum *[sha256.Size]byte }

// Set says whether there is one.
func (t Token) Set() bool { return t.sum != nil }

// Equal compares in a time that tells nothing of either text.
func (t Token) Equal(shown string) bool {
	sum := sha256.Sum256([]byte(shown))
	return t.sum != nil && subtle.ConstantTimeCompare(sum[:], t.sum[:]) == 1
}

// leastToken is how many characters a token has at least: fewer can be tried
// one after the other.
const leastToken = 16

// ReadToken reads the token of a file, or makes the file with a random one
// where it does not exist. A file that others than its owner may open is
// refused.
func ReadToken(name string) (t Token, made bool, err error) {
	text, err := readPrivate(name)
	if errors.Is(err, fs.ErrNotExist) {
		if text, err = makeToken(name); err == nil {
			made = true
		} else if errors.Is(err, fs.ErrExist) { // another process was faster
			text, err = readPrivate(name)
		}
	}
	if err != nil {
		return Token{}, false, fmt.Errorf("--token-file %s: %w", name, err)
	}
	word := strings.TrimSpace(text)
	switch {
	case len(word) < leastToken:
		return Token{}, false, fmt.Errorf("--token-file %s: the token has fewer than %d characters; remove the file and a good one is made", name, leastToken)
	case strings.ContainsFunc(word, func(r rune) bool { return r <= ' ' || r > '~' }):
		return Token{}, false, fmt.Errorf("--token-file %s: the token must be one word of printable ASCII, since it goes into a header; remove the file and a good one is made", name)
	}
	sum := sha256.Sum256([]byte(word))
	return Token{&sum}, made, nil
}

func readPrivate(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", cause(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", cause(err)
	}
	if !info.Mode().IsRegular() {
		return "", errors.New("it is no file; name one")
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return "", fmt.Errorf("others than its owner may open it (mode %04o), so the token is no secret; chmod 600 it and, if others had it open, remove it to have a new one made", mode)
	}
	const most = 4096
	b := make([]byte, most)
	n, _ := f.Read(b) // an empty file has too short a token
	return string(b[:n]), nil
}

func makeToken(name string) (string, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", fmt.Errorf("it can't be made: %w; name one in a folder that you may write to", cause(err))
	}
	b := make([]byte, 32)
	rand.Read(b)
	word := base64.RawURLEncoding.EncodeToString(b)
	_, err = f.WriteString(word + "\n")
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(name)
		return "", err
	}
	return word, nil
}

// cause takes the file's name off an error that is told with it anyway.
func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
