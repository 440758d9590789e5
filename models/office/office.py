"""Sets tables whose contents are known with other people's programs, and makes pictures of them as offices do.

usage: office.py --program writer|calc|chromium|typst|pango [--kinds KINDS] [--seals] [-n N] [--seed N] [--faint | --tight | --double] [--close] [--equal] [--small] [--low] [--any] [--ticks] [--biaoge FILE] FOLDER

writer    LibreOffice Writer: DOCX, to PDF, to pixels by pdftoppm at 96 to 200 dpi
calc      LibreOffice Calc: XLSX, printed to PDF, to pixels in the same way
chromium  a web page, photographed by the browser at 1 to 2 pixels for each of CSS
typst     a typesetter of its own; python -m pip install typst
pango     Pango's print, Cairo's rules, with Cairo's own sub-pixels in any order; Debian's python3-gi-cairo

The contents are those of `biaoge synth`: the forms of tables/forms, and every fifth a table of no form. Each picture is
of one kind: aa (grey edges), cleartype (edges of colour, as liquid crystal screens have them), shrunk (by a web site) or
fax (black and white, askew, with dirt); where --kinds names them, left (shrunk by leaving pixels out) or photo (by a hand
that holds a camera). FOLDER/truth.jsonl has a line for each, as the truth of synth; its `set` is
program-kind, and `style` says how it was set. The same seed, fonts and programs give the same pictures.

`lines` tells where its rules are, where that is known: those of rows and of columns as Writer set them, how far the two of
a double rule are apart on the picture, and the map to it (x = a·x₀ + b·y₀ + c, y = d·x₀ + e·y₀ + f). Of calc, typst and
pango a table has `lines` as the truth of synth.

What is kept apart: nothing may be fitted on pictures of chromium and typst that this draws, nor on those of seeds from 900
on; these test. The pages of the web that pages.py draws are others.
"""
import argparse, html, json, math, os, random, subprocess, tempfile, zipfile

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from setting import is_label, looks, pixels, rules, to_pdf, widths

FONTS = ('Noto Sans CJK SC', 'Noto Serif CJK SC', 'AR PL UMing CN', 'AR PL UKai CN', 'WenQuanYi Zen Hei', 'LXGW WenKai')
LATIN = (None, 'Liberation Sans', 'Liberation Serif', 'DejaVu Sans')
POINTS = (7.5, 8, 9, 10, 10.5, 12)
EIGHTHS = (2, 4, 4, 4, 6, 8)  # thickness of rules, eighths of a point
COLOURS = ('000000', '000000', '000000', '404040', '7F7F7F', 'BFBFBF')
LINES = ('single', 'single', 'single', 'dashed', 'dotted', 'dashSmallGap', 'dotDash')
SHADES = (None, None, 'D9D9D9', 'DEEAF6', 'FFF2CC')
KINDS = ('aa', 'cleartype', 'shrunk', 'fax')
MORE_KINDS = KINDS + ('left', 'photo')
FILTER = np.array([1, 2, 3, 2, 1]) / 9  # of sub-pixels, as FreeType's default


def lowered(s, rng):
    """The style with rules of any grey, and rows and columns hardly larger than their print."""
    grey = rng.randrange(0x40, 0xDC)
    dash = rng.choice(([], [1, rng.randint(1, 3)], [1, rng.randint(1, 3)], [rng.randint(2, 6), rng.randint(1, 4)], [rng.randint(2, 6), rng.randint(1, 4)], [5, 2, 1, 2]))
    return dict(s, line=[rng.choice((2, 4, 6, 8)), f'{grey:02X}' * 3, 'dashed' if dash else 'single'], centre=rng.random() < 0.5, sides='all',
                low={'row': rng.uniform(1.1, 1.7), 'room': rng.choice((1, 2, 3, 5)), 'dash': dash, 'snapped': rng.random() < 0.6})


def style(rng, faint=False, tight=False, double=False):
    if double:
        s = style(rng)
        return dict(s, line=[s['line'][0], s['line'][1], 'double'], frame=False)
    if tight:
        return dict(style(rng), tight=True)
    if faint:
        return dict(style(rng), line=[rng.choice(EIGHTHS), rng.choice(('7F7F7F', 'BFBFBF', 'BFBFBF')), rng.choice(('dotted', 'dotted', 'dashed', 'dotDash', 'dashSmallGap', 'single'))],
                    shade=rng.choice(('D9D9D9', 'D9D9D9', 'DEEAF6', 'FFF2CC', None)))
    s = {'pt': rng.choice(POINTS), 'cjk': rng.choice(FONTS), 'latin': rng.choice(LATIN),
         'line': [rng.choice(EIGHTHS), rng.choice(COLOURS), rng.choice(LINES)], 'shade': rng.choice(SHADES),
         'frame': rng.random() < 0.3,  # a solid frame around other rules
         'row': rng.choice((0, 0, 18, 24)), 'centre': rng.random() < 0.6}
    return s


