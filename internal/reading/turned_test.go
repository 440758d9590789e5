package reading

import "testing"

func TestStackedCharactersAreReadAsALine(t *testing.T) {
	for text, want := range map[string]string{
		"总\n计":     "总计",
		"自\n然\n人":  "自然人",
		"商业\n企业":   "商业\n企业",
		"1\n2":     "1\n2",
		"共\n3":     "共\n3",
		"计":        "计",
		"":         "",
		"政\n\n府":   "政\n\n府",
		"法律\n服\n务": "法律\n服\n务",
	} {
		if got := unstacked(text); got != want {
			t.Errorf("%q became %q, not %q", text, got, want)
		}
	}
}
