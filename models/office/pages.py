"""Draws pages that hold no table but look as if they might, and web pages that hold one.

usage: pages.py [--tables any|few|merged|even | --writer] [-n N] [--seed N] FOLDER

Chromium sets the pages; with --writer LibreOffice Writer sets those that are text. Without --tables a page is one of
KINDS: charts, flow charts, cards, menus, writing squares, letters, quizzes, boxes to fill in, plans, photographs, prose.
With --tables it holds one table or two, of the looks that web sites give them, and often something of KINDS beside them:
what is fitted on these pages shall not learn that a page of the web has no table. Calendars and lists of titles and dates
are left out: they may be called a table or not.

Pictures are made of them as office.py does: grey edges, edges of colour, shrunk or faxed, PNG or JPEG. FOLDER/truth.jsonl
has a line for each as the truth of `biaoge synth`; `set` is its kind. The same seed, fonts and programs give the same
pictures. What is kept apart: nothing may be fitted on seeds from 900 on, which test.
"""
import argparse, html, json, os, random, re, subprocess, tempfile

from PIL import Image

from office import FONTS, KINDS as PICTURES, finish
from setting import to_pdf

WORDS = ('国家信息公开年度报告部门单位政府会议通知关于印发管理办法的实施意见工作人员服务中心办理程序依法行政审批项目申请受理结果'
         '监督检查社会公众网站平台建设发展经济文化教育卫生环境保护交通运输')
COLOURS = ('#4472c4', '#ed7d31', '#a5a5a5', '#ffc000', '#5b9bd5', '#70ad47', '#333', '#c00000')
ROOM = 1250  # pixels of CSS that a page has from top to bottom
TOGETHER = 6  # pages that one run of the browser sets


def zh(r, a, b):
    return ''.join(r.choice(WORDS) for _ in range(r.randint(a, b)))


def prose(r, n):
    return ''.join('<p>' + '，'.join(zh(r, 5, 14) for _ in range(r.randint(3, 9))) + '。</p>' for _ in range(n))


def svg(w, h, body, ground='#fff'):
    return f'<svg width={w} height={h} style="background:{ground}">{body}</svg>'


def line(x0, y0, x1, y1, colour='#ccc', thick=1, more=''):
    return f'<line x1={x0:.1f} y1={y0:.1f} x2={x1:.1f} y2={y1:.1f} stroke="{colour}" stroke-width={thick} {more} />'


def rect(x, y, w, h, fill='none', colour='#333', thick=1, round=0):
    return f'<rect x={x:.1f} y={y:.1f} width={w:.1f} height={h:.1f} fill="{fill}" stroke="{colour}" stroke-width={thick} rx={round} />'


def text(x, y, t, size=12, anchor='middle', colour='#000'):
    return f'<text x={x:.1f} y={y:.1f} font-size={size} text-anchor="{anchor}" fill="{colour}">{t}</text>'


# --- charts

def axes(r, w, h, steps, places, frame, grid, across):
    x0, y0, x1, y1 = 60, 40, w - 20, h - 50
    dash = r.choice(('', '', 'stroke-dasharray="4 3"'))
    grey = r.choice(('#ccc', '#bbb', '#888', '#e4e4e4'))
    b = ''
    for i in range(steps + 1):
        y = y1 - (y1 - y0) * i / steps
        if grid or i == 0:
            b += line(x0, y, x1, y, grey, 1, dash if i else '')
        b += text(x0 - 6, y + 4, i * 10, 11, 'end')
    for j in range(places + 1):
        x = x0 + (x1 - x0) * j / places
        if across:
            b += line(x, y0, x, y1, grey)
        if j < places:
            b += text(x + (x1 - x0) / places / 2, y1 + 18, r.choice(('一月', '二月', '2019', '2020', '甲组', '乙组', zh(r, 2, 3))), 11)
    if frame:
        b += rect(x0, y0, x1 - x0, y1 - y0, 'none', '#555')
    return b + text(w / 2, 24, zh(r, 6, 12), 16), x0, y0, x1, y1


