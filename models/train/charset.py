"""The characters the line reader tells apart, in class order. Class 0 is the CTC blank, the last is any other character."""
import glob, os, unicodedata, yaml

HERE = os.path.dirname(os.path.abspath(__file__))
FORMS = os.path.join(HERE, '..', '..', 'tables', 'forms')
OTHER = '\ufffd'
# What else stands in and around such tables: units, signs, notes, headings, dates.
EXTRA = ('0123456789+-.,/%():;"、。·《》〔〕[]*=<>#&~!?_'
         '增减加少元万亿千百十无个件项条次人份户宗年月日时分'
         '单位注合计小计备注序号说明总数量名称指标统计表情况'
         '一二三四五六七八九零〇两上下中大小其它他个的和与及或等为是在有不未无本各已全部门机关局委办乡镇街道省市县区'
         '政府信息公开工作年度报告主动依申请行政复议诉讼存在的主要问题改进需要报告事项收费标准方式'
         '填报负责人审核联系电话期截止万元共计同比增长下降率'
         '数据来源口径时间截至此下表如若则均即其中含包括除应该较占比例网站微博平台栏目发布册页字篇台套辆所户均累余角米亩天小时盖章签名')


def fold(s):
    """One class for what prints the same: NFKC, no white space, one dash, straight quotes."""
    s = unicodedata.normalize('NFKC', s)
    out = []
    for c in s:
        if c.isspace():
            continue
        if c in '－—–―‐‑−─':
            c = '-'
        elif c in '“”„‟':
            c = '"'
        elif c in '‘’':
            c = "'"
        out.append(c)
    return ''.join(out)


def labels():
    out = []
    for f in sorted(glob.glob(os.path.join(FORMS, '*.yaml'))):
        form = yaml.safe_load(open(f))
        out.append(form.get('title') or '')
        for row in form['layout']:
            out += [c['text'] for c in row if 'text' in c]
        for ws in (form.get('variants') or {}).values():
            out += ws
    return sorted({s for s in out if s})


def charset():
    seen = set()
    for s in labels() + [EXTRA]:
        seen |= set(fold(s))
    return sorted(seen)


if __name__ == '__main__':
    print(len(charset()), ''.join(charset()))
    print(len(labels()), 'labels')
