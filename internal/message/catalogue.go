package message

import (
	_ "embed"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/leonelquinteros/gotext"
)

// A Language is one that the program speaks.
type Language string

// The languages. The zero value is English.
const (
	English Language = "en"
	Chinese Language = "zh"
)

// Languages are all languages, the default first.
var Languages = []Language{English, Chinese}

//go:embed zh.po
var po []byte

// A phrase is one entry of the catalogue.
type phrase struct{ english, chinese string }

func (p phrase) in(l Language) string {
	if l == Chinese && p.chinese != "" {
		return p.chinese
	}
	return p.english
}

// A catalogue has all phrases, by code and by their English.
type catalogue struct {
	causes map[string]phrase
	codes  map[string]string // of the English of a cause
	texts  map[string]phrase
}

// words is the catalogue, read when it is first needed.
var words = sync.OnceValue(func() *catalogue {
	c := &catalogue{causes: make(map[string]phrase), codes: make(map[string]string), texts: make(map[string]phrase)}
	file := gotext.NewPo()
	file.Parse(po)
	domain := file.GetDomain()
	for code, entries := range domain.GetCtxTranslations() {
		for english, t := range entries {
			if english == "" { // which the library adds to every context
				continue
			}
			c.causes[code] = phrase{english, t.Get()}
			c.codes[english] = code
		}
	}
	for english, t := range domain.GetTranslations() {
		if english != "" { // the file's header
			c.texts[english] = phrase{english, t.Get()}
		}
	}
	return c
})

// Codes are all codes of causes, sorted.
func Codes() []string { return slices.Sorted(maps.Keys(words().causes)) }

// lookup finds a phrase by its English, of a cause or not.
func (c *catalogue) lookup(english string) (phrase, bool) {
	if p, ok := c.texts[english]; ok {
		return p, true
	}
	if code, ok := c.codes[english]; ok {
		return c.causes[code], true
	}
	return phrase{english: english}, false
}

// Text is a text of the catalogue in this language, with its arguments filled
// in as fmt.Sprintf does. Arguments that are causes or errors come in the same
// language.
func (l Language) Text(english string, args ...any) string {
	p, _ := words().lookup(english)
	filled := make([]any, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case Cause:
			filled[i] = a.In(l)
		case error:
			filled[i] = l.Translate(a.Error())
		default:
			filled[i] = a
		}
	}
	return fill(p.in(l), filled)
}

// Of is the language of a locale such as zh_CN.UTF-8: Chinese where it says
// so, else English.
func Of(locale string) Language {
	if l := strings.ToLower(locale); l == "zh" || strings.HasPrefix(l, "zh_") || strings.HasPrefix(l, "zh-") || strings.HasPrefix(l, "zh.") {
		return Chinese
	}
	return English
}

// Environment is the language that the environment asks for, looked up as
// gettext does: LANGUAGE where a locale is set, then LC_ALL, LC_MESSAGES, LANG.
func Environment() Language {
	locale := ""
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale = os.Getenv(name); locale != "" {
			break
		}
	}
	if locale == "" || locale == "C" || locale == "POSIX" || strings.HasPrefix(locale, "C.") {
		return English
	}
	if list := os.Getenv("LANGUAGE"); list != "" {
		locale, _, _ = strings.Cut(list, ":")
	}
	return Of(locale)
}

// Known tells whether the catalogue has a text.
func Known(english string) bool {
	_, ok := words().lookup(english)
	return ok
}

// Thousands writes a whole number of any type as people read it, in either
// language: 1,234.
func Thousands(n any) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