def bars(r):
    w, h, steps, places = r.randint(420, 820), r.randint(260, 460), r.randint(4, 8), r.randint(3, 9)
    b, x0, y0, x1, y1 = axes(r, w, h, steps, places, r.random() < .5, r.random() < .8, r.random() < .3)
    groups, dx, lying = r.randint(1, 3), (x1 - x0) / places, r.random() < .25
    for j in range(places):
        for i in range(groups):
            v = r.random() * .9 + .05
            if lying:
                b += rect(x0, y0 + (y1 - y0) * (j + .15 + .7 * i / groups) / places, (x1 - x0) * v, (y1 - y0) / places * .7 / groups, COLOURS[i], COLOURS[i])
            else:
                b += rect(x0 + dx * (j + .15 + .7 * i / groups), y1 - (y1 - y0) * v, dx * .7 / groups, (y1 - y0) * v, COLOURS[i], r.choice((COLOURS[i], '#333')))
                if r.random() < .5:
                    b += text(x0 + dx * (j + .15 + .7 * (i + .5) / groups), y1 - (y1 - y0) * v - 4, int(100 * v), 10)
    return svg(w, h, b)


def curves(r):
    w, h, steps, places = r.randint(420, 820), r.randint(260, 460), r.randint(4, 9), r.randint(4, 12)
    b, x0, y0, x1, y1 = axes(r, w, h, steps, places, r.random() < .7, True, r.random() < .7)
    for i in range(r.randint(1, 4)):
        at = [(x0 + (x1 - x0) * j / places, y1 - (y1 - y0) * (r.random() * .9 + .05)) for j in range(places + 1)]
        b += f'<polyline points="{" ".join("%.1f,%.1f" % p for p in at)}" fill="none" stroke="{COLOURS[i]}" stroke-width={r.choice((1, 2, 3))} />'
        if i == 0:
            b += ''.join(f'<circle cx={x:.1f} cy={y:.1f} r=4 fill="{COLOURS[i]}"/>' for x, y in at)
    if r.random() < .4:
        b += ''.join(rect(x1 - 150, y0 + 8 + 18 * i, 12, 12, COLOURS[i], COLOURS[i]) + text(x1 - 130, y0 + 18 + 18 * i, zh(r, 3, 5), 11, 'start') for i in range(3))
    return svg(w, h, b)


def spans(r):
    """A chart of when something is done."""
    w, h, m, k = 760, r.randint(220, 420), r.randint(6, 12), r.randint(4, 9)
    b = rect(120, 30, w - 140, h - 60, 'none', '#999')
    for i in range(1, m):
        b += line(120 + (w - 140) * i / m, 30, 120 + (w - 140) * i / m, h - 30)
    for j in range(k):
        y, a = 30 + (h - 60) * (j + .2) / k, r.random() * .6
        b += text(112, y + 14, zh(r, 3, 5), 12, 'end') + rect(120 + (w - 140) * a, y, (w - 140) * r.random() * (1 - a), (h - 60) * .6 / k, COLOURS[j % 6], COLOURS[j % 6])
        if r.random() < .7:
            b += line(120, 30 + (h - 60) * (j + 1) / k, w - 20, 30 + (h - 60) * (j + 1) / k)
    return svg(w, h, b)


# --- boxes and lines

def flow(r):
    w, h, cols, rows = r.randint(500, 800), r.randint(400, 700), r.randint(1, 4), r.randint(3, 6)
    bw, bh = w / cols * r.uniform(.5, .85), h / rows * r.uniform(.4, .75)
    fill, thick, corner, b = r.choice(('none', 'none', '#eef', '#fff7e0')), r.choice((1, 2)), r.choice((0, 0, 6)), ''
    for i in range(cols):
        for j in range(rows):
            if r.random() < .2:
                continue
            x, y = w * i / cols + (w / cols - bw) / 2, h * j / rows + 4
            b += rect(x, y, bw, bh, fill, '#333', thick, corner)
            for k in range(r.choice((1, 1, 2))):
                b += text(x + bw / 2, y + bh / 2 + 5 + 16 * k, zh(r, 3, 6), 13)
            if j + 1 < rows:
                b += line(x + bw / 2, y + bh, x + bw / 2, y + h / rows, '#333')
            if i + 1 < cols and r.random() < .6:
                b += line(x + bw, y + bh / 2, x + w / cols, y + bh / 2, '#333')
    return svg(w, h, b)


