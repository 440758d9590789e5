"""Draws pages with tables, and says where on them rules run. usage: rulemap_pages.py --n N [--seed S] OUT

OUT gets the pages, and pages.jsonl: of each page its file, and where level rules (h) and plumb ones (v) run, in pixels:
{"file": "…", "h": [{"Pos": …, "Lo": …, "Hi": …, "Rise": …}, …], "v": […]}, across at Pos, along from Lo to Hi, as
`go run ./internal/fitrules -of pages` writes it. A page may be turned a little: by Rise its rule is farther across at Hi than at
Lo. The side of a ground is a rule, too: it parts cells. A rule that no one can see is none, and one of which a piece is lost
is whole.

A page depends on its seed and number alone."""
import argparse, functools, gzip, json, math, os, random

import cairo
import cv2
import numpy as np
from PIL import Image, ImageDraw

import lines

HERE = os.path.dirname(os.path.abspath(__file__))
LEXICON = os.path.join(HERE, '..', '..', 'internal', 'synth', 'lexicon.txt.gz')

LEVEL, PLUMB = 0, 1  # the directions of rules
BOXED = .04  # share of the tables with all rules whose cells are boxes of their own instead
GAPS = (2, 3, 4, 5, 6, 8)  # between such boxes, pixels
PRINT = (7.5, 26)  # heights of print on a page, pixels
SMALLEST = 7  # pixels, of a font
WIDTHS, HEIGHTS = (320, 480, 600, 760), (320, 480, 640, 800)  # of pages, pixels
ENLARGED = {1: 55, 1.3: 8, 1.5: 10, 2: 15, 2.5: 6, 3: 6}  # how many times as large a page is drawn: how often
LONGEST = 11  # characters of a word of the lexicon
# Tables of a kind of their own, and how often: columns of crosses and other upright strokes in rows as low as their print;
# characters that are frames; columns as narrow as their print, all empty; rules as thick as bars; rules left out over the whole
# width; columns or rows beside the rules that have none.
KINDS_OF_TABLES = {None: 64, 'crosses': 8, 'frames': 6, 'fine': 5, 'thick': 7, 'whole': 4, 'aside': 6}
CROSSES, FRAMES = '十+＋中卡工王丰土干平木未半年车斗T丨1IH|†', '日日目田口口囗回国8B0□■E王田由甲'
BARS = (5, 16)  # pixels, how thick rules are that are bars
SEEN = 5  # grey levels by which tones differ that can be told apart
SPECKS = (.0002, .008)  # share of the pixels of a bilevel page that are wrong
DARK = 350  # the sum of red, green and blue below which a ground is dark: its print is white
WHITE = (255, 255, 255)

# What columns hold: how often, and how wide it is, heights of print.
KINDS = {'number': (4, 4), 'label': (2.5, None), 'phrase': (2.5, None), 'short': (1.5, 3), 'empty': (.5, 3), 'same': (.8, 1), 'dash': (.4, 1.5),
         'latin': (.6, 5), 'code': (1, 3.2), 'phone': (.7, 6), 'frames': (0, 5), 'date': (1, 6), 'yes': (.5, 1.2), 'percent': (.8, 3), 'account': (.8, 6), 'zero': (1, 2.5)}
# What a table repeats from cell to cell: strokes that stand in line as those of a rule do.
PHRASES = ('银行信用卡中心', '中国银行', '中标', '十年', '中国', '是否公开', '工作日', '卡')
REPEATED = ('0', '0', '1', '1', '1023', '1100', '20', '104', '17', '110101', '12345', '3', '4', '卡', '中', '十', 'I', '工', '—', '无', '王', '日', '8', '|', '一', '口')
DATES = ('{0}年{1}月{2}日', '{0}-{1:02d}-{2:02d}', '{0}.{1}.{2}')
# Which sides of cells have rules, and how often: all; level lines, with a frame at times; all but those at the left and right;
# three level ones; none; all but one in five inside; plumb ones; the frame.
SIDES = {'all': 62, 'level': 8, 'open': 9, 'three': 5, 'none': 5, 'holes': 5, 'plumb': 3, 'frame': 3}
DASHED = .42  # share of the tables with dashed rules
DASHES = ((1, 1), (1, 2), (2, 2), (3, 1), (4, 2), (4, 4), (6, 3), (4, 2, 1, 2), (8, 4), (2, 1), (1, 3), (3, 3), (5, 5))  # on and off, pixels


@functools.lru_cache(None)
def fonts():
    """(Chinese, Latin): those that the line reader is trained on and that have all sizes."""
    return tuple([f for f in of if not lines.held_out(f) and os.path.basename(f[0]) not in lines.BITMAP] for of in lines.fonts())


def font(face, height):
    return lines.face(face, max(SMALLEST, round(height)))


