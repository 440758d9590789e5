"""Sets tables with Pango and draws them with Cairo: rules lie between pixels, and print has the sub-pixels that Cairo
gives it, in any order that screens have. See office.py."""
import gi
gi.require_version('Pango', '1.0')
gi.require_version('PangoCairo', '1.0')
import cairo
import numpy as np
from gi.repository import Pango, PangoCairo
from PIL import Image

from setting import align, ground, heights, is_label, wide, widths

DASHES = {'single': (), 'dashed': (4, 3), 'dotted': (1, 1), 'dashSmallGap': (3, 1), 'dotDash': (4, 2, 1, 2), 'double': ()}  # in thicknesses of the rule
ORDERS = (cairo.SUBPIXEL_ORDER_RGB, cairo.SUBPIXEL_ORDER_BGR, cairo.SUBPIXEL_ORDER_VRGB, cairo.SUBPIXEL_ORDER_VBGR)
HINTS = (cairo.HINT_STYLE_NONE, cairo.HINT_STYLE_SLIGHT, cairo.HINT_STYLE_FULL)
ROOM = 3  # left and right of print, points


def rgb(colour):
    return tuple(int(colour[i:i + 2], 16) / 255 for i in (0, 2, 4))


class Drawing:
    """A table drawn with so many pixels to a point."""

    def __init__(self, table, s, scale, order, hint):
        self.table, self.s, self.scale = table, s, scale
        self.options = cairo.FontOptions()
        self.options.set_antialias(cairo.ANTIALIAS_GRAY if order is None else cairo.ANTIALIAS_SUBPIXEL)
        self.options.set_hint_style(hint)
        if order is not None:
            self.options.set_subpixel_order(order)
        self.cr = cairo.Context(cairo.ImageSurface(cairo.FORMAT_RGB24, 8, 8))
        low = s.get('low')
        self.room = low['room'] if low else ROOM
        self.x = self.lines(self.fitting() if low else widths(table, 760 if wide(table) else 480))
        room = 2 + s['row'] / 4
        self.y = self.lines(heights(table, lambda c: self.needs(c) + (0 if low else room), low['row'] * s['pt'] if low else 1.3 * s['pt']))

    def lines(self, sizes):
        """Where the lines of a direction lie, points; on whole pixels where rules are."""
        at = np.concatenate([[0], np.cumsum(sizes)]) + 20
        return np.round(at * self.scale) / self.scale if self.snapped() else at

    def snapped(self):
        return self.s.get('low') and self.s['low']['snapped']

    def needs(self, c):
        """How high the print of a cell is, points: one line may be higher than the rows of a low table."""
        l = self.layout(c)
        return 0 if self.s.get('low') and l.get_line_count() == 1 else l.get_pixel_size()[1] / self.scale

    def fitting(self):
        """Columns as wide as their print, points."""
        w = [2 * self.s['pt']] * self.table['cols']
        for c in sorted(self.table['cells'], key=lambda c: c['colspan']):
            l = self.layout(c, wrap=False)
            most = self.s['pt'] * 14 * c['colspan']  # longer texts are broken
            missing = min(most, l.get_pixel_size()[0] / self.scale + 1) + 2 * self.room - sum(w[c['col']:c['col'] + c['colspan']])
            for k in range(c['col'], c['col'] + c['colspan']):
                w[k] += max(0, missing) / c['colspan']
        return w

    def layout(self, c, wrap=True):
        s, scale = self.s, self.scale
        l = PangoCairo.create_layout(self.cr)
        PangoCairo.context_set_font_options(l.get_context(), self.options)
        bold = ' Bold' if s['bold'] and is_label(c, self.table) else ''
        font = Pango.FontDescription.from_string(','.join(f for f in (s['latin'], s['cjk']) if f) + bold)
        font.set_absolute_size(s['pt'] * scale * Pango.SCALE)
        l.set_font_description(font)
        if wrap:
            l.set_width(int((self.x[c['col'] + c['colspan']] - self.x[c['col']] - 2 * self.room) * scale * Pango.SCALE))
        l.set_wrap(Pango.WrapMode.WORD_CHAR)
        l.set_alignment({'left': Pango.Alignment.LEFT, 'center': Pango.Alignment.CENTER, 'right': Pango.Alignment.RIGHT}[align(c, self.table, s)])
        l.set_text(c['text'], -1)
        return l

    def draw(self):
        surface = cairo.ImageSurface(cairo.FORMAT_RGB24, int((self.x[-1] + 20) * self.scale), int((self.y[-1] + 20) * self.scale))
        self.cr = cr = cairo.Context(surface)
        cr.set_source_rgb(1, 1, 1)
        cr.paint()
        for c in self.table['cells']:
            self.fill(c)
        for c in self.table['cells']:
            self.rule(c)
        for c in self.table['cells']:
            self.write(c)
        a = np.ndarray((surface.get_height(), surface.get_stride() // 4, 4), np.uint8, surface.get_data())
        return Image.fromarray(a[:, :surface.get_width(), 2::-1].copy())

    def box(self, c):
        return [v * self.scale for v in (self.x[c['col']], self.y[c['row']], self.x[c['col'] + c['colspan']], self.y[c['row'] + c['rowspan']])]

    def fill(self, c):
        colour = ground(c, self.table, self.s)
        if colour:
            x0, y0, x1, y1 = self.box(c)
            self.cr.set_source_rgb(*rgb(colour))
            self.cr.rectangle(x0, y0, x1 - x0, y1 - y0)
            self.cr.fill()

    def rule(self, c):
        s, (size, colour, line) = self.s, self.s['line']
        thick, (x0, y0, x1, y1), sides = size / 8 * self.scale, self.box(c), s['sides']
        cr = self.cr
        cr.set_source_rgb(*rgb(colour))
        if self.snapped():
            thick = max(1, round(thick))
            cr.set_antialias(cairo.ANTIALIAS_NONE)
            x0, y0, x1, y1 = (round(v) + thick % 2 / 2 for v in (x0, y0, x1, y1))
        cr.set_line_width(thick)
        low = s.get('low')
        cr.set_dash(low['dash'] if low else [v * max(thick, self.scale / 2) for v in DASHES[line]])
        edges = [(x0, y1, x1, y1)] + ([(x0, y0, x1, y0)] if c['row'] == 0 else [])
        if sides != 'across':
            edges += [(x1, y0, x1, y1)] if sides == 'all' or c['col'] + c['colspan'] < self.table['cols'] else []
            edges += [(x0, y0, x0, y1)] if sides == 'all' and c['col'] == 0 else []
        for a, b, d, e in edges:
            cr.move_to(a, b)
            cr.line_to(d, e)
            cr.stroke()
        cr.set_antialias(cairo.ANTIALIAS_DEFAULT)

    def write(self, c):
        x0, y0, x1, y1 = self.box(c)
        l = self.layout(c)
        self.cr.set_source_rgb(0, 0, 0)
        self.cr.move_to(x0 + self.room * self.scale, (y0 + y1 - l.get_pixel_size()[1]) / 2)
        PangoCairo.show_layout(self.cr, l)


def by_pango(jobs, folder):
    for j in jobs:
        order = j['rng'].choice(ORDERS) if j['kind'] == 'cleartype' else None
        d = Drawing(j['tables'][0], j['style'], j['dpi'] / 72, order, j['rng'].choice(HINTS))
        yield j, d.draw(), {'rows': [float(y) * d.scale for y in d.y], 'cols': [float(x) * d.scale for x in d.x]}