def offices(r):
    """Who is whose superior."""
    k, b = r.randint(3, 8), ''
    w, h, upright = 110 * k, r.randint(240, 420), r.random() < .5
    b += rect(w / 2 - 80, 10, 160, 40, 'none', '#333', r.choice((1, 2))) + text(w / 2, 36, zh(r, 4, 7), 15) + line(w / 2, 50, w / 2, 90, '#333') + line(55, 90, w - 55, 90, '#333')
    for i in range(k):
        x = 110 * i + 55
        b += line(x, 90, x, 120, '#333')
        if upright:
            name = zh(r, 4, 6)
            b += rect(x - 18, 120, 36, 20 * len(name) + 16, 'none', '#333') + ''.join(text(x, 144 + 20 * m, c, 15) for m, c in enumerate(name))
        else:
            for m in range(r.randint(1, 3)):
                b += rect(x - 46, 120 + 50 * m, 92, 34, 'none', '#333') + text(x, 142 + 50 * m, zh(r, 3, 5), 13)
    return svg(w, h, b)


def squares(r):
    n, m, s, gap, cross = r.randint(8, 16), r.randint(3, 8), r.randint(30, 48), r.choice((0, 8, 8, 14)), r.random()
    colour, b = r.choice(('#333', '#c33', '#393')), ''
    dash = r.choice(('', 'stroke-dasharray="3 3"'))
    for j in range(m):
        for i in range(n):
            x, y = i * s + 4, j * (s + gap) + 4
            b += rect(x, y, s, s, 'none', colour)
            if cross < .6:
                b += line(x, y + s / 2, x + s, y + s / 2, colour, .6, dash) + line(x + s / 2, y, x + s / 2, y + s, colour, .6, dash)
            if cross < .25:
                b += line(x, y, x + s, y + s, colour, .6, dash) + line(x + s, y, x, y + s, colour, .6, dash)
            if (cross >= .6 or j == 0) and r.random() < .6 or cross < .3 and r.random() < .2:
                b += text(x + s / 2, y + s * .78, zh(r, 1, 1), int(s * .75))
    return svg(n * s + 10, m * (s + gap) + 10, b)


def plan(r):
    """Rooms, or plots and streets."""
    w, h, b = r.randint(500, 800), r.randint(350, 600), ''
    b += rect(10, 10, w - 20, h - 20, 'none', '#222', r.choice((2, 4)))

    def part(x, y, pw, ph, depth):
        nonlocal b
        if depth == 0 or min(pw, ph) < 90 or r.random() < .12:
            b += text(x + pw / 2, y + ph / 2, zh(r, 2, 4), 13) if r.random() < .8 else ''
            b += f'<path d="M {x} {y + ph} a 30 30 0 0 1 30 -30" fill="none" stroke="#555"/>' if r.random() < .5 else ''
            return
        f, gap = r.uniform(.3, .7), r.choice((0, 0, 24))
        if pw > ph:
            b += line(x + pw * f, y, x + pw * f, y + ph - gap, '#222', 2)
            part(x, y, pw * f, ph, depth - 1)
            part(x + pw * f, y, pw * (1 - f), ph, depth - 1)
        else:
            b += line(x, y + ph * f, x + pw - gap, y + ph * f, '#222', 2)
            part(x, y, pw, ph * f, depth - 1)
            part(x, y + ph * f, pw, ph * (1 - f), depth - 1)
    part(10, 10, w - 20, h - 20, r.randint(2, 4))
    return svg(w, h, b)


def photos(r):
    """Photographs in frames, with a line below each."""
    def photo():
        w, h = r.randint(150, 260), r.randint(110, 190)
        b = rect(0, 0, w, h, r.choice(('#9bc', '#cba', '#8a9', '#bbb')), 'none')
        for _ in range(r.randint(4, 14)):
            x, y = r.uniform(0, w), r.uniform(0, h)
            b += r.choice((f'<circle cx={x:.0f} cy={y:.0f} r={r.randint(6, 40)} fill="{r.choice(COLOURS)}" opacity=.6 />',
                           rect(x, y, r.randint(10, 80), r.randint(10, 80), r.choice(COLOURS) + '" opacity=".6', 'none'),
                           line(x, y, r.uniform(0, w), r.uniform(0, h), '#444', r.choice((1, 3)))))
        return f'<div style="border:{r.choice(("1px", "2px", "6px"))} solid {r.choice(("#333", "#ccc", "#fff"))};padding:4px;margin:6px;width:{w}px">{svg(w, h, b)}<div style="text-align:center">{zh(r, 4, 9)}</div></div>'
    return f'<div style="display:flex;flex-wrap:wrap;width:{r.choice((560, 860))}px">{"".join(photo() for _ in range(r.randint(1, 6)))}</div>'


# --- parts of web sites

