package message

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"testing"
)

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?[a-zA-Z.0-9]`)

// letters are the kinds of verbs of a template, sorted.
func letters(template string) []string {
	var all []string
	for _, v := range anyVerb.FindAllString(template, -1) {
		all = append(all, v[len(v)-1:])
	}
	slices.Sort(all)
	return all
}

// Every phrase is there in both languages and names the same things in both.
func TestEveryPhraseIsInBothLanguages(t *testing.T) {
	c := words()
	if len(c.causes) < 60 {
		t.Fatalf("%d causes; the catalogue was not read", len(c.causes))
	}
	check := func(name string, p phrase) {
		if p.english == "" || p.chinese == "" {
			t.Errorf("%s: English %q, Chinese %q", name, p.english, p.chinese)
		}
		// In another order verbs have numbers, which say what is what.
		en, zh := letters(p.english), letters(p.chinese)
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

func TestACauseIsSaidInItsLanguage(t *testing.T) {
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

// Failures are known again by their words, wherever they come from.
func TestFailuresAreKnownByTheirWords(t *testing.T) {
	for _, c := range []struct{ text, chinese, code string }{
		{"the picture is damaged: its header says 3×0 pixels", "图片已损坏：文件头写的是 3×0 像素", "header_size"},
		{"a/22.png: the picture is damaged: its header says 3×0 pixels", "a/22.png：图片已损坏：文件头写的是 3×0 像素", "header_size"},
		{"22.png: page 2 of 3: the file is empty; fetch it again", "22.png：第 2 页（共 3 页）：文件是空的；请重新下载", "page_of"},
		{"nowhere.png: no such file; check the name", "nowhere.png：没有这个文件；请检查名称", "no_such_file"},
		{"there is no command extrakt (do you mean extract?); biaoge help lists them", "没有命令 extrakt（是否想用 extract？）；biaoge help 列出所有命令", ""},
		{"something that no phrase says", "something that no phrase says", ""},
		{"", "", ""},
	} {
		if got := Chinese.Translate(c.text); got != c.chinese {
			t.Errorf("%q is %q, want %q", c.text, got, c.chinese)
		}
		if got := English.Translate(c.text); got != c.text {
			t.Errorf("in English %q is %q", c.text, got)
		}
		cause, ok := Failure(c.text)
		if ok != (c.code != "") || cause.Code != c.code {
			t.Errorf("%q has the code %q, want %q", c.text, cause.Code, c.code)
		}
	}
	if c, _ := Failure("page 2 of 3: the file is empty; fetch it again"); c.Args[0] != "2" || c.Args[2].(Cause).Code != "empty_file" {
		t.Errorf("%#v", c)
	}
}

func TestTheLanguageIsThatOfTheEnvironment(t *testing.T) {
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
