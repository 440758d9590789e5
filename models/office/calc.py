"""Sets tables with LibreOffice Calc, as a workbook that is printed: see office.py."""
import html, zipfile

from setting import align, covered, ground, heights, is_label, pixels, rules, to_pdf, wide, widths

EDGES = {'single': ('hair', 'thin', 'thin', 'medium'), 'dashed': ('dashed', 'dashed', 'dashed', 'mediumDashed'), 'dotted': ('dotted',) * 4,
         'dashSmallGap': ('dashed', 'dashed', 'dashed', 'mediumDashed'), 'dotDash': ('dashDot', 'dashDot', 'dashDot', 'mediumDashDot'), 'double': ('double',) * 4}
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships'
TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
FIXED = {
    '[Content_Types].xml': f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                           f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/>'
                           f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/></Types>',
    '_rels/.rels': f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    'xl/_rels/workbook.xml.rels': f'<Relationships xmlns="{PACKAGE}"><Relationship Id="s" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="t" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
    'xl/workbook.xml': f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets><sheet name="1" sheetId="1" r:id="s"/></sheets></workbook>',
}
POINTS = 5.6  # points that one unit of a column's width takes


def letters(col):
    return (letters(col // 26 - 1) if col >= 26 else '') + chr(ord('A') + col % 26)


class Styles:
    """The looks of cells, each once."""

    def __init__(self, s):
        self.s, self.fills, self.borders, self.cells = s, [None, 'none'], [], []

    def number(self, values, value):
        if value not in values:
            values.append(value)
        return values.index(value)

    def of(self, c, at, table):
        """The number of the style of a cell at a place, at whose sides are the edges of the whole cell."""
        r, k = at
        sides = {'left': k == c['col'], 'right': k == c['col'] + c['colspan'] - 1, 'top': r == c['row'], 'bottom': r == c['row'] + c['rowspan'] - 1}
        outer = {'left': k == 0, 'right': k == table['cols'] - 1, 'top': False, 'bottom': False}
        printed = self.s['sides']
        shown = tuple(n for n, edge in sides.items() if edge and not (n in ('left', 'right') and (printed == 'across' or printed == 'open' and outer[n])))
        label = is_label(c, table)
        return self.number(self.cells, (self.number(self.fills, ground(c, table, self.s)) if ground(c, table, self.s) else 0,
                                        self.number(self.borders, shown), align(c, table, self.s), label and self.s['bold']))

    def xml(self):
        s = self.s
        size, colour, line = s['line']
        kind = EDGES[line][(2, 4, 6, 8).index(size)]
        fonts = ''.join(f'<font>{b}<sz val="{s["pt"]}"/><name val="{s["cjk"]}"/></font>' for b in ('', '<b/>'))
        fills = '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>' + ''.join(
            f'<fill><patternFill patternType="solid"><fgColor rgb="FF{f}"/></patternFill></fill>' for f in self.fills[2:])
        borders = ''.join('<border>' + ''.join(f'<{n} style="{kind}"><color rgb="FF{colour}"/></{n}>' if n in shown else f'<{n}/>' for n in ('left', 'right', 'top', 'bottom'))
                          + '</border>' for shown in self.borders)
        cells = ''.join(f'<xf numFmtId="0" fontId="{int(bold)}" fillId="{fill}" borderId="{border}" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
                        f'<alignment horizontal="{how}" vertical="center" wrapText="1"/></xf>' for fill, border, how, bold in self.cells)
        return (f'<styleSheet {MAIN}><fonts count="2">{fonts}</fonts><fills count="{len(self.fills)}">{fills}</fills><borders count="{len(self.borders)}">{borders}</borders>'
                f'<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="{len(self.cells)}">{cells}</cellXfs></styleSheet>')


def sheet(table, s, styles, bare=False):
    """The sheet; bare is the same without print, and shows where the rules are."""
    pt, total = s['pt'], 760 if wide(table) else 500  # points
    cols = widths(table, total)

    def needed(c):
        room = sum(cols[c['col']:c['col'] + c['colspan']]) - 8
        return 1.45 * pt * max(1, -(-len(c['text']) * pt * 1.12 // max(room, pt))) + 4

    rows = heights(table, needed, max(s['row'], 1.45 * pt))
    where = covered(table)
    out = []
    for r in range(table['rows']):
        cells = ''
        for k in range(table['cols']):
            c = where.get((r, k))
            if c is None:
                continue
            name, style = f'{letters(k)}{r + 1}', styles.of(c, (r, k), table)
            if bare or (r, k) != (c['row'], c['col']) or not c['text']:
                cells += f'<c r="{name}" s="{style}"/>'
            else:
                cells += f'<c r="{name}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{html.escape(c["text"])}</t></is></c>'
        out.append(f'<row r="{r + 1}" ht="{rows[r]:.1f}" customHeight="1">{cells}</row>')
    merged = [f'<mergeCell ref="{letters(c["col"])}{c["row"] + 1}:{letters(c["col"] + c["colspan"] - 1)}{c["row"] + c["rowspan"]}"/>' for c in table['cells'] if c['rowspan'] * c['colspan'] > 1]
    return (f'<worksheet {MAIN}><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><cols>' + ''.join(f'<col min="{i + 1}" max="{i + 1}" width="{w / POINTS:.2f}" customWidth="1"/>' for i, w in enumerate(cols))
            + f'</cols><sheetData>{"".join(out)}</sheetData>' + (f'<mergeCells count="{len(merged)}">{"".join(merged)}</mergeCells>' if merged else '')
            + f'<pageMargins left="0.4" right="0.4" top="0.4" bottom="0.4" header="0" footer="0"/><pageSetup paperSize="8" orientation="{"landscape" if wide(table) else "portrait"}" fitToHeight="1" fitToWidth="1"/></worksheet>')


def workbook(name, table, s, bare=False):
    if bare:
        s = dict(s, line=[4, '000000', 'single'], shade=None, zebra=None, sides='all')
    styles = Styles(s)
    files = dict(FIXED, **{'xl/worksheets/sheet1.xml': sheet(table, s, styles, bare)})
    files['xl/styles.xml'] = styles.xml()
    with zipfile.ZipFile(name, 'w') as z:
        for part, text in files.items():
            z.writestr(part, '<?xml version="1.0" encoding="UTF-8"?>' + text)


def by_calc(jobs, folder):
    """Prints all workbooks in one run of Calc, and yields each as RGB pixels, three times as wide as high where the colours
    of sub-pixels are made of it, and where its rules are."""
    names = {j['id']: (f'{folder}/{j["id"]}', f'{folder}/{j["id"]}-bare') for j in jobs}
    for j in jobs:
        for bare, name in enumerate(names[j['id']]):
            workbook(name + '.xlsx', j['tables'][0], j['style'], bool(bare))
    to_pdf([name + '.xlsx' for pair in names.values() for name in pair], folder)
    for j in jobs:
        rx = 3 * j['dpi'] if j['kind'] == 'cleartype' else j['dpi']
        images = [pixels(name, rx, j['dpi']) for name in names[j['id']]]
        yield j, images[0], rules(images[1], j['tables'][0], dict(j['style'], line=[4, '000000', 'single']))
