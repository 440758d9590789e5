package tables

import (
	"regexp"
	"strconv"
	"strings"
)

// number is the shape of a value: a sign or 增/减, digits with or without
// thousands separators, decimals, and a unit.
var number = regexp.MustCompile(`^(增加|减少|增|减|\+|-)?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(万元|亿元|千元|元|万|亿|件|项|个|条|次|人|%)?$`)

// blank lists what is printed where there is no number.
var blank = map[string]bool{"": true, "/": true, "-": true, "--": true, "无": true, "\\": true}

// ParseValue reads a value as the forms print them. Value is nil for a blank, a
// dash or 无; unit is nil where none is printed in the cell. Ok is false for a
// text that is none of these.
func ParseValue(raw string) (value *float64, unit *string, ok bool) {
	if strings.ContainsFunc(raw, raised) {
		return nil, nil, false // a note's number beside a value is no digit of it
	}
	s := Fold(raw)
	if blank[s] {
		return nil, nil, true
	}
	m := number.FindStringSubmatch(s)
	if m == nil {
		return nil, nil, false
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(m[2], ",", "")+m[3], 64)
	if err != nil {
		return nil, nil, false
	}
	if m[1] == "-" || strings.HasPrefix(m[1], "减") {
		v = -v
	}
	if v == 0 {
		v = 0 // no negative zero
	}
	if m[4] != "" {
		unit = &m[4]
	}
	return &v, unit, true
}

// raised tells digits that are set as notes are, small and high or low, or in a
// circle: to Fold they are digits like others.
func raised(r rune) bool {
	switch r {
	case '\u00b2', '\u00b3', '\u00b9':
		return true
	}
	return r >= '\u2070' && r <= '\u209f' || r >= '\u2460' && r <= '\u24ff' || r >= '\u2776' && r <= '\u2793'
}
