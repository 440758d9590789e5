package review

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/biaoge/biaoge/tables"
)

// The page works sums out while a value is being typed: it takes the same texts
// for numbers as the program does, and for the same ones.
func TestThePageReadsNumbersAlike(t *testing.T) {
	texts := []string{
		"", " ", "0", "-0", "00", "12", "１２", "-3", "－3", "—", "——", "--", "---", "/", "／", "\\", "无", "无。",
		"1,234", "1，234", "12,34", "1,2345", "1234,567", "1.5", "1．5", "1.", ".5", "1.2.3", "+7", "++7",
		"增3", "增加3", "减3", "减少1,000", "减 3", "增减3", "3万元", "2.5亿", "7件", "9 %", "9％", "3人次", "万元",
		"5²", "5₂", "⑤", "❺", "5①", "1 2", "1\u30002", "1\n2", "１，２３４．５", "O", "一", "〇", "½", "Ⅲ", "12a", "1e3", "0x10", "NaN",
	}
	page, err := os.ReadFile("page/sums.js")
	if err != nil {
		t.Fatal(err)
	}
	given, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", "--input-type=module")
	cmd.Stdin = strings.NewReader(string(page) + "\nconsole.log(JSON.stringify(" + string(given) + ".map(s => valueOf(s) ?? null)));\n")
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v: %s", err, complaints.Bytes())
	}
	var got []*float64
	if err := json.Unmarshal(out, &got); err != nil || len(got) != len(texts) {
		t.Fatalf("%v: %s", err, out)
	}
	for i, text := range texts {
		value, _, ok := tables.ParseValue(text)
		var want *float64 // in a sum: nil for what is no value, 0 for a blank
		if ok {
			want = new(float64)
			if value != nil {
				*want = *value
			}
		}
		if (got[i] == nil) != (want == nil) || want != nil && *got[i] != *want {
			t.Errorf("%q: the page has %s, the program %s", text, shown(got[i]), shown(want))
		}
	}
}

func shown(v *float64) string {
	text, _ := json.Marshal(v)
	return string(text)
}
