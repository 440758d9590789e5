package tables_test

import (
	"testing"

	"github.com/biaoge/biaoge/tables"
)

func TestValuesAreParsedAsTheyArePrinted(t *testing.T) {
	num := func(v float64) *float64 { return &v }
	unit := func(s string) *string { return &s }
	for _, c := range []struct {
		raw   string
		value *float64
		unit  *string
		ok    bool
	}{
		{"0", num(0), nil, true},
		{"8", num(8), nil, true},
		{"007", num(7), nil, true},
		{"-3", num(-3), nil, true},
		{"－３", num(-3), nil, true},
		{"−3", num(-3), nil, true},
		{"—3", num(-3), nil, true},
		{"+3", num(3), nil, true},
		{"＋3", num(3), nil, true},
		{"增3", num(3), nil, true},
		{"增加3", num(3), nil, true},
		{"减2", num(-2), nil, true},
		{"减少 2", num(-2), nil, true},
		{"１２３", num(123), nil, true},
		{"1 234", num(1234), nil, true},
		{"1,234", num(1234), nil, true},
		{"1，234，567.8", num(1234567.8), nil, true},
		{"12.50", num(12.5), nil, true},
		{"3.5万元", num(3.5), unit("万元"), true},
		{"-1,234.5元", num(-1234.5), unit("元"), true},
		{"12件", num(12), unit("件"), true},
		{"55％", num(55), unit("%"), true},

		{"", nil, nil, true},
		{" \n", nil, nil, true},
		{"/", nil, nil, true},
		{"／", nil, nil, true},
		{"-", nil, nil, true},
		{"—", nil, nil, true},
		{"——", nil, nil, true},
		{"无", nil, nil, true},

		{"1,23", nil, nil, false},
		{"12,3456", nil, nil, false},
		{"1.2.3", nil, nil, false},
		{"--3", nil, nil, false},
		{"3-", nil, nil, false},
		{"增", nil, nil, false},
		{"O", nil, nil, false},
		{"约3", nil, nil, false},
		{"3吨", nil, nil, false},
		{"万元", nil, nil, false},
		{"1e3", nil, nil, false},
		{"NaN", nil, nil, false},
	} {
		v, u, ok := tables.ParseValue(c.raw)
		if ok != c.ok || !equal(v, c.value) || !equal(u, c.unit) {
			t.Errorf("ParseValue(%q) = %s, %s, %t; want %s, %s, %t", c.raw, show(v), show(u), ok, show(c.value), show(c.unit), c.ok)
		}
	}
}

// A blank and a zero are different things, and so are 0 and -0 to whoever
// prints them.
func TestParseValueHasNoNegativeZero(t *testing.T) {
	v, _, ok := tables.ParseValue("-0")
	if !ok || v == nil || 1 / *v < 0 {
		t.Errorf("-0 is read as %s, %t", show(v), ok)
	}
}

func TestTextsThatPrintTheSameFoldToTheSame(t *testing.T) {
	for _, c := range [][2]string{
		{"abc1", "abc1"},
		{"总 计", "总计"},
		{"（一）予以\n公开", "(一)予以公开"},
		{"危及“三安全一稳定”", `危及"三安全一稳定"`},
		{"１２，３", "12,3"},
		{"—–－", "---"},
		{"\u3000 \u00a0", ""},
	} {
		if got := tables.Fold(c[0]); got != c[1] {
			t.Errorf("Fold(%q) = %q, want %q", c[0], got, c[1])
		}
		if got := tables.Fold(c[1]); got != c[1] {
			t.Errorf("Fold(%q) = %q: folding twice changes it", c[1], got)
		}
	}
}