def cards(r):
    cols, gap, width = r.randint(2, 4), r.choice((0, 8, 8, 16)), r.choice((140, 170, 200))
    radius, shade = r.choice((0, 0, 6)), r.choice(('#fff', '#fff', '#f6f6f6', '#eef5ff'))

    def card():
        body = r.choice((lambda: prose(r, 1), lambda: f'<div>{zh(r, 4, 8)}</div><div>{zh(r, 3, 12)}</div>', lambda: f'<b style="font-size:26px">{r.randint(1, 9999)}</b>'))()
        return f'<div style="border:1px solid #ccc;border-radius:{radius}px;background:{shade};margin:{gap}px;padding:10px;width:{width}px"><h3>{zh(r, 3, 6)}</h3>{body}</div>'
    return f'<div style="display:flex;flex-wrap:wrap;width:{cols * (width + 24 + 2 * gap)}px">{"".join(card() for _ in range(cols * r.randint(1, 3)))}</div>'


def buttons(r):
    n, cols = r.randint(4, 14), r.randint(2, 7)
    gap, border = r.choice((4, 8, 14)), r.choice(('1px solid #999', '1px solid #36c', '0'))
    ground, ink = r.choice((('#fff', '#333'), ('#eee', '#333'), ('#1a5fa8', '#fff')))
    one = lambda: f'<div style="border:{border};background:{ground};color:{ink};padding:{r.choice((6, 10))}px 0;margin:{gap}px;width:96px;text-align:center">{zh(r, 2, 5)}</div>'
    return f'<div style="display:flex;flex-wrap:wrap;width:{cols * (100 + 2 * gap)}px">{"".join(one() for _ in range(n))}</div>'


def side(r):
    """A list of entries between lines, with a heading, as stands at the side of a site."""
    one = lambda: f'<div style="padding:{pad}px 10px;border-bottom:1px {dash} #ccc">{mark}{zh(r, 4, width)}</div>'
    pad, dash, mark, width = r.choice((5, 9, 12)), r.choice(('solid', 'dashed', 'dotted')), r.choice(('', '· ', '▪ ', '&gt; ')), r.choice((7, 12, 20))
    def box():
        return f'<div style="width:{width * 18 + 40}px;border:1px solid #bbb;margin:8px"><div style="padding:8px;{r.choice(("background:#2a7fd8;color:#fff", "background:#eee", "border-bottom:2px solid #c00"))}">{zh(r, 3, 6)}</div>{"".join(one() for _ in range(r.randint(3, 10)))}</div>'
    return f'<div style="display:flex;align-items:flex-start">{"".join(box() for _ in range(r.choice((1, 1, 2, 3)) if width < 20 else 1))}</div>'


def site(r):
    bar = ''.join(f'<span style="padding:8px 18px;border-right:1px solid #fff">{zh(r, 2, 4)}</span>' for _ in range(r.randint(5, 8)))
    return (f'<div style="width:900px"><div style="background:#1a5fa8;color:#fff;padding:20px;font-size:28px">{zh(r, 6, 10)}</div><div style="background:#2a7fd8;color:#fff;display:flex">{bar}</div>'
            f'<div style="padding:10px;border-bottom:1px solid #ccc">首页 &gt; {zh(r, 4, 4)} &gt; {zh(r, 4, 4)}</div><div style="display:flex"><div>{side(r)}</div><div style="flex:1;padding:10px">{prose(r, 4)}</div></div></div>')


def asking(r):
    """Boxes to fill in: names beside or above each, and a button."""
    above, wide, b = r.random() < .3, r.choice((180, 260, 340)), ''
    for _ in range(r.randint(2, 9)):
        box = f'<span style="display:inline-block;border:1px solid {r.choice(("#999", "#ccc"))};width:{wide}px;height:{r.choice((22, 28, 34))}px;vertical-align:middle;color:#999">{r.choice(("", "", zh(r, 3, 6)))}</span>'
        name = f'<span style="display:inline-block;width:110px;{r.choice(("text-align:right;", ""))}">{zh(r, 2, 5)}：</span>'
        b += f'<div style="margin:{r.choice((6, 12))}px">{name}{"<br>" if above else ""}{box}</div>'
    b += f'<div style="margin:12px 120px"><span style="border:1px solid #36c;background:#36c;color:#fff;padding:6px 24px">{r.choice(("提交", "登录", "查询"))}</span></div>'
    return f'<div style="{r.choice(("", "border:1px solid #ccc;"))}padding:20px;width:{wide + 180}px">{b}</div>'