@functools.lru_cache(None)
def lexicon():
    with gzip.open(LEXICON, 'rt', encoding='utf-8') as f:
        return [w for w in (line.split()[0] for line in f) if len(w) <= LONGEST]


def chosen(rng, weights):
    """A key of weights, which say how often."""
    return rng.choices(list(weights), list(weights.values()))[0]


# Texts.

def words(rng, n):
    """n characters of words, with marks between some."""
    text = ''
    while len(text) < n:
        text += rng.choice(lexicon()) + rng.choice(('', '', '', '、', '，', '（', '）', '和', ' '))
    return text[:n]


def digits(rng, n):
    return ''.join(rng.choice('0123456789') for _ in range(n))


def number(rng):
    kind = rng.random()
    if kind < .45:
        return str(rng.choice((0, 0, 0, 1, 2, 3, 5, 7, rng.randrange(10), rng.randrange(100))))
    if kind < .7:
        return str(rng.randrange(10 ** 4))
    if kind < .8:
        return f'{rng.uniform(0, 1e5):,.2f}'
    if kind < .9:
        return f'{rng.uniform(-50, 120):.1f}%'
    return f'{rng.randrange(10 ** 7):,}'


def cell_text(rng, kind, repeated, phrase, date):
    """What stands in a cell of a kind, in a table that repeats two texts and writes dates in one way."""
    if kind == 'number' or kind == 'empty' and rng.random() < .1:
        return number(rng)
    if kind == 'empty':
        return ''
    if kind == 'zero':
        return '0' if rng.random() < .75 else number(rng)
    if kind == 'same':
        return repeated
    if kind == 'phrase':
        return phrase
    if kind == 'code':  # as long as what is repeated, and begun alike
        return repeated[0] + digits(rng, len(repeated) - 1) if repeated[0].isdigit() else '1' + digits(rng, 6)
    if kind == 'phone':
        return '1' + digits(rng, 10)
    if kind == 'date':
        return date.format(rng.randint(2018, 2024), rng.randint(1, 12), rng.randint(1, 28))
    if kind == 'frames':
        n = rng.randint(1, 6)
        return rng.choice(FRAMES) * n if rng.random() < .6 else ''.join(rng.choice(FRAMES) for _ in range(n))
    if kind == 'yes':
        return rng.choice('有是无否√√√×')
    if kind == 'percent':
        return f'{rng.uniform(0, 130):.1f}%'
    if kind == 'account':
        return '1' + digits(rng, 10) if rng.random() < .8 else ''
    if kind == 'dash':
        return rng.choice(('-', '—', '——', '/', '0', '', '|', '1', 'I'))
    if kind == 'short':
        return words(rng, rng.randint(1, 4))
    if kind == 'latin':
        return ''.join(rng.choice('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -.') for _ in range(rng.randint(2, 12)))
    return words(rng, int(rng.triangular(2, 16, 4)))


# Tones are red, green and blue, 0 to 255.

def visible(one, other):
    return max(abs(a - b) for a, b in zip(one, other)) >= SEEN


def tint(rng):
    """A light ground, coloured or grey."""
    if rng.random() < .6:
        return tuple(rng.randint(185, 250) for _ in range(3))
    return (rng.randint(200, 248),) * 3


def paper(rng):
    if rng.random() < .7:
        return WHITE
    if rng.random() < .5:
        return tuple(rng.randint(225, 255) for _ in range(3))
    return (rng.randint(215, 255),) * 3


class Style:
    """How a rule is drawn: how wide it is, in which tone, and how it is dashed, pixels."""

    def __init__(self, width, tone, dashes=()):
        self.width, self.tone, self.dashes = width, tone, dashes

    @classmethod
    def any(cls, rng, height):
        """One that goes with print of a height."""
        width = rng.choice((.5, .75, 1, 1, 1, 1, 1.3, 1.5, 2, 2, 3, 6, 9))
        dashes = ()
        if rng.random() < DASHED:
            unit = rng.choice((1, 1, max(1, width), max(1, height / 12)))
            dashes = tuple(unit * d for d in rng.choice(DASHES))
        tone = chosen(rng, {'black': 50, 'grey': 20, 'pale': 18, 'coloured': 12})
        if tone == 'coloured':
            tone = tuple(rng.randint(0, 210) for _ in range(3))
        else:
            tone = (rng.randint(*{'black': (0, 60), 'grey': (80, 180), 'pale': (180, 244)}[tone]),) * 3
        return cls(width * max(1, height / 24) if rng.random() < .5 else width, tone, dashes)


