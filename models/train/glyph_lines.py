"""Lines of characters in random order, for the reader of glyphs, and where each character stands on the strip."""
import os, re

import cv2
import numpy as np
from PIL import Image

import lines
from lines import INK, Writer, draws

STRIDE = 4       # pixels of a strip for one column of the output
WIDEST = 640     # pixels that a strip is wide at most
NEAR = .3        # of a character's width: columns so near its middle speak of it
FAR = .42        # columns so far from any are between characters; those between are of neither

# Fonts beside those of the line reader, most of Japan or for traditional characters: other hands.
MORE = ('hanazono/HanaMinA.ttf', 'cwtex/cwfs.ttf', 'cwtex/cwheib.ttf', 'cwtex/cwming.ttf', 'ipamj/ipamjm.ttf', 'arphic-bsmi00lp/bsmi00lp.ttf',
        'ipafont-gothic/ipag.ttf', 'ipafont-mincho/ipam.ttf')
BENT = .45     # share of lines that are set in a hand of no font
ENOUGH = 3000  # characters of a font that is worth a share of its own

ASCII = ''.join(map(chr, range(33, 127)))
SIGNS = '、。〈〉《》【】“‘·…℃‰①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ±×÷≤≥≠≈□■☑☒✓√●○◎▲△★☆→↑↓αβγμΩ°²³¥€£§〇〔〕「」ⅪⅫ㎡№㎏㎝㎜㎞※'
# What prints the same, or hardly differs, is one class: the half-width one, as package head folds it.
SAME = {**{chr(i): chr(i - 0xff01 + 33) for i in range(0xff01, 0xff5f)}, '—': '-', '–': '-', '”': '"', '’': "'", '￥': '¥', '☐': '□', '✔': '✓'}

UNTOLD = {'〇': '○'}  # what two classes were learnt of, and what both are read as: words alone tell them apart


def _encoded(encoding):
    out = set()
    for c in map(chr, range(0x4e00, 0xa000)):
        try:
            out.add((c.encode(encoding), c))
        except UnicodeEncodeError:
            pass
    return out


def classes():
    """(characters in the order of their classes, groups): groups are lists of characters that are drawn as often as one another."""
    gb = _encoded('gb2312')
    often = sorted(c for b, c in gb if b[0] < 0xd8)
    seldom = sorted(c for b, c in gb if b[0] >= 0xd8)
    simplified = set(often + seldom)
    traditional = sorted(c for b, c in _encoded('big5') if b[0] < 0xc9 and c not in simplified)
    known = simplified | set(traditional)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'quick.txt'), encoding='utf-8') as f:
        other = sorted({c for c in f.read().split('\n') if len(c) == 1 and '\u4e00' <= c <= '\u9fff'} - known)
    return list(ASCII) + list(SIGNS) + often + seldom + traditional + other, (often, seldom, traditional, other)


def names():
    """What each class is read as, in their order."""
    return [UNTOLD.get(c, c) for c in classes()[0]]


