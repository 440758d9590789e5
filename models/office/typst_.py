"""Sets tables with Typst, which breaks lines, draws rules and makes pixels in ways of its own: see office.py."""
import json

from PIL import Image

from setting import align, ground, is_label, wide, widths

DASHES = {'single': 'solid', 'dashed': 'dashed', 'dotted': 'dotted', 'dashSmallGap': 'densely-dashed', 'dotDash': 'dash-dotted', 'double': 'solid'}


def source(table, s):
    size, colour, line = s['line']
    stroke = f'(paint: rgb("#{colour}"), thickness: {size / 8}pt, dash: "{DASHES[line]}")'
    none = {'all': f'stroke: {stroke}', 'across': f'stroke: (top: {stroke}, bottom: {stroke})',
            'open': f'stroke: (x, y) => (top: {stroke}, bottom: {stroke}, left: if x > 0 {{ {stroke} }} else {{ none }}, right: none)'}[s['sides']]
    cells = []
    for c in sorted(table['cells'], key=lambda c: (c['row'], c['col'])):
        fill = f', fill: rgb("#{ground(c, table, s)}")' if ground(c, table, s) else ''
        bold = ', weight: "bold"' if s['bold'] and is_label(c, table) else ''
        cells.append(f'table.cell(x: {c["col"]}, y: {c["row"]}, colspan: {c["colspan"]}, rowspan: {c["rowspan"]}, align: {align(c, table, s)} + horizon{fill})[#text({json.dumps(c["text"], ensure_ascii=False)}{bold})]')
    total = 760 if wide(table) else 480
    fonts = ', '.join(f'"{f}"' for f in (s['latin'], s['cjk']) if f)
    return (f'#set page(width: {total + 40}pt, height: auto, margin: 20pt)\n#set text(font: ({fonts}), size: {s["pt"]}pt, lang: "zh")\n#set par(leading: 0.5em)\n'
            f'#table(columns: ({", ".join(f"{w:.1f}pt" for w in widths(table, total))}), inset: (x: 3pt, y: {2 + s["row"] / 6}pt), {none},\n{", ".join(cells)})\n')


def by_typst(jobs, folder):
    import typst
    fonts = typst.Fonts(include_system_fonts=True)
    for j in jobs:
        name = f'{folder}/{j["id"]}.typ'
        with open(name, 'w') as f:
            f.write(source(j['tables'][0], j['style']))
        across = 3 if j['kind'] == 'cleartype' else 1
        typst.compile(name, output=name + '.png', format='png', ppi=across * j['dpi'], font_paths=fonts)
        im = Image.open(name + '.png').convert('RGB')
        yield j, im.resize((im.width, im.height // across), Image.BOX) if across > 1 else im, None