# --- LibreOffice Writer

def docx(table, s, bare=False):
    """The table as a file; bare is the same without print, its rules black and solid: they show where they are."""
    if bare:
        s = dict(s, line=[s['line'][0], '000000', s['line'][2] if s['line'][2] in ('double', 'dashSmallGap') else 'single'], shade=None)
    total = 9600 if table['cols'] < 8 else 13800  # twentieths of a point
    cols = widths(table, total)
    at = {(c['row'], c['col']): c for c in table['cells']}
    covered = {}
    for c in table['cells']:
        for r in range(c['row'], c['row'] + c['rowspan']):
            covered[r, c['col']] = c
    size, colour, line = s['line']
    edge = lambda name, kind: f'<w:{name} w:val="{kind}" w:sz="{size}" w:space="0" w:color="{colour}"/>'
    sides = ''.join(edge(n, 'single' if s['frame'] and not n.startswith('inside') else line)
                    for n in ('top', 'left', 'bottom', 'right', 'insideH', 'insideV'))
    latin = f' w:ascii="{s["latin"]}" w:hAnsi="{s["latin"]}"' if s['latin'] else f' w:ascii="{s["cjk"]}" w:hAnsi="{s["cjk"]}"'
    white = '<w:color w:val="FFFFFF"/>' if bare else ''
    run = f'<w:rPr><w:rFonts w:eastAsia="{s["cjk"]}"{latin}/><w:sz w:val="{int(2 * s["pt"])}"/>{white}</w:rPr>'
    rows = []
    for r in range(table['rows']):
        height = f'<w:trPr><w:trHeight w:val="{int(20 * s["pt"] * 1.15)}" w:hRule="exact"/></w:trPr>' if s.get('tight') else f'<w:trPr><w:trHeight w:val="{20 * s["row"]}"/></w:trPr>' if s['row'] else ''
        cells, c = [], 0
        while c < table['cols']:
            k = covered.get((r, c))
            if k is None:
                c += 1
                continue
            first = at.get((r, c)) is k
            pr = f'<w:tcW w:w="{int(sum(cols[c:c + k["colspan"]]))}" w:type="dxa"/>'
            pr += f'<w:gridSpan w:val="{k["colspan"]}"/>' if k['colspan'] > 1 else ''
            pr += ('<w:vMerge w:val="restart"/>' if first else '<w:vMerge/>') if k['rowspan'] > 1 else ''
            if s['shade'] and is_label(k, table):
                pr += f'<w:shd w:val="clear" w:color="auto" w:fill="{s["shade"]}"/>'
            pr += '<w:vAlign w:val="center"/>'
            text = f'<w:r>{run}<w:t xml:space="preserve">{html.escape(k["text"])}</w:t></w:r>' if first else ''
            centre = '<w:jc w:val="center"/>' if s['centre'] else ''
            cells.append(f'<w:tc><w:tcPr>{pr}</w:tcPr><w:p><w:pPr><w:spacing w:before="0" w:after="0"/>{centre}{run}</w:pPr>{text}</w:p></w:tc>')
            c += k['colspan']
        rows.append(f'<w:tr>{height}{"".join(cells)}</w:tr>')
    grid = ''.join(f'<w:gridCol w:w="{int(x)}"/>' for x in cols)
    margins = '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>' if s.get('close') else ''
    wide = 'w:w="16838" w:h="23811"' if table['cols'] >= 8 else 'w:w="11906" w:h="23811"'
    return (f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
            f'<w:tbl><w:tblPr><w:tblW w:w="{total}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/>{margins}</w:tblPr>'
            f'<w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
            f'<w:p/><w:sectPr><w:pgSz {wide}/><w:pgMar w:top="900" w:bottom="900" w:left="1000" w:right="1000"/></w:sectPr></w:body></w:document>')


