package tables_test

import (
	"strings"
	"testing"

	"github.com/biaoge/biaoge/tables"
)

// unlike is a reading of a label whose picture makes that label so many nats less probable.
func unlike(text string, confidence, nats float64) tables.Reading {
	return tables.Reading{Text: text, Confidence: confidence, Score: func(other string) float64 {
		if other == tables.Fold(text) {
			return 0
		}
		return -nats
	}}
}

// The same labels stand in several groups of a form. Where the heading over them is not the
// form's, nothing tells what the values below are.
func TestAValueUnderTheHeadingOfAnotherGroupIsFlagged(t *testing.T) {
	const appeals, requests, proactive = "gov-disclosure/appeals@2019", "gov-disclosure/requests@2021", "gov-disclosure/proactive@2021"
	direct, after := "未经复议直接起诉", "复议后起诉"
	read := func(text string) tables.Reading { return unlike(text, 0.9995, 14) }
	for _, c := range []struct {
		what, form string
		labels     map[string]tables.Reading
		flagged    []string // what the keys of the values begin with
	}{
		{"all as it should be", appeals, nil, nil},
		{"two headings changed places", appeals, map[string]tables.Reading{direct: read(after), after: read(direct)}, []string{"appeals.litigation."}},
		{"and those over them", appeals, map[string]tables.Reading{"行政复议": read("行政诉讼"), "行政诉讼": read("行政复议")}, []string{"appeals."}},
		{"a heading of another table", appeals, map[string]tables.Reading{after: read("仲裁后起诉")}, []string{"appeals.litigation.after_reconsideration."}},
		{"one character differs", appeals, map[string]tables.Reading{after: read("复议前起诉")}, []string{"appeals.litigation.after_reconsideration."}},
		{"the heading is blank", appeals, map[string]tables.Reading{direct: read("")}, []string{"appeals.litigation.direct."}},
		{"the heading is in a longer word", requests, map[string]tables.Reading{"申请人情况": read("被申请人情况")}, []string{"requests."}},
		{"the heading stands with what is below it", appeals, map[string]tables.Reading{direct: read(direct + "\n结其尚\n果他未")}, nil},
		{"the headings stand with what is below them", requests, map[string]tables.Reading{"申请人情况": read(""), "社会公益组织": read("申请人情况\n社会公益组织")}, nil},
		{"the heading is misread", appeals, map[string]tables.Reading{direct: unlike("未经夏议直援起诉", 0.3, 12)}, nil},
		{"groups of rows changed places", requests, map[string]tables.Reading{"(三)不予公开": read("(四)无法提供"), "(四)无法提供": read("(三)不予公开")},
			[]string{"requests.outcome.refused.", "requests.outcome.unavailable."}},
		{"a long heading of another year", requests, map[string]tables.Reading{"三、本年度办理结果": read("三、上年度办理结果")}, []string{"requests.outcome."}},
		{"a long label of another year", requests, map[string]tables.Reading{"一、本年新收政府信息公开申请数量": read("一、上年新收政府信息公开申请数量")}, []string{"requests.new."}},
		{"a comma is read as a point", requests, map[string]tables.Reading{"(二)部分公开(区分处理的,只计这一情形,不计其他情形)": read("(二)部分公开(区分处理的.只计这一情形.不计其他情形)")}, nil},
		{"columns changed places", requests, map[string]tables.Reading{"自然人": read("总计"), "总计": read("自然人")}, []string{"natural_person", "total"}},
		{"neighbours with the name of another", requests, map[string]tables.Reading{"商业企业": read("商业总计"), "科研机构": read("科研总计")}, []string{"business", "research"}},
		{"parts changed places", proactive, map[string]tables.Reading{"第二十条第(五)项": read("第二十条第(六)项"), "第二十条第(六)项": read("第二十条第(五)项")},
			[]string{"proactive.article_20_5.", "proactive.article_20_6."}},
	} {
		f := formByID(t, c.form)
		s := sheetOf(f, numbered(f))
		for i := range s.Cells {
			if r, ok := c.labels[f.Cells[i].Text]; ok {
				s.Cells[i].Reading = r
			}
		}
		m := tables.MatchForm(s, tables.EmbeddedForms())
		if m == nil || m.Form != f {
			t.Errorf("%s: the form is not known", c.what)
			continue
		}
		table := tables.Build(s, m, tables.DefaultReviewBelow)
		for _, r := range table.Records {
			want := false
			for _, key := range c.flagged {
				want = want || strings.HasPrefix(r.Key, key) || strings.HasSuffix(r.Key, "."+key)
			}
			differs := false
			for _, why := range r.Causes {
				differs = differs || strings.HasSuffix(why.Code, "_label_differs")
			}
			if differs != want {
				t.Errorf("%s: %s is flagged for its label: %v", c.what, r.Key, differs)
			}
		}
	}
}
