"""Lines of all print, for the reader of text: what tables hold beside the labels of forms, drawn as lines.py draws them."""
import lines
import numpy as np
import cv2

from t8 import HEIGHT, STRIDE

INK = 36        # height of a line's ink on the strip, pixels
NARROW = .65    # a strip's pixel is so much of its height: narrower letters cost less, and are read as well
QUICK = .8      # the same for the quick reader
MARGIN = 8      # of paper at the left and right, pixels

LATIN = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
BRACKETS = '（）〈〉《》【】“”()[]、。：；，'
MARKS = '□■☑☒✓√●○◎▲△★☆→↑↓×'
UNITS = ('℃', '‰', '%', 'm²', 'm³', '㎡', '㎏', '㎝', '№', 'μm', 'Ω', '￥', '¥', '$', '€', '£', 'kg', 'km', 'kWh', '万元', '亿元', '吨', '公里', '亩')
NUMERALS = '①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ'
NAMES = '昇堃喆玥珺祎赟頔骐晞暐翀瑀璟甯'


class Writer(lines.Writer):
    """Draws lines of any text, as wide as the reader of all print wants them or the quick reader. A sample is a grey strip
    HEIGHT × width, paper 255 and ink 0, and its text."""

    def __init__(self, seed, test=False, quick=False):
        super().__init__(seed, test)
        self.narrow = QUICK if quick else NARROW

    def text(self, kind):
        r = self.r
        some = lambda chars, lo, hi: ''.join(r.choice(chars) for _ in range(r.randint(lo, hi)))
        if kind == 'number':
            return self.number()
        if kind == 'words':
            return some(self.gb2312, 1, 14)
        if kind == 'label':
            return r.choice(self.labels)[:r.randint(2, 18)]
        if kind == 'latin':
            return some(LATIN + '0123456789', 1, 12) if r.random() < .5 else some(LATIN, 1, 1) + some(LATIN.lower(), 2, 9)
        if kind == 'brackets':
            a, b = r.choice(('（）', '〈〉', '《》', '【】', '“”', '()'))
            return some(self.gb2312, 0, 4) + a + some(self.gb2312, 1, 5) + b + r.choice(('', '、', '。', '：', '；'))
        if kind == 'currency':
            return r.choice('￥¥$€£') + self.number()
        if kind == 'units':
            return self.number() + r.choice(UNITS)
        if kind == 'names':
            return some(self.gb2312, 1, 2) + r.choice(NAMES)
        if kind == 'marks':
            return some(MARKS, 1, 2) + some(self.gb2312, 0, 4)
        if kind == 'numerals':
            return some(NUMERALS, 1, 1) + some(self.gb2312, 0, 5)
        return some('±×÷≤≥≠≈～+-/', 1, 1) + self.number()

    KINDS = ('number', 'number', 'number', 'words', 'words', 'words', 'label', 'label', 'latin', 'latin', 'brackets', 'currency', 'units', 'names', 'marks', 'numerals', 'signs')

    @property
    def gb2312(self):
        if not hasattr(self, '_all'):
            self._all = [c for c in self._gb2312() if c not in LATIN] + [c for c in self.chars if ord(c) > 0x4e00]
        return self._all

    def sample(self, kind=None):
        while True:
            text = self.text(kind or self.r.choice(self.KINDS))
            strip = self.picture(text)
            if strip is not None and strip.shape[1] <= 1200:
                return strip, text

    def normalise(self, img, em, cell=None, joined=False):
        cut = self.cut(img, em, cell, joined)
        if cut is None:
            return None
        (left, top, right, bottom), ink_height, middle, _ = cut
        return strip(img[top:bottom, left:right], ink_height, middle, self.narrow)


def strip(crop, ink_height, middle, narrow=NARROW):
    """The contract with package textnet: ink scaled to INK pixels, its middle in the middle of the strip; paper 255, ink 0."""
    k = INK / ink_height
    h, w = crop.shape
    lo, hi = lines.tones(crop, .01, .75)
    v = np.clip((crop.astype(np.float32) - lo) / max(hi - lo, 1), 0, 1) * 255
    sw, sh = max(1, round(w * k * narrow)), max(1, round(h * k))
    v = cv2.resize(v, (sw, sh), interpolation=cv2.INTER_AREA if k < 1 else cv2.INTER_LINEAR)
    out = np.full((HEIGHT, -(-(sw + 2 * MARGIN) // STRIDE) * STRIDE), 255, np.float32)
    top = round(HEIGHT / 2 - middle * k)
    a, b = max(0, top), min(HEIGHT, top + sh)
    if b > a:
        out[a:b, MARGIN:MARGIN + sw] = v[a - top:b - top]
    return np.floor(out + np.float32(.5))