def steps(r):
    n, h = r.randint(3, 6), ''
    for i in range(n):
        h += f'<div style="text-align:center;width:120px"><div style="width:36px;height:36px;line-height:36px;border:2px solid #36c;border-radius:{r.choice((0, 50))}%;margin:auto">{i + 1}</div><div>{zh(r, 3, 6)}</div><div style="color:#888">{zh(r, 4, 10)}</div></div>' + ('<div style="border-top:2px solid #aaa;width:50px;margin-top:18px"></div>' if i + 1 < n else '')
    return f'<div style="display:flex;padding:14px">{h}</div>'


def code(r):
    say = ('if (x > %d) {', 'return a[%d];', 'for (int i = 0; i < %d; i++)', 'int value = %d;', '// %d ')
    return '<pre style="background:#f6f8fa;border:1px solid #ccc;padding:14px;width:620px">' + '\n'.join('    ' * r.randint(0, 3) + r.choice(say) % r.randint(1, 99) for _ in range(r.randint(10, 24))) + '</pre>'


# --- text

def letter(r):
    red, rule = r.choice(('#c00', '#000')), r.choice(('1px solid', '3px double', '2px solid'))
    return (f'<div style="width:640px;padding:40px"><h1 style="color:{red};text-align:center;letter-spacing:8px">{zh(r, 6, 10)}</h1><div style="text-align:center">{zh(r, 2, 4)}〔2023〕{r.randint(1, 99)}号</div>'
            f'<hr style="border:{rule} {red}">{prose(r, r.randint(3, 6))}<hr><div>抄送：{zh(r, 8, 20)}</div><hr><div style="display:flex;justify-content:space-between"><span>{zh(r, 6, 9)}</span><span>2023年{r.randint(1, 12)}月{r.randint(1, 28)}日印发</span></div><hr></div>')


def quiz(r):
    b = ''
    for i in range(r.randint(4, 9)):
        each = r.choice((150, 180, 700))
        o = ''.join(f'<span style="display:inline-block;width:{each}px">{x}{r.choice(("．", "、"))}{zh(r, 2, 6)}</span>' for x in 'ABCD')
        b += f'<p>{i + 1}．{zh(r, 10, 24)}（&nbsp;&nbsp;）</p><p>{r.choice(("", "□ "))}{o}</p>'
    return f'<div style="width:760px;padding:20px"><h2 style="text-align:center">{zh(r, 5, 9)}</h2>{b}</div>'


def columns(r):
    return f'<div style="width:760px;padding:20px;column-count:{r.choice((2, 2, 3))};column-gap:{r.choice((24, 40))}px;column-rule:{r.choice(("none", "1px solid #999"))}">{prose(r, r.randint(6, 12))}</div>'


def boxed(r):
    frame = r.choice(('1px solid', '2px solid', '3px double', '1px dashed'))
    inner = f'<div style="border:{frame} #333;padding:12px"><b>{zh(r, 3, 5)}</b>{"<hr>" if r.random() < .5 else ""}{prose(r, r.randint(1, 3))}</div>'
    if r.random() < .3:
        inner = f'<div style="border:{r.choice(("2px", "6px"))} solid #333;padding:{r.choice((4, 10))}px">{inner}</div>'
    return f'<div style="width:620px;padding:20px">{prose(r, r.choice((0, 2)))}{inner}{prose(r, r.choice((0, 2)))}</div>'


def cover(r):
    """The first page of a report."""
    b = ''.join(f'<div style="margin:14px 90px">{zh(r, 2, 4)}：<span style="display:inline-block;width:260px;border-bottom:1px solid #333">&nbsp;{zh(r, 2, 9)}</span></div>' for _ in range(r.randint(2, 5)))
    return f'<div style="width:620px;padding:30px;{r.choice(("", "border:2px solid #333"))}"><h1 style="text-align:center;margin:60px 0">{zh(r, 5, 9)}</h1>{b}<div style="text-align:center;margin-top:60px">二〇二三年三月</div></div>'


def contents(r):
    b = ''.join(f'<div style="display:flex;margin:8px"><span>{r.choice(("", "　　"))}{n + 1}．{zh(r, 5, 14)}</span><span style="flex:1;border-bottom:2px dotted #333;margin:0 4px 5px"></span><span>{3 * n + r.randint(1, 3)}</span></div>' for n in range(r.randint(6, 18)))
    return f'<div style="width:620px;padding:20px"><h2 style="text-align:center">目　录</h2>{b}</div>'


