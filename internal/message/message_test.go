package message

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"testing"
)

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?[a-zA-Z.0-9]`)

// Every phrase is there in both languages and names the same things in both.
func TestEveryPhraseInBothLanguages(t *testing.T) {
	c := words()
	if len(c.causes) < 60 {
		t.Fatalf("%d causes; the catalogue was not read", len(c.causes))
	}
	check := func(name string, p phrase) {
		if p.english == "" || p.chinese == "" {
			t.Errorf("%s: English %q, Chinese %q", name, p.english, p.chinese)
		}
		en, zh := verb.FindAllString(p.english, -1), verb.FindAllString(p.chinese, -1)
		slices.Sort(en)
		slices.Sort(zh)
		if !slices.Equal(en, zh) {
			t.Errorf("%s: the English has %v, the Chinese %v", name, en, zh)
		}
	}
	for code, p := range c.causes {
		if !regexp.MustCompile(`^[a-z0-9_]+$`).MatchString(code) {
			t.Errorf("the code %q is not of a-z, 0-9 and _", code)
		}
		check(code, p)
	}
	for english, p := range c.texts {
		check(english, p)
	}
}

func TestCause(t *testing.T) {
	c := Because("continues", 2, Because("goes_on_picture", "b.png", 1))
	if got, want := c.String(), "table 2 goes on in b.png, page 1; they were read as one table"; got != want {
		t.Errorf("English: %q, want %q", got, want)
	}
	if got, want := c.In(Chinese), "第 2 个表格在 b.png 第 1 页继续；已作为同一张表读取"; got != want {
		t.Errorf("Chinese: %q, want %q", got, want)
	}
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(b), `{"code":"continues","args":[2,{"code":"goes_on_picture","args":["b.png",1]}]}`; got != want {
		t.Errorf("JSON: %s, want %s", got, want)
	}
	var back Cause
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back, c) {
		t.Errorf("read back: %#v, %v", back, err)
	}
	if got := Because("of_a_later_version", "x", 3).In(Chinese); got != "of_a_later_version x 3" {
		t.Errorf("an unknown code: %q", got)
	}
	// Words without arguments may hold a %, and arguments too.
	if got := Because("no_number", "100%d").String(); got != "“100%d” is no number, dash or blank" {
		t.Errorf("%q", got)
	}
	if err := json.Unmarshal([]byte(`{"code":"x","args":[[1]]}`), &back); err == nil {
		t.Error("a list is no argument")
	}
}

func TestErrors(t *testing.T) {
	cause := errors.New("unexpected EOF")
	inner := Errorf("no such thing %d: %w", 3, cause)
	outer := fmt.Errorf("a.png: %w", inner)
	if !errors.Is(outer, cause) || outer.Error() != "a.png: no such thing 3: unexpected EOF" {
		t.Errorf("%v", outer)
	}
	if got := ErrorIn(Chinese, outer); got != outer.Error() {
		t.Errorf("without a translation: %q", got)
	}
	if _, ok := CauseOf(outer); ok {
		t.Error("an error without a code has a cause")
	}
}

func TestLanguage(t *testing.T) {
	for _, c := range []struct {
		set  map[string]string
		want Language
	}{
		{nil, English},
		{map[string]string{"LANG": "zh_CN.UTF-8"}, Chinese},
		{map[string]string{"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, English},
		{map[string]string{"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW"}, Chinese},
		{map[string]string{"LANG": "zh_CN.UTF-8", "LANGUAGE": "en:zh"}, English},
		{map[string]string{"LANG": "en_US.UTF-8", "LANGUAGE": "zh"}, Chinese},
		{map[string]string{"LANG": "C.UTF-8", "LANGUAGE": "zh"}, English},
		{map[string]string{"LANG": "zhuang"}, English},
	} {
		for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"} {
			t.Setenv(name, c.set[name])
		}
		if got := Environment(); got != c.want {
			t.Errorf("%v: %s, want %s", c.set, got, c.want)
		}
	}
}
