package report_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/biaoge/biaoge/internal/report"
)

// What is shown in a cell and is no plain text is never taken for a value, nor
// its cell for a blank.
func TestCellsThatAreNoPlainText(t *testing.T) {
	m := makeReport(13)[2]
	keys := []string{"appeals.reconsideration.upheld", "appeals.reconsideration.corrected", "appeals.reconsideration.other", "appeals.reconsideration.pending"}
	m.values[keys[0]], m.values[keys[1]], m.values[keys[2]], m.values[keys[3]] = "AA", "BB", "CC", "DD"
	two := []string{"appeals.litigation.direct.upheld", "appeals.litigation.direct.corrected"}
	m.values[two[0]], m.values[two[1]] = "12\n34", "12 34"
	html := strings.NewReplacer("AA", `<img src="digit.gif">`, "BB", "3<sup>1</sup>", "CC", "<s>4</s>5", "DD", "6①", "12\n34", "12<br>34").Replace("<html><meta charset=utf-8>" + m.html())
	word := strings.NewReplacer(paragraphOf("12\n34"), `<w:p><w:r><w:t>12</w:t><w:br/><w:t>34</w:t></w:r></w:p>`, paragraphOf("AA"), drawing("rId11"), paragraphOf("BB"), `<w:p><w:r><w:t>3</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>1</w:t></w:r></w:p>`,
		paragraphOf("CC"), `<w:p><w:r><w:rPr><w:strike/></w:rPr><w:t>4</w:t></w:r><w:r><w:t>5</w:t></w:r></w:p>`, paragraphOf("DD"), `<w:p><w:r><w:t>6①</w:t></w:r></w:p>`).Replace(m.word())
	for name, data := range map[string][]byte{"x.html": []byte(html), "x.docx": wordFile(t, word, map[string][]byte{"11.png": picture(16, 16, 1)})} {
		_, d := read(t, report.Input{Name: name, Data: data}, nil)
		raws := make(map[string]string)
		for _, r := range d.Records {
			raws[r.Key] = r.Raw
			if slices.Contains(two, r.Key) && !r.Review {
				t.Errorf("%s: %s: %q is not flagged", name, r.Key, r.Raw)
			}
			if strings.HasPrefix(r.Key, "appeals.reconsideration.") && r.Key != "appeals.reconsideration.total" && (!r.Review || r.Value != nil) {
				t.Errorf("%s: %s: %q is not flagged, or a number", name, r.Key, r.Raw)
			}
		}
		if got := strings.Join([]string{raws[keys[0]], raws[keys[1]], raws[keys[2]], raws[keys[3]]}, " "); got != "� 3^1 �5 6①" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// cutUp is a form as an editor cuts it: a table for each so many rows.
func (m made) cutUp(every int) string {
	var b strings.Builder
	html := m.html()
	rows := strings.Split(html[strings.Index(html, "<tr>"):strings.LastIndex(html, "</table>")], "<tr>")[1:]
	for i := 0; i < len(rows); i += every {
		b.WriteString("<table><tr>" + strings.Join(rows[i:min(i+every, len(rows))], "<tr>") + "</table>\n<p>&nbsp;</p>")
	}
	return b.String()
}

// A form that an editor cut into several tables, and one whose spans are wrong,
// are put together by the form's own order.
func TestFormsThatWereCut(t *testing.T) {
	want := makeReport(14)
	wrong := strings.NewReplacer("rowspan=3", "rowspan=30", "rowspan=2", "rowspan=1", `colspan="5"`, `colspan="4"`).Replace(want[2].html())
	_, d := read(t, report.Input{Name: "x.html", Data: []byte(page(`<meta charset=utf-8>`, want[0].cutUp(3), want[1].cutUp(9), wrong))}, nil)
	got := make(map[string]report.Record)
	for _, r := range d.Records {
		got[r.Key] = r
	}
	for _, m := range want {
		for key, raw := range m.values {
			if r, ok := got[key]; (!ok || r.Raw != raw) && !(ok && r.Review) {
				t.Errorf("%s: %q, want %q", key, r.Raw, raw)
			}
		}
	}
	if len(d.Tables) != 3 || len(d.Tables[0].Parts) != 5 || !strings.Contains(d.Tables[0].At, "table:nth-of-type(1)") {
		t.Errorf("%d tables, of the first %v", len(d.Tables), d.Tables[0].Parts)
	}
}

// Where values of a row are missing from a text, nothing tells which: all of
// the row are doubted, and none else.
func TestARowThatLacksAValueIsDoubtedWhole(t *testing.T) {
	m := makeReport(15)[1]
	var lines []string
	for _, c := range m.form.Cells {
		if c.Key != "requests.carried_in.legal.research" {
			lines = append(lines, m.text(c))
		}
	}
	_, d := read(t, report.Input{Name: "x.txt", Data: []byte(strings.Join(lines, "\n\n"))}, nil)
	for _, r := range d.Records {
		if row := strings.HasPrefix(r.Key, "requests.carried_in."); row != r.Review || !row && r.Raw != m.values[r.Key] {
			t.Errorf("%s: %q, flagged: %v %v", r.Key, r.Raw, r.Review, r.Reasons)
		}
	}
	if len(d.Records) != len(m.values) {
		t.Errorf("%d records", len(d.Records))
	}
}