KINDS = {k.__name__: k for k in (bars, curves, spans, flow, offices, squares, plan, photos, cards, buttons, side, site, asking, steps, code, letter, quiz, columns, boxed, cover, contents)}
TEXT = {k.__name__: k for k in (letter, quiz, boxed, cover)}  # what Writer sets, too


# --- tables

def made(r, few=False):
    """A table: its cells, and how many rows and columns they are in."""
    rows, cols, heads = r.choice((2, 3, 3, 4, 5, 6, 8, 10, 14, 18)), r.choice((2, 2, 3, 4, 5, 6, 8)), r.choice(('row', 'row', 'both', 'column', 'none'))
    if few:
        rows, cols = r.choice((2, 2, 3)), r.choice((2, 2, 3))
    say = {'number': lambda: f'{r.randint(0, 10 ** r.randint(1, 6)):,}', 'share': lambda: f'{r.uniform(0, 100):.1f}%', 'word': lambda: zh(r, 2, 6), 'long': lambda: zh(r, 10, 30),
           'date': lambda: f'2023-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}', 'one': lambda: r.choice('01√×ABC—/'), 'blank': lambda: ''}
    kinds = [r.choice(('number', 'number', 'number', 'share', 'word', 'word', 'long', 'date', 'one', 'blank')) for _ in range(cols)]
    if r.random() < .12:  # a form that nobody has filled in yet
        kinds = [k if i % 2 == 0 else 'blank' for i, k in enumerate(kinds)]
    if r.random() < .3:
        kinds = [r.choice(('number', 'share', 'one'))] * cols
    sparse, taken, cells = r.choice((0, 0, 0, .1, .4)), set(), []
    for i in range(rows):
        for j in range(cols):
            if (i, j) in taken:
                continue
            label = i == 0 and heads in ('row', 'both') or j == 0 and heads in ('column', 'both')
            down = 2 if r.random() < .04 and i + 1 < rows and i > 0 else 1
            across = 2 if r.random() < .04 and j + 1 < cols and (i, j + 1) not in taken and down == 1 else 1
            taken |= {(i + a, j + b) for a in range(down) for b in range(across)}
            t = zh(r, 2, 6) if label else '' if r.random() < sparse else say[kinds[j]]()
            cells.append({'row': i, 'col': j, 'rowspan': down, 'colspan': across, 'text': t})
    return {'rows': rows, 'cols': cols, 'cells': cells, 'header_rows': 1 if heads in ('row', 'both') else 0}


def merged(r):
    """A table of which few rows have all columns: labels for several rows, sentences, a title or a note across all."""
    labels, values = r.choice((1, 2, 2)), r.choice((1, 1, 2, 3))
    cols, cells, i = labels + values, [], 0
    cell = lambda i, j, down, across, t: cells.append({'row': i, 'col': j, 'rowspan': down, 'colspan': across, 'text': t})
    say = lambda: r.choice((zh(r, 2, 8), zh(r, 12, 50), str(r.randint(0, 9999)), zh(r, 12, 50) + '；' + zh(r, 9, 30), ''))
    if r.random() < .3:
        cell(0, 0, 1, cols, zh(r, 4, 9))
        i = 1
    cell(i, 0, 1, labels, zh(r, 2, 4))
    for j in range(labels, cols):
        cell(i, j, 1, 1, zh(r, 2, 5))
    i += 1
    for _ in range(r.randint(1, 5)):
        down = r.randint(1, 4)
        cell(i, 0, down, 1, zh(r, 1, 6))
        for k in range(down):
            if labels == 2:
                cell(i + k, 1, 1, 1, zh(r, 1, 4))
            if values > 1 and r.random() < .3:
                cell(i + k, labels, 1, values, say())
                continue
            for j in range(labels, cols):
                cell(i + k, j, 1, 1, say())
        i += down
    if r.random() < .5:
        cell(i, 0, 1, cols, '注：' + zh(r, 8, 40))
        i += 1
    return {'rows': i, 'cols': cols, 'cells': cells, 'header_rows': 1}


