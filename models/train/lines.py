"""Renders lines of text as tables show them: FreeType glyphs, shrunk, compressed, scanned, photographed; cropped and
normalised as package linenet does it."""
import glob, io, os, random

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from charset import OTHER, charset, fold, labels

HEIGHT = 32        # of the strip, pixels
INK = 24           # of a line's ink on it
MARGIN = 8         # of paper at the left and right

# Fonts that are never trained on.
HELD_OUT = ('gbsn00lp', 'TW-Kai', 'Carlito', 'texgyretermes')

CJK = {  # file pattern: faces (index in the collection)
    'noto/NotoSansCJK-*.ttc': (2,), 'noto/NotoSerifCJK-*.ttc': (2,), 'wqy/wqy-zenhei.ttc': (0, 2), 'wqy/wqy-microhei.ttc': (0,),
    'arphic/ukai.ttc': (0,), 'arphic/uming.ttc': (0,), 'arphic-gkai00mp/*.ttf': (0,), 'arphic-gbsn00lp/*.ttf': (0,), 'lxgw-wenkai/LXGWWenKai*.ttf': (0,),
    'cns11643/TW-Kai-98_1.ttf': (0,), 'cns11643/TW-Sung-98_1.ttf': (0,), 'babelstone/*.ttf': (0,), 'droid/DroidSansFallback*.ttf': (0,),
}
LATIN = ('liberation*/*.ttf', 'dejavu/*.ttf', 'freefont/*.ttf', 'croscore/*.ttf', 'crosextra/*.ttf', 'roboto/**/*.ttf', 'open-sans/*.ttf', 'lato/*.ttf')
LATIN_OTF = ('texgyre/*.otf', 'texgyre/**/*.otf', 'urw-base35/*.otf')
SKIP = ('Thin', 'Hairline', 'Black', 'ExtraLight', 'Symbol', 'Dingbat', 'chorus', 'adventor', 'Z003', 'D050', 'Condensed-Thin', 'Math', 'Slab', 'Italic', 'italic', 'Oblique', 'Chancery')


def _find(root, pattern):
    return sorted(glob.glob(os.path.join(root, '**', pattern), recursive=True))


def fonts():
    """(cjk, latin): lists of (file, face)."""
    cjk, latin = [], []
    for p, faces in CJK.items():
        for f in _find('/usr/share/fonts', p):
            if any(s in f for s in ('Thin', 'Black', 'ExtraLight')):
                continue
            cjk += [(f, i) for i in faces]
    for p in LATIN + LATIN_OTF:
        for f in _find('/usr/share/fonts', p):
            if not any(s in os.path.basename(f) for s in SKIP) or (('Italic' in f or 'italic' in f) and 'liberation' in f):
                latin.append((f, 0))
    return cjk, sorted(set(latin))


def held_out(font):
    return any(h in font[0] for h in HELD_OUT)