class Glyphs(Writer):
    """A sample is a strip as the line reader wants it, and for each character its class, its middle and its width on the
    strip, pixels."""

    SHARES = .5, .2, .24, .06  # of the groups of classes

    def __init__(self, seed, test=False):
        super().__init__(seed, test)
        names, self.groups = classes()
        self.index = {c: i + 1 for i, c in enumerate(names)}
        self.has = {}
        self.bent = 0 if test else BENT
        if not test:
            self.cjk += [(f, 0) for p in MORE for f in lines.find(p)]
        for font in self.cjk:
            self.has[font] = [[c for c in g if draws(font, c)] for g in self.groups], [c for c in SIGNS if draws(font, c)]
        self.cjk = [f for f in self.cjk if sum(map(len, self.has[f][0])) > ENOUGH]

    def text(self, font):
        r = self.r
        groups, signs = self.has[font]
        shares = [s if len(g) > 100 else 0 for s, g in zip(self.SHARES, groups)]
        k = r.random()
        if k < .06:
            return self.number()
        if k < .12:
            return ''.join(r.choice(ASCII) for _ in range(r.randint(1, 14)))
        out = ''
        for _ in range(r.choice((1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 18, 20, 20, 20))):
            k = r.random()
            if k < .9:
                out += r.choice(r.choices(groups, shares)[0])
            elif k < .93:
                out += r.choice('，。、（）：；《》“”-！—')
            elif k < .95 and signs:
                out += r.choice(signs)
            elif k < .97:
                out += self.number()[:6]
            else:
                out += ''.join(r.choice(ASCII) for _ in range(r.randint(1, 4)))
        return out

    def render(self, text, font, latin, size, ink, paper):
        """As its parent does; notes where each character stands."""
        img, self.places = self.set(text, font, latin, size, ink, paper)
        self.stretch = 1
        if img is not None and self.bent and self.r.random() < self.bent:
            img = Image.fromarray(self.bend(np.asarray(img), size, paper))
        return img

    def bend(self, img, size, paper):
        """Strokes bent, thicker or thinner than the font's, and leaning: less than would take a character from its place."""
        r = self.r
        h, w = img.shape
        x, y = np.meshgrid(np.arange(w, dtype=np.float32), np.arange(h, dtype=np.float32))
        if r.random() < .25:
            x += np.float32(r.uniform(-.18, .18)) * (y - h / 2)
        period, far = r.uniform(.2, .7) * size, r.uniform(.01, .045) * size
        for at in x, y:
            noise = self.np.standard_normal((int(h / period) + 2, int(w / period) + 2), np.float32)
            at += cv2.resize(noise, (w, h), interpolation=cv2.INTER_CUBIC) * far
        img = cv2.remap(img, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=paper)
        if r.random() < .5:
            side = np.ones(r.choice(((1, 2), (2, 1), (2, 2))), np.uint8)
            other = (cv2.dilate if size > 20 and r.random() < .5 else cv2.erode)(img, side)  # thinner, or thicker
            part = r.uniform(0, 1)
            img = cv2.addWeighted(img, 1 - part, other, part, 0)
        return img

    def sample(self):
        while True:
            font = self.r.choice(self.cjk)
            strip = self.picture(re.sub(r'\s', '', self.text(font)), font)
            if strip is not None and strip.shape[1] <= WIDEST:
                return strip, [(self.index[SAME.get(c, c)], *self.on_strip(middle, width)) for c, middle, width in self.places]

    def em(self):
        """Of the text on the picture, pixels: small print a third of the time."""
        r = self.r
        return r.uniform(7.5, 12.5) if r.random() < .33 else min(60, max(9, r.lognormvariate(2.8, .4)))

    def shrink(self, img, k):
        out = super().shrink(img, k)
        self.stretch = out.width / img.width
        return out

    def cut(self, img, em, cell=None, joined=False):
        cut = super().cut(img, em, cell, joined)
        if cut is not None:
            (left, _, right, _), ink_height, _, margin = cut
            scale = max(1, round((right - left) * INK / ink_height)) / (right - left)
            self.on_strip = lambda middle, width: (int(margin) + (middle * self.stretch - left) * scale, width * self.stretch * scale)
        return cut


def columns(width, where):
    """For each column of a strip by the number of the character that it speaks of: -1 between characters, -2 where it is neither."""
    n = -(-width // STRIDE)
    if not where:
        return np.full(n, -1)
    middles, widths = np.array([w[1] for w in where]), np.array([w[2] for w in where])
    away = abs((np.arange(n) * STRIDE + STRIDE / 2)[:, None] - middles) / np.maximum(widths, 1)
    near = away.argmin(1)
    d = away[np.arange(n), near]
    out = np.where(d < NEAR, near, np.where(d < FAR, -2, -1))
    out[np.clip((middles / STRIDE).astype(int), 0, n - 1)] = np.arange(len(where))
    return out