def shown(r, t, n, kind):
    """A table as a site shows it; its id is n."""
    look = 'plumb' if kind == 'plumb' else r.choice(('boxes', 'boxes', 'boxes', 'boxes', 'levels', 'zebra', 'three', 'bare', 'ground'))
    colour, thick, dash = r.choice(('#000', '#333', '#999', '#ccc', '#ddd')), r.choice((1, 1, 1, 2)), r.choice(('solid', 'solid', 'solid', 'dashed', 'dotted'))
    head, align, pad = r.choice(('', '#eee', '#dbe8f5', '#2a7fd8;color:#fff', '#f5f5f5')), r.choice(('left', 'center', 'center')), f'{r.choice((1, 4, 8, 12))}px {r.choice((3, 8, 16))}px'
    css = {'boxes': f'border:{thick}px {dash} {colour};', 'plumb': f'border-left:{thick}px {dash} {colour};border-right:{thick}px {dash} {colour};', 'ground': 'border:1px solid #fff;background:#e8eef6;', 'levels': f'border-bottom:1px solid {colour};'}.get(look, '')
    rows = [''] * t['rows']
    for c in t['cells']:
        label = c['row'] < t['header_rows']
        s = css + f'padding:{pad};text-align:{"center" if label else align};' + (f'background:{head};' if label and head and look != 'bare' else '')
        if look == 'zebra' and not label and c['row'] % 2:
            s += 'background:#f0f0f0;'
        if look == 'three' and c['row'] in (0, t['rows'] - 1):
            s += f'border-bottom:{thick}px solid #000;' + ('border-top:2px solid #000;' if c['row'] == 0 else '')
        rows[c['row']] += f'<td rowspan={c["rowspan"]} colspan={c["colspan"]} style="{s}">{html.escape(c["text"]) or "&nbsp;"}</td>'
    width = r.choice(('', '', f'width:{r.choice((420, 640, 820))}px;'))
    high = ''
    if kind == 'even':  # columns of one width, and rows of one height where no text is too long
        width = f'table-layout:fixed;width:{min(1000, t["cols"] * r.choice((44, 60, 90, 140, 200)))}px;'
        high = f'height:{r.choice((22, 28, 36, 60))}px'
    return f'<table class=truth id="{n}" style="border-collapse:{r.choice(("collapse",) * 5 + ("separate",))};border-spacing:2px;{width}font-size:inherit;line-height:1.3">' + ''.join(f'<tr style="{high}">{x}</tr>' for x in rows) + '</table>', look


def withTables(r, i, kind):
    """A page with tables: its HTML, them, and what it is called."""
    tables, parts = [merged(r) if kind == 'merged' else made(r, kind == 'few') for _ in range(r.choice((1, 1, 1, 2)))], []
    for k, t in enumerate(tables):
        shows, look = shown(r, t, f'{i}-{k}', kind)
        parts += [f'<div style="margin:6px 0">{zh(r, 5, 12)}</div>'] if r.random() < .4 else []
        parts.append(shows)
    if r.random() < .35:
        parts.insert(r.choice((0, len(parts))), f'<div style="margin:20px 0">{r.choice((bars, curves, flow, cards, side, asking, boxed, letter))(r)}</div>')
    return ''.join(parts), tables, f'table-{look}'


# --- pages to pixels

def sheet(jobs):
    """One page of HTML on which the pages of jobs stand one below the other."""
    return '<!doctype html><meta charset=utf-8><body style="margin:0;background:#fff">' + ''.join(
        f'<div style="position:absolute;top:{k * ROOM}px;left:0;height:{ROOM - 20}px;overflow:hidden;width:1060px"><div style="margin:14px;width:max-content;font:{j["px"]}px {j["font"]!r}">{j["html"]}</div></div>'
        for k, j in enumerate(jobs)) + '''<pre id=places></pre><script>
places.textContent = [...document.querySelectorAll("table.truth")].map(t => { const b = t.getBoundingClientRect(); return [t.id, b.left, b.top, b.right, b.bottom].join(" ") }).join("\\n"); places.style.display = "none"</script>'''