class Table:
    """What is to be drawn: columns, rows, cells, their grounds, and where rules are printed. Sizes are pixels of the drawing."""

    def __init__(self, rng, height, widest, highest):
        self.rng, self.height = rng, height  # of the print
        self.chinese = rng.choice(fonts()[0])
        self.latin = rng.choice(fonts()[1]) if rng.random() < .8 else self.chinese
        self.kind = chosen(rng, KINDS_OF_TABLES)
        self.repeated, self.date = rng.choice(CROSSES if self.kind == 'crosses' else REPEATED), rng.choice(DATES)
        self.phrase = rng.choice(PHRASES) if rng.random() < .75 else words(rng, rng.choice((3, rng.randint(2, 6), rng.randint(2, 8))))
        self.lay_columns(widest)
        self.lay_rows(highest)
        self.lay_cells()
        self.choose_grounds()
        self.choose_styles()
        self.sides = chosen(rng, SIDES)
        self.boxes = self.sides == 'all' and rng.random() < BOXED
        self.choose_bare()
        self.printed = self.rules()
        self.lost = rng.choice([0] * 8 + [.1, .2, .4])  # share of the edges of which a piece is lost
        self.whole_pixels = rng.random() < .55

    def lay_columns(self, widest):
        rng, height = self.rng, self.height
        n = rng.choice((1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 11, 12, 14))
        self.kinds = [chosen(rng, {k: often for k, (often, _) in KINDS.items()}) for _ in range(n)]
        if rng.random() < .7:
            self.kinds[0] = 'label'
        room = height * rng.choice((.05, .1, .15, .2, .3, .4, .6, .8, 1, 1.5))
        wide = {k: w for k, (_, w) in KINDS.items()} | {'label': rng.choice((4, 6, 9)), 'phrase': len(self.phrase)}
        self.widths = [max(height * .9 + room, wide[k] * height * rng.uniform(.6, 1.4) + room) for k in self.kinds]
        if rng.random() < .12:
            self.widths = [height * rng.uniform(3, 7)] * n
        if rng.random() < .15:  # most of the columns are noughts
            self.kinds = ['label' if k < min(3, n // 3) else 'zero' for k in range(n)]
            self.widths = [height * (rng.uniform(4, 12) if k == 'label' else rng.uniform(2, 5)) for k in self.kinds]
        if rng.random() < .06:  # narrow columns of one digit
            self.kinds, self.repeated = ['label'] + ['same'] * (n - 1), rng.choice('0001')
            self.widths = [max(self.widths[0], 4 * height)] + [height * rng.uniform(1.2, 3)] * (n - 1)
        if self.kind == 'crosses':
            self.kinds = ['label'] + [rng.choice(('same', 'same', 'number', 'short', 'empty')) for _ in range(n - 1)]
            self.widths = [max(height * .9 + room, wide[k] * height * rng.uniform(.6, 1.6) + room) for k in self.kinds]
        if self.kind == 'frames':
            self.kinds = ['frames' if rng.random() < .7 else k for k in self.kinds]
        if self.kind == 'fine':
            n = rng.choice((12, 20, 30, 45, 60))
            self.kinds, self.widths = ['empty'] * n, [height * rng.uniform(.8, 1.6)] * n
        while sum(self.widths) > widest and len(self.widths) > 1:
            self.widths.pop()
        self.cols = len(self.widths)

    def lay_rows(self, highest):
        rng, height = self.rng, self.height
        row = height * rng.choice((1.0, 1.02, 1.04, 1.06, 1.08, 1.1, 1.12, 1.15, 1.2, 1.25, 1.3, 1.5, 2))
        if self.kind == 'crosses':
            row = height * rng.uniform(1, 1.3)
        if self.kind == 'fine' and rng.random() < .6:
            row = self.widths[0]
        self.heights = []
        for _ in range(rng.choice((1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 22, 28, 35, 40))):
            self.heights.append(max(row, height * rng.uniform(1.1, 1.4) * rng.randint(1, 4)) if rng.random() < .15 else row)
        if rng.random() < .25:
            self.heights[0] = max(self.heights[0], height * rng.uniform(1.2, 3))
        while sum(self.heights) > highest and len(self.heights) > 1:
            self.heights.pop()
        self.rows = len(self.heights)

    def lay_cells(self):
        """Cells are (row, column, rows, columns, text); owner says which cell each place of the grid is of."""
        rng = self.rng
        self.cells, self.owner = [], np.full((self.rows, self.cols), -1)
        merged, headings = rng.choice((0, 0, .03, .06, .1, .2)), rng.random() < .4
        for row in range(self.rows):
            for col in range(self.cols):
                if self.owner[row, col] >= 0:
                    continue
                rows, cols = self.span(row, col, merged * 3 if headings and row < 2 else merged, merged * 2)
                self.owner[row:row + rows, col:col + cols] = len(self.cells)
                kind = self.kinds[col] if row > 0 or rng.random() < .15 else 'short'
                if cols > 1 and rng.random() < .7:
                    kind = 'label'
                self.cells.append((row, col, rows, cols, cell_text(rng, kind, self.repeated, self.phrase, self.date)))

    def span(self, row, col, merged, merged_first):
        """How many rows and columns a cell takes of those that are free, given how often it takes more than one."""
        rng, rows, cols = self.rng, 1, 1
        if rng.random() < merged:
            cols = rng.choice((1, 2, 2, 3, 4, 5, self.cols))
            rows = rng.choice((1, 1, 2) if cols > 1 else (2, 2, 3, 4, 5))
        elif col == 0 and rng.random() < merged_first:
            rows = rng.choice((2, 3, 4, 6))
        rows, cols = min(rows, self.rows - row), min(cols, self.cols - col)
        while (self.owner[row, col:col + cols] >= 0).any():
            cols -= 1
        while (self.owner[row:row + rows, col:col + cols] >= 0).any():
            rows -= 1
        return rows, cols

    def choose_grounds(self):
        rng = self.rng
        self.grounds = [None] * len(self.cells)

        def paint(cells, tone):
            for k, cell in enumerate(self.cells):
                if cells(*cell[:2]):
                    self.grounds[k] = tone

        if rng.random() < .15:
            paint(lambda row, _: row % 2, tint(rng))
            if rng.random() < .5:
                paint(lambda row, _: row % 2 == 0, tint(rng))
        if rng.random() < .25:
            headings = rng.choice((1, 1, 2))
            paint(lambda row, _: row < headings, tint(rng) if rng.random() < .7 else tuple(rng.randint(20, 140) for _ in range(3)))
        if rng.random() < .08:
            paint(lambda _, col: col == 0, tint(rng))
        if rng.random() < .05:
            rest = tint(rng)
            self.grounds = [g or rest for g in self.grounds]

    def choose_styles(self):
        """Rules inside, by direction, and those of the frame; lines that are double or thick, by direction and number."""
        rng = self.rng
        level = Style.any(rng, self.height)
        plumb = level if rng.random() < .75 else Style.any(rng, self.height)
        self.frame = level if rng.random() < .75 else Style(rng.uniform(1, 5), level.tone)
        self.inside = level, plumb
        dark = any(g and sum(g) < DARK for g in self.grounds)
        if dark and rng.random() < .6 or rng.random() < .03:
            self.frame = Style(rng.choice((1, 1, 2, 3)), WHITE)
            self.inside = self.frame, self.frame
        if self.kind == 'thick':
            tone = level.tone if sum(level.tone) < 500 else (rng.randint(0, 140),) * 3
            self.frame = Style(rng.randint(*BARS), tone)
            self.inside = self.frame, self.frame
        some = lambda counts: {(rng.choice((LEVEL, PLUMB)), rng.randrange(1, 20)) for _ in range(rng.choice(counts))}
        self.double, self.thick = some((0, 0, 0, 0, 0, 1, 2)), some((0, 0, 0, 0, 1, 2))

    def owners(self, axis):
        """Which cell each place is of: by the lines of an axis, and across them."""
        return self.owner if axis == LEVEL else self.owner.T

    def parts(self, axis, line, at):
        """Whether two cells meet on a line, or the table ends there."""
        owners = self.owners(axis)
        return line in (0, len(owners)) or owners[line - 1, at] != owners[line, at]

    def style(self, axis, line):
        return self.frame if line in (0, len(self.owners(axis))) else self.inside[axis]

    def rules(self):
        """By direction, line and place: whether a rule is printed."""
        sides, framed = self.sides, self.rng.random() < .5

        def printed(axis, line, outer):
            if sides == 'holes':
                return outer or self.rng.random() < .8
            if sides in ('all', 'frame'):
                return sides == 'all' or outer
            if axis == LEVEL:
                return sides in ('level', 'open') or sides == 'three' and line in (0, 1, self.rows) or sides == 'plumb' and outer and self.rng.random() < .3
            return sides == 'plumb' or sides == 'open' and not outer or sides == 'level' and framed and outer

        out = []
        for axis in (LEVEL, PLUMB):
            last, places = self.owners(axis).shape
            left_out = self.left_out(axis)
            out.append([[self.parts(axis, line, at) and printed(axis, line, line in (0, last)) and not left_out(line, at) for at in range(places)] for line in range(last + 1)])
        return out

    def left_out(self, axis):
        """Where rules are not printed that the sides would have, by line and place."""
        lines, places = self.owners(axis).shape
        if self.kind == 'whole' and axis == LEVEL and lines > 2:
            gone = self.rng.sample(range(1, lines), self.rng.randint(1, min(3, lines - 1)))
            return lambda line, at: line in gone
        if self.kind != 'aside':
            return lambda line, at: False
        cols, rows = self.bare
        across, along = (rows, cols) if axis == LEVEL else (cols, rows)
        ruled = lambda k: 0 <= k < lines and k not in across
        return lambda line, at: at in along or not (ruled(line - 1) or ruled(line))

    def choose_bare(self):
        """The columns and rows that have no rules."""
        def some(n, often):
            if n < 3 or self.rng.random() > often:
                return range(0)
            k = self.rng.randint(1, n - 1)
            return range(k, n) if self.rng.random() < .7 else range(k)
        self.bare = some(self.cols, .7), some(self.rows, .4)

    def beside(self, axis, line, at, page):
        """The grounds before and behind a line."""
        owners = self.owners(axis)
        of = lambda k: self.grounds[owners[k, at]] or page if 0 <= k < len(owners) else page
        return of(line - 1), of(line)

    def seen(self, axis, line, at, page):
        """Whether there is a rule to be seen, or a ground ends."""
        before, behind = self.beside(axis, line, at, page)
        if self.parts(axis, line, at) and visible(before, behind):
            return True
        tone = self.style(axis, line).tone
        return self.printed[axis][line][at] and (visible(tone, before) or visible(tone, behind))


class Drawing:
    """A page as it is drawn: grounds and rules with Cairo, and print in a layer of its own, since screens show it with fringes."""

    def __init__(self, rng):
        self.rng, self.large = rng, chosen(rng, ENLARGED)
        self.height = math.exp(rng.uniform(*map(math.log, PRINT))) * self.large  # of the print
        self.w, self.h = int(rng.choice(WIDTHS) * self.large), int(rng.choice(HEIGHTS) * self.large)
        self.page = paper(rng)
        self.ink = (rng.randint(0, 90),) * 3 if rng.random() < .85 else tuple(rng.randint(0, 160) for _ in range(3))
        self.surface = cairo.ImageSurface(cairo.FORMAT_RGB24, self.w, self.h)
        self.pen = cairo.Context(self.surface)
        self.tone(self.page)
        self.pen.paint()
        self.mask, self.tones = Image.new('L', (self.w, self.h), 0), Image.new('RGB', (self.w, self.h))
        self.print_mask, self.print_tone = ImageDraw.Draw(self.mask), ImageDraw.Draw(self.tones)
        self.print_mask.fontmode = '1' if rng.random() < .15 else 'L'
        self.rules = [], []  # level and plumb: (x, y, x, y) of both ends

    def tone(self, tone):
        self.pen.set_source_rgb(*(v / 255 for v in tone))

    def write(self, x, y, text, face, tone):
        self.print_mask.text((x, y), text, font=face, fill=255)
        self.print_tone.rectangle(self.print_mask.textbbox((x, y), text, font=face), fill=tone)

    def underline(self, x, y, length, height, tone):
        self.tone(tone)
        self.pen.set_line_width(max(1, height / 14))
        self.pen.move_to(x, round(y) + .5)
        self.pen.line_to(x + length, round(y) + .5)
        self.pen.stroke()

    def prose(self, top, high):
        """Lines of text, some with a word underlined."""
        rng, y = self.rng, top
        face = font(rng.choice(fonts()[0]), self.height * rng.choice((1, 1, 1.2, 1.4)))
        spacing = face.size * rng.uniform(1.2, 1.8)
        while y + spacing < top + high:
            n = int((self.w - 40 * self.large) / face.size * rng.choice((1, 1, 1, .5)))
            if n < 2:
                break
            x = rng.choice((20 * self.large, 20 * self.large, self.w / 4))
            self.write(x, y, words(rng, n), face, self.ink)
            if rng.random() < .06:
                self.underline(x, y + face.size * 1.12, face.size * rng.randint(2, 8), face.size, self.ink)
            y += spacing

    def some_prose(self, y, heights):
        """A few lines of text; gives where what follows may begin."""
        n = self.rng.choice(heights)
        self.prose(y, self.height * n)
        return y + self.height * (n + .6)

    def draw(self):
        rng = self.rng
        y = rng.uniform(2, 30) * self.large
        if rng.random() < .4:
            y = self.some_prose(y, (2, 3, 6))
        if without := rng.random() < .08:
            self.prose(y, self.h * rng.uniform(.2, .8))
        else:
            for _ in range(1 if rng.random() < .8 else 3):
                if self.h - y < self.height * 4:
                    break
                y = self.table(rng.uniform(1, 30) * self.large, y) + self.height * rng.uniform(.5, 3)
                if rng.random() < .3:
                    y = self.some_prose(y, (2, 4))
        if rng.random() < .08:
            self.chart(without)

    def chart(self, all_bars):
        """Bars in a row, which are no table."""
        rng, pen = self.rng, self.pen
        x, y = rng.uniform(0, self.w * .7), rng.uniform(0, self.h * .8)
        pen.set_source_rgb(*(rng.random() * .7 for _ in range(3)))
        pen.set_line_width(rng.choice((1, 2, 3)))
        for bar in range(rng.randint(3, 9)):
            if all_bars or rng.random() < .3:
                pen.rectangle(round(x + bar * self.height * 1.6), round(y), round(self.height), round(self.height * rng.uniform(1, 6)))
        pen.fill() if rng.random() < .5 else pen.stroke()

    def table(self, x, y):
        """Draws a table; gives where it ends."""
        margin = 3 * self.large
        t = Table(self.rng, self.height, self.w - x - margin, self.h - y - margin)
        xs, ys = x + np.cumsum([0] + t.widths), y + np.cumsum([0] + t.heights)
        if t.whole_pixels:
            xs, ys = np.round(xs), np.round(ys)
        if t.boxes:
            rules = self.boxes(t, xs, ys)
        else:
            self.paint(t, xs, ys)
            rules = self.table_rules(t, xs, ys)
            self.lose(rules, t.lost)
        for all_rules, these in zip(self.rules, rules):
            all_rules.extend(these)
        self.table_print(t, xs, ys)
        return ys[-1]

    def paint(self, t, xs, ys):
        for ground, (row, col, rows, cols, _) in zip(t.grounds, t.cells):
            if ground:
                self.tone(ground)
                self.pen.rectangle(xs[col], ys[row], xs[col + cols] - xs[col], ys[row + rows] - ys[row])
                self.pen.fill()

    def boxes(self, t, xs, ys):
        """Draws the cells as boxes with gaps between them; gives their sides."""
        level, plumb = [], []
        half, style = self.rng.choice(GAPS) * self.large / 2, t.inside[LEVEL]
        t.grounds = [None] * len(t.cells)
        self.tone(style.tone if visible(style.tone, self.page) else self.ink)
        self.pen.set_line_width(max(1, min(3, style.width)))
        for row, col, rows, cols, _ in t.cells:
            x0, y0, x1, y1 = xs[col] + half, ys[row] + half, xs[col + cols] - half, ys[row + rows] - half
            if t.whole_pixels:
                x0, y0, x1, y1 = (round(v) + .5 for v in (x0, y0, x1, y1))
            self.pen.rectangle(x0, y0, x1 - x0, y1 - y0)
            self.pen.stroke()
            level += (x0, y0, x1, y0), (x0, y1, x1, y1)
            plumb += (x0, y0, x0, y1), (x1, y0, x1, y1)
        return level, plumb

    def table_rules(self, t, xs, ys):
        """Draws the rules of a table; gives those that are seen."""
        rng = self.rng
        scale = self.large if rng.random() < .7 else 1
        offset, whole = rng.uniform(0, 6), rng.random() < .5  # of the dashes; whether neighbouring edges are one stroke
        seen = [], []
        for axis in (LEVEL, PLUMB):
            across, along = (ys, xs) if axis == LEVEL else (xs, ys)
            ends = lambda line, lo, hi: (along[lo], across[line], along[hi], across[line]) if axis == LEVEL else (across[line], along[lo], across[line], along[hi])
            for line, printed in enumerate(t.printed[axis]):
                for lo, hi in strokes(printed, whole):
                    self.rule(ends(line, lo, hi), axis, t, line, scale, offset)
                seen[axis].extend(ends(line, at, at + 1) for at in range(len(printed)) if t.seen(axis, line, at, self.page))
        return seen

    def rule(self, ends, axis, t, line, scale, offset):
        style, pen = t.style(axis, line), self.pen
        width = style.width * scale * (2.5 if (axis, line) in t.thick else 1)
        middle = 0
        pen.set_antialias(cairo.ANTIALIAS_DEFAULT)
        if t.whole_pixels:
            width = max(1, round(width))
            middle = width % 2 / 2
            pen.set_antialias(cairo.ANTIALIAS_NONE)
        self.tone(style.tone)
        pen.set_line_width(width)
        pen.set_dash([d * scale for d in style.dashes], offset)
        apart = 1.5 * max(1, width)
        for beside in (-apart, apart) if (axis, line) in t.double and (axis, line) not in t.thick else (0,):
            dx, dy = (0, middle + beside) if axis == LEVEL else (middle + beside, 0)
            pen.move_to(ends[0] + dx, ends[1] + dy)
            pen.line_to(ends[2] + dx, ends[3] + dy)
            pen.stroke()
        pen.set_dash([])

    def lose(self, rules, share):
        """Takes a piece of some rules away."""
        reach = 3 * self.large
        self.pen.set_antialias(cairo.ANTIALIAS_NONE)
        self.tone(self.page)
        for axis, of in enumerate(rules):
            for ends in of:
                if self.rng.random() < share:
                    lo, hi = ends[axis], ends[axis + 2]
                    length = (hi - lo) * self.rng.uniform(.1, .8)
                    at = self.rng.uniform(lo, hi - length)
                    if axis == LEVEL:
                        self.pen.rectangle(at, ends[1] - reach, length, 2 * reach)
                    else:
                        self.pen.rectangle(ends[0] - reach, at, 2 * reach, length)
                    self.pen.fill()

    def table_print(self, t, xs, ys):
        rng = self.rng
        chinese, latin = font(t.chinese, self.height), font(t.latin, self.height)
        align, hang = rng.choice(('centre', 'left', 'right', 'mixed')), rng.choice((.5, .5, .5, 0, 1))
        room, spacing = rng.choice((0, .05, .15, .3)) * self.height, self.height * 1.15
        for ground, (row, col, rows, cols, text) in zip(t.grounds, t.cells):
            if not text:
                continue
            narrow = text.isascii()
            face = latin if narrow else chinese
            w, h = xs[col + cols] - xs[col] - 2 * room, ys[row + rows] - ys[row]
            broken = wrapped(text, face, w)[:max(1, int(h / spacing))]
            y = ys[row] + (h - spacing * len(broken)) * hang + spacing / 2 - self.height * .6
            side = align if align != 'mixed' else 'right' if narrow else 'left'
            for line in broken:
                length = face.getlength(line)
                x = xs[col] + room + {'left': 0, 'centre': (w - length) / 2, 'right': w - length}[side]
                tone = self.ink if sum(ground or self.page) > DARK else (250, 250, 250)
                if rng.random() < .01:
                    tone = (200, 20, 20)
                self.write(x, y, line, face, tone)
                if rng.random() < .01:
                    self.underline(x, y + self.height * 1.1, length, self.height, tone)
                y += spacing

    def picture(self):
        """Height × width × 3, floats from 0 to 255."""
        under = np.ndarray((self.h, self.surface.get_stride() // 4, 4), np.uint8, self.surface.get_data())[:, :self.w, 2::-1].astype(np.float32)
        mask = np.asarray(self.mask, np.float32)[..., None] / 255
        if self.rng.random() < .15:  # a liquid crystal screen shows red and blue a third of a pixel aside
            shifted = lambda by: cv2.warpAffine(mask[..., 0], np.float32([[1, 0, by], [0, 1, 0]]), (self.w, self.h))
            third = self.rng.choice((-1, 1)) / 3
            mask = np.stack([shifted(third), mask[..., 0], shifted(-third)], -1)
        return under * (1 - mask) + np.asarray(self.tones, np.float32) * mask


def strokes(printed, whole):
    """The first and last places of the strokes of a line: of each edge, or of all that follow one another."""
    out = []
    for at, here in enumerate(printed):
        if not here:
            continue
        if whole and out and out[-1][1] == at:
            out[-1][1] = at + 1
        else:
            out.append([at, at + 1])
    return out


def wrapped(text, face, width):
    """A text in lines, none wider than what there is, unless a character is."""
    out = ['']
    for char in text:
        if out[-1] and face.getlength(out[-1] + char) > width:
            out.append('')
        out[-1] += char
    return out


# What happens to pages.

def sealed(rng, picture, height):
    """With a red seal on it: a ring, characters along it, a star."""
    h, w = picture.shape[:2]
    radius, x, y = height * rng.uniform(2.5, 6), rng.uniform(0, w), rng.uniform(0, h)
    ring = np.zeros((h, w), np.uint8)
    cv2.circle(ring, (int(x), int(y)), int(radius), 255, max(1, int(radius / 14)), cv2.LINE_AA)
    layer = Image.fromarray(ring)
    draw, face = ImageDraw.Draw(layer), font(rng.choice(fonts()[0]), radius / 3.2)
    for k in range(10):
        angle = math.pi * (.8 + k * .14)
        draw.text((x + radius * (.75 * math.cos(angle) - 1 / 6), y + radius * (.75 * math.sin(angle) - 1 / 6)), rng.choice(lexicon())[0], font=face, fill=255)
    draw.text((x - radius / 5, y - radius / 4), '★', font=font(fonts()[0][0], radius / 2), fill=255)
    share = np.asarray(layer, np.float32)[..., None] / 255 * rng.uniform(.4, 1)
    red = np.float32([rng.randint(190, 240), rng.randint(10, 70), rng.randint(10, 70)])
    if rng.random() < .6:
        red = np.minimum(picture, red)
    return picture * (1 - share) + red * share


def turn(rng, w, h):
    """A turn about the middle by a quarter of a degree or so: 2×3."""
    angle = math.radians(rng.gauss(0, .25))
    out = np.float32([[math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0]])
    middle = np.float32([w / 2, h / 2])
    out[:, 2] = middle - out[:, :2] @ middle
    return out


def scaled(rng, picture, large):
    """As small as it should be."""
    if large == 1 and rng.random() >= .15:
        return picture
    by = 1 / large * (rng.uniform(.7, 1.2) if large == 1 else 1)
    size = max(64, int(picture.shape[1] * by)), max(64, int(picture.shape[0] * by))
    return cv2.resize(picture, size, interpolation=rng.choice((cv2.INTER_AREA, cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_NEAREST)))


def lit(rng, picture):
    """With less contrast, and a shadow over it."""
    if rng.random() < .15:
        picture = 128 + (picture - 128) * rng.uniform(.35, .9) + rng.uniform(-10, 40)
    if rng.random() < .1:
        h, w = picture.shape[:2]
        y, x = np.mgrid[0:h, 0:w]
        shadow = np.cos(rng.uniform(0, 6)) * x / w + np.sin(rng.uniform(0, 6)) * y / h
        picture = picture * (1 - rng.uniform(0, .5) * shadow.clip(0, 1))[..., None]
    return picture


def worn(rng, picture):
    """Grained, made bilevel or grey, and compressed: bytes."""
    noise = np.random.default_rng(rng.randrange(1 << 30))
    if rng.random() < .22:
        picture = picture + noise.normal(0, rng.uniform(1, 10), picture.shape[:2] + (rng.choice((1, 3)),))
    picture = picture.clip(0, 255).astype(np.uint8)
    kind = rng.random()
    if kind < .2:
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        if kind < .1:
            grey = ((grey > rng.uniform(100, 230)) * 255).astype(np.uint8)
        elif kind < .13:
            grey = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 15, 8)
        if kind < .13 and rng.random() < .7:
            grey = specked(rng, noise, grey)
        picture = cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB)
    if rng.random() < .5:
        quality = rng.choice((15, 25, 40, 55, 70, 80, 90, 95))
        picture = cv2.imdecode(cv2.imencode('.jpg', picture, (cv2.IMWRITE_JPEG_QUALITY, quality))[1], cv2.IMREAD_COLOR)
    return picture


def specked(rng, noise, grey):
    """With specks, of one pixel or a few, as a bad line leaves on a fax: dark on paper, and light on print."""
    specks = (noise.random(grey.shape) < math.exp(rng.uniform(*map(math.log, SPECKS)))).astype(np.uint8)
    if rng.random() < .5:
        specks |= cv2.dilate((noise.random(grey.shape) < rng.uniform(0, .0008)).astype(np.uint8), np.ones((rng.randint(1, 3), rng.randint(1, 3)), np.uint8))
    return np.where(specks > 0, 255 - grey, grey)


def moved(rules, by):
    """Ends of rules, by a 2×3 matrix: N×2×2."""
    ends = np.array(rules, np.float32).reshape(-1, 2, 2)
    return ends @ by[:, :2].T + by[:, 2]


def drawn(rng):
    """(page, level rules, plumb rules): height × width × 3, red first, and the ends of the rules, N×2×2, x before y."""
    drawing = Drawing(rng)
    drawing.draw()
    picture, by = drawing.picture(), np.float32([[1, 0, 0], [0, 1, 0]])
    if rng.random() < .1:
        picture = sealed(rng, picture, drawing.height)
    if rng.random() < .3:
        by = turn(rng, drawing.w, drawing.h)
        picture = cv2.warpAffine(picture, by, (drawing.w, drawing.h), flags=cv2.INTER_LINEAR, borderValue=drawing.page)
    if rng.random() < .2:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(.3, .8) * drawing.large ** .7)
    picture = scaled(rng, picture, drawing.large)
    by = by * np.float32([[picture.shape[1] / drawing.w], [picture.shape[0] / drawing.h]])
    return worn(rng, lit(rng, picture)), *(moved(rules, by) for rules in drawing.rules)


def said(rules, axis):
    """Rules as pages.jsonl has them."""
    return [{name: round(float(v), 2) for name, v in (
        ('Pos', (a[1 - axis] + b[1 - axis]) / 2), ('Lo', a[axis]), ('Hi', b[axis]), ('Rise', b[1 - axis] - a[1 - axis]))} for a, b in rules]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('out')
    p.add_argument('--n', type=int, required=True, help='how many pages')
    p.add_argument('--seed', type=int, default=1)
    a = p.parse_args()
    os.makedirs(a.out, exist_ok=True)
    with open(os.path.join(a.out, 'pages.jsonl'), 'w', encoding='utf-8') as out:
        for k in range(a.n):
            picture, level, plumb = drawn(random.Random(f'{a.seed} {k}'))
            name = f'page-{k:05d}.png'
            cv2.imwrite(os.path.join(a.out, name), picture[..., ::-1], (cv2.IMWRITE_PNG_COMPRESSION, 1))
            out.write(json.dumps({'file': name, 'h': said(level, LEVEL), 'v': said(plumb, PLUMB)}) + '\n')


if __name__ == '__main__':
    main()