TYPES = ('<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
         '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
         '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
RELS = ('<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>')


def by_writer(jobs, folder):
    """Sets all tables in one run of Writer, and yields each as RGB pixels, three times as wide as high where the colours of
    sub-pixels are made of it, and where its rules are."""
    names = {j['id']: (f'{folder}/{j["id"]}', f'{folder}/{j["id"]}-bare') for j in jobs}
    for j in jobs:
        for bare, out in enumerate(names[j['id']]):
            with zipfile.ZipFile(out + '.docx', 'w') as z:
                for name, text in (('[Content_Types].xml', TYPES), ('_rels/.rels', RELS), ('word/document.xml', docx(j['tables'][0], j['style'], bare))):
                    z.writestr(name, text)
    to_pdf([name + '.docx' for pair in names.values() for name in pair], folder)
    for j in jobs:
        rx = 3 * j['dpi'] if j['kind'] == 'cleartype' else j['dpi']
        images = [pixels(out, rx, j['dpi']) for out in names[j['id']]]
        yield j, images[0], rules(images[1], j['tables'][0], j['style'])


# --- Chromium

CSS_LINES = {'single': 'solid', 'dashed': 'dashed', 'dotted': 'dotted', 'dashSmallGap': 'dashed', 'dotDash': 'double'}


def page(table, s):
    size, colour, line = s['line']
    thick = max(1, round(size / 6))
    kind = CSS_LINES[line]
    if kind == 'double':
        thick = 3
    latin = f"'{s['latin']}'," if s['latin'] else ''
    rows = [[] for _ in range(table['rows'])]
    for c in sorted(table['cells'], key=lambda c: (c['row'], c['col'])):
        shade = f' style="background:#{s["shade"]}"' if s['shade'] and is_label(c, table) else ''
        rows[c['row']].append(f'<td rowspan={c["rowspan"]} colspan={c["colspan"]}{shade}>{html.escape(c["text"])}</td>')
    cols = ''.join(f'<col style="width:{w:.0f}px">' for w in widths(table, 640 if table['cols'] < 8 else 1000))
    frame = f'table{{border:{thick}px solid #{colour}}}' if s['frame'] else ''
    return (f'<!doctype html><meta charset=utf-8><style>body{{margin:12px;background:#fff}}table{{border-collapse:collapse;table-layout:fixed;width:{640 if table["cols"] < 8 else 1000}px;'
            f'font:{s["pt"]}pt {latin}"{s["cjk"]}"}}td{{border:{thick}px {kind} #{colour};padding:{1 + s["row"] // 8}px 3px;word-break:break-all;'
            f'text-align:{"center" if s["centre"] else "left"}}}{frame}</style><table>{cols}{"".join("<tr>" + "".join(r) + "</tr>" for r in rows)}</table>')


def by_chromium(jobs, folder):
    for j in jobs:
        out = f'{folder}/{j["id"]}'
        with open(out + '.html', 'w') as f:
            f.write(page(j['tables'][0], j['style']))
        scale = j['dpi'] / 96
        cmd = ['chromium', '--headless', '--no-sandbox', '--disable-gpu', f'--user-data-dir={folder}/chromium', '--hide-scrollbars', '--window-size=1060,1800',
               f'--force-device-scale-factor={scale:.3f}', f'--screenshot={out}.png', f'file://{out}.html']
        subprocess.run(cmd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
        im = Image.open(out + '.png').convert('RGB')
        if j['kind'] == 'cleartype':  # a browser without a screen has no sub-pixels
            im = im.resize((3 * im.width, im.height), Image.BICUBIC)
        yield j, im, None


# --- from pixels to pictures

def printed(im, margin, across=1):
    """The box of what is printed, with some paper around it."""
    box = Image.eval(im.convert('L'), lambda v: 255 if v < 250 else 0).getbbox()
    if box is None:
        raise ValueError('nothing was set')
    return max(0, box[0] - across * margin), max(0, box[1] - margin), min(im.width, box[2] + across * margin), min(im.height, box[3] + margin)


def subpixels(im):
    a = np.asarray(im.convert('L')).astype(float)
    a = a[:, :a.shape[1] // 3 * 3]
    pad = np.pad(a, ((0, 0), (2, 2)), mode='edge')
    a = sum(f * pad[:, i:i + a.shape[1]] for i, f in enumerate(FILTER))
    rgb = np.stack([a[:, k::3] for k in range(3)], axis=2)
    # Shades keep their colour: that of the middle of a pixel, moved by what the sub-pixels differ.
    base = np.asarray(im.crop((0, 0, a.shape[1], im.height)).resize((a.shape[1] // 3, im.height), Image.BOX)).astype(float)
    rgb += (base - base.mean(axis=2, keepdims=True))
    return Image.fromarray(rgb.clip(0, 255).astype(np.uint8))


def fax(im, angle, rng, noise):
    im = im.convert('L').rotate(angle, Image.BICUBIC, expand=True, fillcolor=255).filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.7)))
    a = np.asarray(im) + noise.normal(0, 8, (im.height, im.width))
    a = a > rng.randint(140, 185)
    dirt = noise.random(a.shape)
    a[dirt < 0.0006] = False
    a[dirt > 0.9994] = True
    return Image.fromarray((a * 255).astype(np.uint8))


def photo(im, rng, noise):
    """A picture that a hand took, askew and seen from aside, its light uneven, not quite sharp; and the map to it."""
    im = im.filter(ImageFilter.GaussianBlur(rng.uniform(0, 0.6)))
    w, h = im.size
    near = 0.03 * min(w, h)
    off = lambda: rng.uniform(-near, near)
    border = round(0.04 * max(w, h))
    paper = Image.new('RGB', (w + 2 * border, h + 2 * border), (255, 255, 255))
    paper.paste(im, (border, border))
    W, H = paper.size
    angle = math.radians(rng.uniform(-1.5, 1.5))
    c, s = math.cos(angle), math.sin(angle)
    corners = [(0, 0), (0, H), (W, H), (W, 0)]
    seen = [(W / 2 + c * (x - W / 2) - s * (y - H / 2) + off(), H / 2 + s * (x - W / 2) + c * (y - H / 2) + off()) for x, y in corners]
    rows, right = [], []
    for (x, y), (u, v) in zip(corners, seen):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    back = np.linalg.solve(np.array(rows, float), right)
    im = paper.transform(paper.size, Image.PERSPECTIVE, back, Image.BICUBIC, fillcolor=(255, 255, 255))
    y, x = np.mgrid[0:H, 0:W]
    light = rng.uniform(0.75, 0.95) + rng.uniform(-0.15, 0.15) * (x / W - 0.5) + rng.uniform(-0.15, 0.15) * (y / H - 0.5)
    tint = np.array([1, rng.uniform(0.94, 1), rng.uniform(0.85, 1)])
    a = np.asarray(im) * light[:, :, None] * tint + noise.normal(0, rng.uniform(1, 5), (H, W, 3))
    there = np.linalg.inv(np.append(back, 1).reshape(3, 3)) @ shift(border, border)
    return Image.fromarray(a.clip(0, 255).astype(np.uint8)), there


def shift(x, y):
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], float)


def seal(im, rng):
    """The picture with a round seal laid over it, as programs for electronic seals do."""
    r = round(im.width * rng.uniform(0.08, 0.14))
    colour = (rng.randint(200, 255), rng.randint(0, 60), rng.randint(0, 60))
    mark = Image.new('RGBA', (2 * r, 2 * r))
    d = ImageDraw.Draw(mark)
    d.ellipse((2, 2, 2 * r - 3, 2 * r - 3), outline=colour, width=max(2, r // 18))
    d.regular_polygon((r, r, r // 3), 5, fill=colour)
    font = ImageFont.truetype('/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc', max(8, r // 4))
    for i, char in enumerate('某某市人民政府办公室'):
        at = math.radians(150 + i * 240 / 9)
        d.text((r + 0.74 * r * math.cos(at), r + 0.74 * r * math.sin(at)), char, fill=colour, font=font, anchor='mm')
    mark = mark.rotate(rng.uniform(-20, 20), Image.BICUBIC)
    mark.putalpha(Image.eval(mark.getchannel('A'), lambda v, of=rng.uniform(0.4, 1): int(v * of)))
    im = im.convert('RGBA')
    im.alpha_composite(mark, (rng.randint(0, max(0, im.width - 2 * r)), rng.randint(0, max(0, im.height - 2 * r))))
    return im.convert('RGB')


def finish(j, im, rng):
    """The picture that an office would publish, and the map from what was set to it (homogeneous, 3 by 3)."""
    noise = np.random.default_rng(rng.randrange(1 << 30))
    margin = rng.choice((0, 3, 12, 30))
    across = 3 if j['kind'] == 'cleartype' and not j.get('subpixels') else 1
    box = printed(im, margin, across)
    im = im.crop(box)
    map = np.diag([1 / across, 1, 1]) @ shift(-box[0], -box[1])
    if across == 3:
        im = subpixels(im)
    if j.get('seal'):
        im = seal(im, rng)
    size = im.size
    if j['kind'] in ('shrunk', 'left'):
        width = rng.randint(*((480, 720) if j['style'].get('small') else (600, 900)))
        if width < im.width:
            im = im.resize((width, round(im.height * width / im.width)), Image.NEAREST if j['kind'] == 'left' else rng.choice((Image.BOX, Image.BICUBIC, Image.LANCZOS)))
            map = np.diag([im.width / size[0], im.height / size[1], 1]) @ map
    if j['kind'] == 'fax':
        angle = rng.uniform(-1.5, 1.5)
        im = fax(im, angle, rng, noise)
        # Turned about its middle, to the left, on a larger picture.
        c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        x, y = size[0] / 2, size[1] / 2
        map = np.array([[c, s, im.width / 2 - c * x - s * y], [-s, c, im.height / 2 + s * x - c * y], [0, 0, 1]]) @ map
    if j['kind'] == 'photo':
        im, seen = photo(im, rng, noise)
        map = seen @ map
    return im, map


def crossings(lines, map, table, s):
    """Where the lines of a table cross on the picture, and which of their pieces are printed, as `biaoge synth` has them."""
    def at(x, y):
        u, v, w = map @ (x, y, 1)
        return [round(u / w, 1), round(v / w, 1)]
    rows, cols = table['rows'], table['cols']
    plumb = lambda k: '-' if s['sides'] == 'across' or s['sides'] == 'open' and k in (0, cols) else '|'
    return {'crossings': [[at(x, y) for x in lines['cols']] for y in lines['rows']], 'level': '|' * ((rows + 1) * cols), 'plumb': ''.join(plumb(k) * rows for k in range(cols + 1))}


def turned(lines, map):
    """The lines as they were set, and the map to the picture, which bends none."""
    scale = math.hypot(map[0][0], map[1][0]), math.hypot(map[0][1], map[1][1])
    return {'rows': [round(y, 2) for y in lines['rows']], 'cols': [round(x, 2) for x in lines['cols']],
            'apart': [v * f for v, f in zip(lines.get('apart', (0, 0)), scale[::-1])], 'map': [round(float(v), 6) for v in map[:2].flat]}


def contents(biaoge, n, seed, folder, kinds=None):
    """Tables of forms, and every fifth of none, as biaoge synth has them; of its kinds alone, where they are named."""
    out = []
    for kind, m in ((kinds, n),) if kinds else (('clean', n - n // 5), ('generic', n // 5)):
        if m == 0:
            continue
        drawn = f'{folder}/{kind}'
        subprocess.run([biaoge, 'synth', '-n', str(m), '--seed', str(seed), '--kinds', kind, drawn], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        out.append([json.loads(l)['tables'][0] for l in open(f'{drawn}/truth.jsonl')])
    forms, free = out[0], out[1] if len(out) > 1 else []
    mixed = []
    while forms or free:
        mixed += forms[:4] + free[:1]
        forms, free = forms[4:], free[1:]
    return mixed


EQUAL = ('深圳市华阳{}有限公司', '{:02d}:20', '20{:02d}年', '中国银行', '1{}', '0', '平安银行信用卡中心', '第{}十中学', '业务{}科', '1,{}11', '卡', '十', '中标', '0.1{}', '{}%')


def equalled(table, rng):
    """The table with columns that hold nearly the same in each row, as lists of firms, dates and hours do."""
    say = [rng.choice(EQUAL) for _ in range(table['cols'])]
    first = table.get('header_rows') or 1
    for c in table['cells']:
        if c['row'] >= first and rng.random() < 0.9:
            c['text'] = say[c['col']].format(rng.randrange(10, 24))
            c.pop('key', None)
    return table


TICKS = ('√', '√', '√×', '√×', '✓', '✓', '✓×', '✓✗', '√V', '☑□', '●', '○●', '◎○', '△▲', '☆★', '/', '■□')


def ticked(table, rng):
    """The table with columns of ticks and crosses, as lists of what was handed in have them."""
    signs = {col: rng.choice(TICKS) for col in range(1, table['cols']) if rng.random() < 0.5}
    first = table.get('header_rows') or 1
    for c in table['cells']:
        if c['row'] >= first and c['colspan'] == 1 and c['col'] in signs:
            c['text'] = rng.choice(signs[c['col']])
            c.pop('key', None)
    return table


PROGRAMS = ('writer', 'calc', 'chromium', 'typst', 'pango')


def setter(program):
    """What sets tables with a program; only that one need be installed."""
    if program == 'calc':
        from calc import by_calc as by
    elif program == 'typst':
        from typst_ import by_typst as by
    elif program == 'pango':
        from pango import by_pango as by
    else:
        by = by_writer if program == 'writer' else by_chromium
    return by


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--program', choices=PROGRAMS, default='writer')
    p.add_argument('--kinds', default=','.join(KINDS), help=f'of pictures, as {",".join(MORE_KINDS)}')
    p.add_argument('--seals', action='store_true', help='a red seal on every third picture')
    p.add_argument('-n', type=int, default=40)
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('--faint', action='store_true', help='grey rules alone, most of them dotted or dashed, most on a shade')
    p.add_argument('--tight', action='store_true', help='rows as high as their print, which cuts off what has more lines: for rules alone, not for text')
    p.add_argument('--double', action='store_true', help='double rules')
    p.add_argument('--close', action='store_true', help='no room between rules and print')
    p.add_argument('--equal', action='store_true', help='columns that hold nearly the same in each row, whose strokes stand one below the other')
    p.add_argument('--small', action='store_true', help='small print, shrunk until it can hardly be read')
    p.add_argument('--low', action='store_true', help='tables of no form with rules of any grey, in rows and columns hardly larger than their print: of pango alone')
    p.add_argument('--any', action='store_true', help='tables of no form whose cells hold whatever tables hold: words, names, sentences, codes, marks')
    p.add_argument('--ticks', action='store_true', help='columns of ticks and crosses')
    p.add_argument('--biaoge', default='bin/biaoge')
    p.add_argument('folder')
    o = p.parse_args()
    if o.low and o.program != 'pango':
        p.error('only --program pango sets tables with --low')
    of_no_form = 'prose,print,generic' if o.any else 'generic' if o.low else None
    os.makedirs(o.folder, exist_ok=True)
    with tempfile.TemporaryDirectory() as tmp:
        jobs = []
        for i, t in enumerate(contents(o.biaoge, o.n, o.seed, tmp, of_no_form)):
            rng = random.Random(f'{o.program}/{o.seed}/{i}')
            kind = 'shrunk' if o.small else rng.choice(o.kinds.split(','))
            dpi = 200 if kind not in ('aa', 'cleartype') else rng.choice((96, 110, 120, 144, 168))
            t = {k: v for k, v in t.items() if k not in ('quad', 'caption', 'lines')}
            t['cells'] = [{k: v for k, v in c.items() if k in ('row', 'col', 'rowspan', 'colspan', 'text', 'key')} for c in t['cells']]
            st = style(rng, o.faint, o.tight, o.double)
            if o.close:
                st.update(close=True, centre=rng.random() < 0.2)
            if o.small:
                st.update(pt=rng.choice((7.5, 8, 9)), row=0, small=True)
            if o.equal:
                t = equalled(t, rng)
            if o.ticks:
                t = ticked(t, rng)
            if o.program not in ('writer', 'chromium'):
                st.update(looks(rng))
            if o.low:
                st = lowered(st, rng)
            jobs.append({'id': f'{o.program}-{i:03d}', 'kind': kind, 'dpi': dpi, 'style': st, 'tables': [t], 'rng': rng, 'seal': o.seals and i % 3 == 0,
                         'subpixels': o.program == 'pango'})
        with open(f'{o.folder}/truth.jsonl', 'w') as truth:
            for j, im, lines in setter(o.program)(jobs, tmp):
                rng = j.pop('rng')
                im, map = finish(j, im, rng)
                if lines and 'sides' in j['style']:
                    j['tables'][0]['lines'], lines = crossings(lines, map, j['tables'][0], j['style']), None
                elif lines:
                    lines = turned(lines, map)
                ext, quality = rng.choice((('png', None), ('png', None), ('jpg', 90), ('jpg', 75), ('jpg', rng.randint(15, 60))))
                if j['kind'] == 'fax':
                    ext = 'png'
                j['file'] = f'{j["id"]}.{ext}'
                im.save(f'{o.folder}/{j["file"]}', **({'quality': quality} if ext == 'jpg' else {}))
                kind = j.pop('kind')
                truth.write(json.dumps({'id': j['id'], 'file': j['file'], 'set': f'{o.program}-{kind}', 'dpi': j['dpi'], 'style': j['style'], 'lines': lines, 'tables': j['tables']}, ensure_ascii=False) + '\n')


if __name__ == '__main__':
    main()