class Writer:
    """Makes (strip, text) pairs; text is folded."""

    def __init__(self, seed, test=False):
        self.r = random.Random(seed)
        self.np = np.random.default_rng(seed)
        cjk, latin = fonts()
        self.cjk = [f for f in cjk if held_out(f) == test]
        self.latin = [f for f in latin if held_out(f) == test]
        self.chars = charset()
        self.known = set(self.chars)
        self.labels = labels()
        self.others = [c for c in self._gb2312() if c not in self.known]
        self.cache = {}

    @staticmethod
    def _gb2312():
        out = []
        for a in range(0xb0, 0xd8):
            for b in range(0xa1, 0xff):
                try:
                    out.append(bytes((a, b)).decode('gb2312'))
                except UnicodeDecodeError:
                    pass
        return out + list('ABCDEFGHIJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz')

    def font(self, font, size):
        k = (font, size)
        if k not in self.cache:
            if len(self.cache) > 600:
                self.cache.clear()
            self.cache[k] = ImageFont.truetype(font[0], size, index=font[1])
        return self.cache[k]

    # Texts.

    def number(self):
        r = self.r
        k = r.random()
        digits = lambda n: ''.join(r.choice('0123456789') for _ in range(n))
        whole = lambda: str(r.randint(1, 9)) + digits(r.choice((0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 6)))
        if k < .12:
            return r.choice('0000123456789')
        if k < .50:
            return whole()
        if k < .60:
            return digits(r.randint(1, 8))
        if k < .70:
            return whole() + '.' + digits(r.randint(1, 4))
        if k < .74:
            n = whole()
            return f'{int(n):,}' + (('.' + digits(2)) if r.random() < .3 else '')
        if k < .80:
            return r.choice('+-') + whole()
        if k < .85:
            return r.choice(('增', '减', '增加', '减少')) + whole()
        if k < .91:
            return whole() + (('.' + digits(r.randint(1, 4))) if r.random() < .4 else '') + r.choice(('元', '万元', '万元', '亿元', '件', '项', '个', '万', '条', '次', '人'))
        if k < .94:
            return whole() + (('.' + digits(r.randint(1, 2))) if r.random() < .5 else '') + '%'
        if k < .98:
            return r.choice(('/', '-', '—', '－', '无', '--', '0.0', '0.00', '1', '11', '111', '7', '8', '3', '6', '9', '5'))
        return f'{r.randint(2015, 2026)}年' if r.random() < .5 else f'{r.randint(2015, 2026)}.{r.randint(1, 12)}.{r.randint(1, 31)}'

    def words(self):
        r = self.r
        k = r.random()
        if k < .55:
            s = r.choice(self.labels)
            if len(s) > 4 and r.random() < .7:  # as a cell wraps it
                n = r.randint(1, min(15, len(s)))
                i = r.randint(0, len(s) - n)
                s = s[i:i + n]
            s = s[:16]
            if r.random() < .4:
                s = s.replace('(', '（').replace(')', '）')
            if r.random() < .2:
                s = s.replace(',', '，').replace(':', '：').replace('"', r.choice('“”'))
        elif k < .93:
            s = ''.join(r.choice(self.chars) for _ in range(r.randint(1, 12)))
        else:
            s = ''.join(r.choice(self.others) if r.random() < .5 else r.choice(self.chars) for _ in range(r.randint(1, 10)))
        return s or '一'

    # Pictures.

    def render(self, text, font, latin, size, ink, paper):
        """The text on paper at size pixels em, with room around it."""
        r = self.r
        split = latin is not None
        runs = []
        for c in text:
            f = latin if split and ord(c) < 0x2000 else font
            if runs and runs[-1][1] is f:
                runs[-1][0] += c
            else:
                runs.append([c, f])
        space = 0 if r.random() < .85 else r.uniform(.02, .3) * size
        pieces, width = [], 0.0
        for s, f in runs:
            ft = self.font(f, size)
            if space:
                for c in s:
                    pieces.append((c, ft, width))
                    width += ft.getlength(c) + space
            else:
                pieces.append((s, ft, width))
                width += ft.getlength(s)
        pad = int(size * .8) + 4
        img = Image.new('L', (int(width) + 2 * pad + 2, size * 2 + 2 * pad), paper)
        d = ImageDraw.Draw(img)
        if r.random() < .08:
            d.fontmode = '1'
        bold = r.random() < .12
        x0, y0 = pad + r.random(), pad + size * 1.2
        for s, ft, x in pieces:
            d.text((x0 + x, y0), s, font=ft, fill=ink, anchor='ls')
            if bold:
                d.text((x0 + x + max(1, size / 24), y0), s, font=ft, fill=ink, anchor='ls')
        return np.asarray(img, np.float32)

    def degrade(self, img, size, ink, paper):
        r, rng = self.r, self.np
        if r.random() < .25:  # turned and tilted a little, as what is left after straightening
            h, w = img.shape
            a = r.gauss(0, .6) * np.pi / 180
            m = np.float32([[np.cos(a), -np.sin(a) + r.gauss(0, .02), 0], [np.sin(a), np.cos(a), 0]])
            m[:, 2] = np.float32([w / 2, h / 2]) - m[:, :2] @ np.float32([w / 2, h / 2]) + rng.uniform(-.5, .5, 2)
            img = cv2.warpAffine(img, m, (w, h), flags=r.choice((cv2.INTER_LINEAR, cv2.INTER_CUBIC)), borderMode=cv2.BORDER_REPLICATE)
        k = r.random()
        if k < .35:
            img = cv2.GaussianBlur(img, (0, 0), r.uniform(.2, .085 * size) if size > 5 else .3)
        elif k < .40:
            n = r.choice((2, 3))
            img = cv2.blur(img, (n, 1) if r.random() < .5 else (1, n))
        if size > 13 and r.random() < .12:  # worn or bled print
            k = np.ones((2, 2), np.uint8)
            img = cv2.erode(img, k) if r.random() < .5 else cv2.dilate(img, k)
        if r.random() < .3:
            img = img + rng.normal(0, r.uniform(1, 14), img.shape).astype(np.float32)
        if r.random() < .2:
            img = img + np.linspace(0, r.uniform(-30, 30), img.shape[1], dtype=np.float32)[None, :]
        if r.random() < .1:
            t = (ink + paper) / 2 + r.uniform(-.15, .15) * abs(paper - ink)
            img = np.where(img > t, 255., 0.).astype(np.float32)
            if r.random() < .5:
                m = rng.random(img.shape) < r.uniform(0, .01)
                img[m] = 255 - img[m]
        img = np.clip(img, 0, 255)
        if r.random() < .6:
            _, b = cv2.imencode('.jpg', img.astype(np.uint8), (cv2.IMWRITE_JPEG_QUALITY, r.randint(35, 95)))
            img = cv2.imdecode(b, cv2.IMREAD_GRAYSCALE).astype(np.float32)
        return img

    def sample(self, kind=None):
        r = self.r
        while True:
            kind_ = kind or ('number' if r.random() < .5 else 'words')
            text = self.number() if kind_ == 'number' else self.words()
            label = ''.join(c if c in self.known else OTHER for c in fold(text))
            # fold may lengthen what NFKC spells out; then classes and glyphs differ.
            if not label or len(label) != len([c for c in text if not c.isspace()]):
                continue
            strip = self.picture(text)
            if strip is not None:
                return strip, label

    def picture(self, text):
        r = self.r
        font = r.choice(self.cjk)
        latin = r.choice(self.latin) if r.random() < .7 else None
        if r.random() < .3 and latin:
            latin = r.choice([f for f in self.latin if 'iberation' in f[0] or 'DejaVu' in f[0]] or self.latin)
        final = min(60, max(7.5, r.lognormvariate(2.75, .42)))  # em on the picture, pixels; median 15.6
        over = 1.0
        if r.random() < .5:
            over = r.choice((1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2, 2.5, 3)) * r.uniform(.95, 1.05)
        size = max(8, round(final * over))
        paper, ink = r.choice(((255, 0),) * 4 + ((r.randint(190, 255), r.randint(0, 90)), (r.randint(140, 230), r.randint(0, 60)), (255, r.randint(60, 150))))
        if paper - ink < 70:
            ink = paper - 70
        img = self.render(text, font, latin, size, ink, paper)
        if over != 1:
            k = final / size
            img = cv2.resize(img, None, fx=k, fy=k, interpolation=r.choice((cv2.INTER_AREA, cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4)))
        img = self.degrade(img, final, ink, paper)
        return self.normalise(img, final)

    def normalise(self, img, em):
        """Crops the ink as layout does and scales it as linenet does, with the errors both make."""
        r = self.r
        h, w = img.shape
        ground = float(np.median(img))
        lo = float(np.percentile(img, .3))
        if ground - lo < 25:
            return None
        ink = img < ground - max(.38 * (ground - lo), 16)
        # Speckles do not bound a line.
        n, _, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
        least = 2 if em < 14 else 4
        ys, xs, ye, xe = h, w, 0, 0
        for i in range(1, n):
            x, y, bw, bh, area = stats[i]
            if area >= least:
                ys, xs, ye, xe = min(ys, y), min(xs, x), max(ye, y + bh), max(xe, x + bw)
        if ye <= ys:
            return None
        pad = max(2, (ye - ys) // 5)
        j = lambda: r.choice((-1, 0, 0, 0, 0, 1))
        y0, y1, x0, x1 = max(0, ys - pad + j()), min(h, ye + pad + j()), max(0, xs - pad + j()), min(w, xe + pad + j())
        floor = em * r.uniform(.5, .68)
        ink_h = max(ye - ys, floor) * np.exp(r.gauss(0, .06))
        return strip(img[y0:y1, x0:x1], ink_h, (ys + ye) / 2 - y0 + r.gauss(0, .04) * ink_h, MARGIN + r.uniform(-3, 4))


def strip(crop, ink_height, middle, margin=MARGIN):
    """The contract with package linenet: ink scaled to INK pixels, its middle in the middle of the strip, paper 0, ink 1."""
    k = INK / ink_height
    h, w = crop.shape
    lo, hi = np.percentile(crop, 1), np.percentile(crop, 75)
    v = np.clip((hi - crop) / max(hi - lo, 1), 0, 1).astype(np.float32)
    sw, sh = max(1, round(w * k)), max(1, round(h * k))
    v = cv2.resize(v, (sw, sh), interpolation=cv2.INTER_AREA if k < 1 else cv2.INTER_LINEAR)
    out = np.zeros((HEIGHT, int(sw + 2 * margin + .5)), np.float32)
    top = round(HEIGHT / 2 - middle * k)
    left = int(margin)
    a, b = max(0, top), min(HEIGHT, top + sh)
    if b > a:
        out[a:b, left:left + sw] = v[a - top:b - top]
    return out


if __name__ == '__main__':  # a sheet to look at
    w = Writer(1)
    rows = []
    for i in range(60):
        s, t = w.sample()
        row = np.zeros((HEIGHT + 2, 420), np.float32)
        row[:HEIGHT, :min(420, s.shape[1])] = s[:, :420]
        rows.append(row)
        print(i, t)
    half = len(rows) // 2
    cv2.imwrite('/tmp/lines.png', 255 - 255 * np.hstack([np.vstack(rows[:half]), np.vstack(rows[half:])]))
    import time
    t0 = time.time()
    for _ in range(500):
        w.sample()
    print('samples a second:', 500 / (time.time() - t0), len(w.cjk), len(w.latin))