def by_chromium(jobs, folder):
    """Yields jobs with their pixels and the boxes of their tables, left, top, right, bottom."""
    for scale in sorted({j['scale'] for j in jobs}):
        of = [j for j in jobs if j['scale'] == scale]
        for at in range(0, len(of), TOGETHER):
            some, out = of[at:at + TOGETHER], f'{folder}/sheet'
            with open(out + '.html', 'w') as f:
                f.write(sheet(some))
            cmd = ['chromium', '--headless', '--no-sandbox', '--disable-gpu', f'--user-data-dir={folder}/chromium', '--hide-scrollbars', f'--window-size=1060,{ROOM * TOGETHER}', f'--force-device-scale-factor={scale}']
            subprocess.run(cmd + [f'--screenshot={out}.png', f'file://{out}.html'], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=180)
            places = {}
            if any(j['tables'] for j in some):
                dom = subprocess.run(cmd + ['--dump-dom', f'file://{out}.html'], check=True, capture_output=True, text=True, timeout=180).stdout
                for row in re.search(r'<pre id="places"[^>]*>(.*?)</pre>', dom, re.S).group(1).split('\n'):
                    name, *box = row.split()
                    places[name] = [float(v) * scale for v in box]
            im = Image.open(out + '.png').convert('RGB')
            for k, j in enumerate(some):
                top, bottom = round(k * ROOM * scale), round((k * ROOM + ROOM - 20) * scale)
                boxes = [places[f'{j["id"]}-{m}'] for m in range(len(j['tables']))]
                yield j, im.crop((0, top, im.width, bottom)), [(x0, y0 - top, x1, y1 - top) for x0, y0, x1, y1 in boxes]


def by_writer(jobs, folder):
    for j in jobs:
        with open(f'{folder}/{j["id"]}.html', 'w') as f:
            f.write(f'<!doctype html><meta charset=utf-8><body style="font:{j["px"]}px {j["font"]!r}">{j["html"]}')
    to_pdf([f'{folder}/{j["id"]}.html' for j in jobs], folder, 'pdf:writer_web_pdf_Export')
    for j in jobs:
        out = f'{folder}/{j["id"]}'
        for page in ('1', '2'):  # Writer may leave the first one empty
            subprocess.run(['pdftoppm', '-png', '-f', page, '-l', page, '-singlefile', '-r', str(int(96 * j['scale'])), out + '.pdf', out], check=True)
            im = Image.open(out + '.png').convert('RGB')
            if im.convert('L').getextrema()[0] < 128:
                break
        yield j, im, []


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--tables', choices=('any', 'few', 'merged', 'even', 'plumb'), help='pages with tables: any, of few rows and columns, with cells for several of them, of even ones, or with plumb rules alone')
    p.add_argument('--writer', action='store_true', help='pages of text, set by Writer')
    p.add_argument('-n', type=int, default=40)
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('folder')
    o = p.parse_args()
    os.makedirs(o.folder, exist_ok=True)
    kinds, jobs = TEXT if o.writer else KINDS, []
    for i in range(o.n):
        r = random.Random(f'pages/{bool(o.tables)}/{o.writer}/{o.seed}/{i}')
        name = f'{i:04d}'
        if o.tables:
            body, tables, kind = withTables(r, name, o.tables)
        else:
            kind, tables = list(kinds)[i % len(kinds)], []
            body = kinds[kind](r)
        jobs.append({'id': name, 'kind': kind, 'html': body, 'tables': tables, 'rng': r, 'px': r.choice((10, 12, 13, 14, 14, 16, 18)), 'font': r.choice(FONTS),
                     'scale': r.choice((1, 1, 1.25, 1.5, 2)), 'as': r.choice(PICTURES[:1] * 2 + PICTURES)})
    with tempfile.TemporaryDirectory() as tmp, open(f'{o.folder}/truth.jsonl', 'w') as truth:
        for j, im, boxes in (by_writer if o.writer else by_chromium)(jobs, tmp):
            r = j['rng']
            if j['as'] == 'cleartype':  # a browser without a screen has no sub-pixels
                im, boxes = im.resize((3 * im.width, im.height), Image.BICUBIC), [(3 * x0, y0, 3 * x1, y1) for x0, y0, x1, y1 in boxes]
            im, map = finish({'kind': j['as'], 'style': {}}, im, r)
            for t, (x0, y0, x1, y1) in zip(j['tables'], boxes):
                t['quad'] = [[round(float(v), 1) for v in map[:2] @ (x, y, 1)] for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))]
            ext, quality = r.choice((('png', None), ('png', None), ('jpg', 90), ('jpg', 75), ('jpg', r.randint(15, 60))))
            if j['as'] == 'fax':
                ext = 'png'
            name = f'{j["kind"]}-{j["id"]}.{ext}'
            im.save(f'{o.folder}/{name}', **({'quality': quality} if ext == 'jpg' else {}))
            truth.write(json.dumps({'id': j['id'], 'file': name, 'set': j['kind'], 'picture': j['as'], 'tables': j['tables']}, ensure_ascii=False) + '\n')


if __name__ == '__main__':
    main()
