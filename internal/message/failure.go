package message

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// Failures reach people through errors that wrap one another, from child
// processes, and from the journals of runs long ago: as English text. So their
// words are recognised by the catalogue's: a text that a phrase can have made
// is its code, and what stands in the places of its verbs are its arguments,
// which may be failures themselves.

// A recogniser is a phrase as a pattern for the texts that it makes.
type recogniser struct {
	code    string // empty for what has none
	phrase  phrase
	pattern *regexp.Regexp
	verbs   []string
	letters int // that stand in the phrase itself: the more, the surer
}

var anyVerb = regexp.MustCompile(`%(?:\[\d+\])?[-+0-9.]*[a-zA-Z]|%%`)

var recognisers = sync.OnceValue(func() []recogniser {
	var all []recogniser
	add := func(code string, p phrase) {
		r := recogniser{code: code, phrase: p}
		at := 0
		var b strings.Builder
		b.WriteString(`(?s)^`)
		for _, v := range anyVerb.FindAllStringIndex(p.english, -1) {
			literal, verb := p.english[at:v[0]], p.english[v[0]:v[1]]
			at = v[1]
			b.WriteString(regexp.QuoteMeta(literal))
			r.letters += lettersIn(literal)
			switch {
			case verb == "%%":
				b.WriteString("%")
				continue
			case strings.HasSuffix(verb, "d"):
				b.WriteString(`(-?[\d,]+)`)
			default:
				b.WriteString(`(.+)`)
			}
			r.verbs = append(r.verbs, verb)
		}
		b.WriteString(regexp.QuoteMeta(p.english[at:]) + `$`)
		// A phrase that is hardly more than its arguments fits anything.
		if r.letters += lettersIn(p.english[at:]); r.letters < 6 {
			return
		}
		r.pattern = regexp.MustCompile(b.String())
		all = append(all, r)
	}
	for code, p := range words().causes {
		add(code, p)
	}
	for _, p := range words().texts {
		add("", p)
	}
	slices.SortFunc(all, func(a, b recogniser) int {
		if a.letters != b.letters {
			return b.letters - a.letters
		}
		return strings.Compare(a.phrase.english, b.phrase.english)
	})
	return all
})

// lettersIn counts the letters of a text: spaces and points tell phrases apart no more
// than arguments do.
func lettersIn(s string) (n int) {
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// recognise finds the phrase that made a text, and its arguments.
func recognise(text string) (*recogniser, []string) {
	for i, r := range recognisers() {
		if m := r.pattern.FindStringSubmatch(text); m != nil {
			return &recognisers()[i], m[1:]
		}
	}
	return nil, nil
}

// Translate puts an English text of the program, such as an error, into this
// language. What is not recognised stays as it is.
func (l Language) Translate(text string) string {
	if l != Chinese {
		return text
	}
	if r, args := recognise(text); r != nil {
		filled := make([]string, len(args))
		for i, a := range args {
			filled[i] = l.Translate(a)
		}
		return r.fillIn(l, filled)
	}
	// A prefix says where, such as a file's name.
	for at := 0; ; {
		i := strings.Index(text[at:], ": ")
		if i < 0 {
			return text
		}
		at += i + len(": ")
		if r, _ := recognise(text[at:]); r != nil {
			return l.Translate(text[:at-2]) + "：" + l.Translate(text[at:])
		}
	}
}

// ErrorIn is an error in a language.
func ErrorIn(l Language, err error) string { return l.Translate(err.Error()) }

// fillIn puts texts into the places of the verbs, which the phrase may have in
// another order: %[2]s is the second.
func (r *recogniser) fillIn(l Language, args []string) string {
	next := 0
	return anyVerb.ReplaceAllStringFunc(r.phrase.in(l), func(verb string) string {
		if verb == "%%" {
			return "%"
		}
		i := next
		if _, rest, ok := strings.Cut(verb, "["); ok {
			i = int(rest[0]-'0') - 1
		}
		next = i + 1
		if i < 0 || i >= len(args) {
			return verb
		}
		return args[i]
	})
}

// Failure is the code of a failure and what it is about, by its English text;
// ok is false where the catalogue has no code for it.
func Failure(text string) (c Cause, ok bool) {
	for rest := text; ; {
		if r, args := recognise(rest); r != nil {
			if r.code != "" {
				all := make([]any, len(args))
				for i, a := range args {
					all[i] = a
					if inner, ok := Failure(a); ok {
						all[i] = inner
					}
				}
				return Because(r.code, all...), true
			}
			for _, a := range args { // its words only say where
				if c, ok := Failure(a); ok {
					return c, true
				}
			}
		}
		_, after, found := strings.Cut(rest, ": ")
		if !found {
			return Cause{}, false
		}
		rest = after
	}
}
