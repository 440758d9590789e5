package reviewer

import (
	"strings"
	"testing"
)

// A report that lacks a table which most reports have is asked about: where it
// is, and what it says, or that there is none.
func TestAReportThatLacksATableIsAskedAbout(t *testing.T) {
	k := Keys()
	values := map[string]Value{k[5]: sure("3"), k[9]: sure("3")}
	f, s := serve(t, []Sheet{
		doubt("a/1.png", values), doubt("b/22.png", values),
		{Path: "c/1.png", None: true, Salt: 7}, {Path: "c/2.png", None: true, Salt: 8}, {Path: "c/3.png", Unknown: true, Salt: 9, Values: values},
		{Path: "d/1.png", None: true, Salt: 10},
	}, 1)
	tab := open(t, s, 0, Look{})
	q := question(t, tab, "")
	if q.Mode != "table" || q.Kind != "table" || q.Left != 2 {
		t.Fatalf("%+v", q)
	}
	why, err := Eval[string](tab, `document.querySelector(".why").textContent`)
	if err != nil || !strings.Contains(why, "has no table of "+FormID+", as 2 of 2 reports have") {
		t.Errorf("why: %q %v", why, err)
	}
	pictures, err := Eval[[]string](tab, `[...document.querySelectorAll("[data-side] option")].map(o => o.textContent)`)
	if err != nil || strings.Join(pictures, ", ") != "c/1.png · page 1, c/2.png · page 1, c/3.png · page 1" {
		t.Errorf("where it may be: %q %v", pictures, err)
	}
	// It is in the third: what was read of it there is shown, and only its
	// form was not known.
	do(t, tab.Press(PageDown), tab.Press(PageDown))
	until(t, tab, "the table as it was read", func(Seen) bool {
		n, err := Eval[int](tab, `document.querySelectorAll("[data-form] option").length > 1 ? [...document.querySelectorAll("td.value")].filter(e => e.textContent === "3").length : 0`)
		return err == nil && n == 2
	})
	do(t, tab.With(Enter, Ctrl))
	q = question(t, tab, q.ID)
	if q.Left != 1 {
		t.Errorf("left %d", q.Left)
	}
	// The other report has none.
	do(t, tab.Click("[data-act=lacksTable]"))
	done(t, tab)
	if code := s.Stop(); code != 0 {
		t.Fatalf("code %d: %s", code, s.Stderr())
	}
	lines, err := f.Records()
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, l := range lines {
		switch {
		case l["report"] == "d", l["report"] == "c" && l["picture"] != "c/3.png":
			t.Errorf("a table that nobody saw: %v", l)
		case l["report"] == "c":
			if found++; l["source"] != "person" || l["form"] != FormID || l["key"] == k[5] && l["raw"] != "3" {
				t.Errorf("%v", l)
			}
		}
	}
	if found != len(k) {
		t.Errorf("%d values of the table that was found by a person, not %d", found, len(k))
	}
	// What a person has said is not asked again.
	again := start(t, f, 1, "127.0.0.1:0")
	if all := ask(t, again.Client(0)); len(all) != 0 {
		t.Errorf("asked again: %+v", all)
	}
}

// A report does not lack what a person finds in it on another way.
func TestLackingTableThatIsFoundElsewhere(t *testing.T) {
	k := Keys()
	values := map[string]Value{k[5]: sure("3"), k[9]: sure("3")}
	_, s := serve(t, []Sheet{doubt("a/1.png", values), doubt("b/22.png", values), {Path: "c/1.png", Unknown: true, Review: true, Salt: 9, Values: values}}, 1)
	c := s.Client(0)
	all := ask(t, c)
	if len(all) != 2 || all[0].Kind != "table" || all[1].Kind != "table" {
		t.Fatalf("%+v", all)
	}
	var of struct {
		Questions []struct{ Grid map[string]any }
	}
	if _, err := c.Do("GET", "/api/questions?id="+all[0].ID, nil, &of); err != nil {
		t.Fatal(err)
	}
	answer := of.Questions[0].Grid
	answer["form"] = FormID
	if code, got := post(t, c, map[string]any{"id": "one", "question": all[0].ID, "version": 1, "mode": "table", "shown": "", "answer": answer, "ms": 1}); code != 200 {
		t.Fatal(got)
	}
	if left := ask(t, c); len(left) != 0 {
		t.Errorf("it is not lacking any more: %+v", left)
	}
	if _, err := c.Do("POST", "/api/undo", map[string]any{"id": "one"}, nil); err != nil {
		t.Fatal(err)
	}
	if left := ask(t, c); len(left) != 2 {
		t.Errorf("it is again: %+v", left)
	}
	if code, _ := post(t, c, map[string]any{"question": all[1].ID, "version": 1, "mode": "table", "shown": "", "answer": map[string]any{"form": FormID, "rows": 1, "cols": 1, "cells": []any{map[string]any{"row": 0, "col": 0, "raw": "1"}}, "target": "999"}, "ms": 1}); code != 400 {
		t.Errorf("a target that is none of its own: %d", code)
	}
}
