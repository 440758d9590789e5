"""Renders lines of text as tables show them: FreeType glyphs, shrunk, compressed, scanned, photographed; cropped and
normalised as package linenet does it."""
import functools, glob, os, random, re

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from charset import OTHER, charset, fold, labels

HEIGHT = 32        # of the strip, pixels
INK = 24           # of a line's ink on it
MARGIN = 8         # of paper at the left and right

# Fonts that are never trained on.
HELD_OUT = ('gbsn00lp', 'TW-Kai', 'Carlito', 'texgyretermes')

ROOTS = ('/usr/share/fonts', '/usr/share/texmf/fonts/opentype')
CJK = {  # file pattern: faces (index in the collection)
    'noto/NotoSansCJK-*.ttc': (2,), 'noto/NotoSerifCJK-*.ttc': (2,), 'wqy/wqy-zenhei.ttc': (0, 2), 'wqy/wqy-microhei.ttc': (0,),
    'arphic/ukai.ttc': (0,), 'arphic/uming.ttc': (0,), 'arphic-gkai00mp/*.ttf': (0,), 'arphic-gbsn00lp/*.ttf': (0,), 'lxgw-wenkai/LXGWWenKai*.ttf': (0,),
    'cns11643/TW-Kai-98_1.ttf': (0,), 'cns11643/TW-Sung-98_1.ttf': (0,), 'babelstone/*.ttf': (0,), 'droid/DroidSansFallback*.ttf': (0,),
}
# Fonts drawn pixel by pixel for one size, as old sites were captured in.
BITMAP = {'wenquanyi_9pt.pcf': 12, 'wenquanyi_10pt.pcf': 13, 'wenquanyi_13px.pcf': 14, 'wenquanyi_11pt.pcf': 15, 'wenquanyi_12pt.pcf': 16}
LATIN = ('liberation*/*.ttf', 'dejavu/*.ttf', 'freefont/*.ttf', 'croscore/*.ttf', 'crosextra/*.ttf', 'roboto/**/*.ttf', 'open-sans/*.ttf', 'lato/*.ttf',
         'noto/NotoSans-*.ttf', 'noto/NotoSerif-*.ttf', 'gentium/Gentium-R.ttf', 'vlgothic/*.ttf', 'nanum/*.ttf', 'comfortaa/*.ttf', 'hack/*.ttf',
         'firacode/*.ttf', 'quicksand/*.ttf', 'baekmuk/[bdg]*.ttf')
LATIN_OTF = ('tex-gyre/*.otf', 'urw-base35/*.otf', 'linux-libertine/*_R.otf', 'linux-libertine/*_RB.otf', 'inter/*.otf', 'cantarell/*.otf', 'mplus/Mplus[12]-*.otf',
             'cabin/*.otf', 'jura/*.otf', 'dosis/*.otf')
SKIP = ('Thin', 'Hairline', 'Black', 'ExtraLight', 'ExtraBold', 'Symbol', 'Dingbat', 'chorus', 'adventor', 'Z003', 'D050', 'Condensed-Thin', 'Math', 'Slab', 'Italic', 'italic', 'Oblique', 'Chancery')


def find(pattern):
    """Files of the system's fonts whose paths end so."""
    return sorted(f for root in ROOTS for f in glob.glob(os.path.join(root, '**', pattern), recursive=True))


def fonts():
    """(cjk, latin): lists of (file, face)."""
    cjk, latin = [], []
    for p, faces in CJK.items():
        for f in find(p):
            if any(s in f for s in ('Thin', 'Black', 'ExtraLight')):
                continue
            cjk += [(f, i) for i in faces]
    for p in LATIN + LATIN_OTF:
        for f in find(p):
            if not any(s in os.path.basename(f) for s in SKIP) or (('Italic' in f or 'italic' in f) and 'liberation' in f):
                latin.append((f, 0))
    return cjk + [(f, 0) for p in BITMAP for f in find(p)], sorted(set(latin))


@functools.lru_cache(2500)
def face(font, size):
    return ImageFont.truetype(font[0], BITMAP.get(os.path.basename(font[0]), size), index=font[1], layout_engine=ImageFont.Layout.BASIC)


@functools.lru_cache(None)
def draws(font, c):
    """Whether a font has a glyph for a character."""
    mask = face(font, 24).getmask
    return any(mask(c)) and bytes(mask(c)) != bytes(mask('\uffff'))


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

    # Texts.

    def number(self):
        r = self.r
        k = r.random()
        digits = lambda n: ''.join(r.choice('0123456789') for _ in range(n))
        whole = lambda: str(r.randint(1, 9)) + digits(r.choice((0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 6)))
        if k < .18:
            return r.choice('000123456789')
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
        if k < .90:
            return whole() + (('.' + digits(r.randint(1, 4))) if r.random() < .4 else '') + r.choice(('元', '万元', '万元', '亿元', '件', '项', '个', '万', '条', '次', '人'))
        if k < .95:
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
        elif k < .95:
            s = ''.join(r.choice('一二三四五六七八九十') if r.random() < .5 else r.choice('()（）、.') for _ in range(r.randint(1, 4)))
        else:
            s = ''.join(r.choice(self.others) if r.random() < .5 else r.choice(self.chars) for _ in range(r.randint(1, 10)))
        # What stands alone or at a digit and looks like 一 is a dash.
        s = re.sub(r'一(?=[0-9])|(?<=[0-9])一', '-', s)
        return s if s and s != '一' else '-'

    # Pictures.

    def render(self, text, font, latin, size, ink, paper):
        """The text on paper at size pixels em, with room around it."""
        return self.set(text, font, latin, size, ink, paper)[0]

    def set(self, text, font, latin, size, ink, paper):
        """The same, and of each character itself, its middle and its width, pixels; (None, None) where it cannot be drawn."""
        r = self.r
        # Browsers take quotes and dashes from whichever font comes first.
        wide = r.random() < .6
        runs = []
        for c in text:
            narrow = ord(c) < 0x2000 or not wide and c in '“”‘’—–·…'
            f = latin if latin and narrow and draws(latin, c) else font
            if not draws(f, c) and not c.isspace():
                return None, None
            if runs and runs[-1][1] is f:
                runs[-1][0] += c
            else:
                runs.append([c, f])
        space = 0 if r.random() < .85 else r.uniform(.02, .3) * size
        pieces, width = [], 0.0
        for s, f in runs:
            ft = face(f, size)
            if space:
                for c in s:
                    pieces.append((c, ft, width))
                    width += ft.getlength(c) + space
            else:
                pieces.append((s, ft, width))
                width += ft.getlength(s)
        pad = int(size * .4) + 5
        # Where the letters lie among the pixels of the picture, and among JPEG's blocks.
        left, top = pad + r.randint(0, 8), pad + r.randint(0, 8)
        img = Image.new('L', (int(width) + left + pad + 2, int(size * 1.4) + top + pad), paper)
        d = ImageDraw.Draw(img)
        if r.random() < .08:
            d.fontmode = '1'
        bold = r.random() < .12
        places = []
        for s, ft, x in pieces:
            d.text((left + x, top + size), s, font=ft, fill=ink, anchor='ls')
            if bold:
                d.text((left + x + max(1, size / 24), top + size), s, font=ft, fill=ink, anchor='ls')
            for c in s:
                wide = ft.getlength(c)
                places.append((c, left + x + wide / 2, wide))
                x += wide
        return img, places

    def shrink(self, img, k):
        """Scales a picture as a site does, narrower or wider at times."""
        r = self.r
        w, h = max(1, round(img.width * k * (r.uniform(.86, 1.14) if r.random() < .25 else 1))), max(1, round(img.height * k))
        if k < .4 or r.random() < .7:
            return img.resize((w, h), r.choice((Image.Resampling.BOX, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS)))
        # These look at few of the pixels that are lost.
        return Image.fromarray(cv2.resize(np.asarray(img), (w, h), interpolation=r.choice((cv2.INTER_LINEAR, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_NEAREST if k > .6 else cv2.INTER_LINEAR))))

    def rules(self, img, em, ink, paper, joined):
        """Draws rules close to the text, as around a cell, and returns the cell: layout leaves out the most of a rule but
        not all. Where they are joined they bound the line."""
        r = self.r
        h, w = img.shape
        ys, xs = np.nonzero(img < paper - .4 * (paper - ink))
        if not len(ys):
            return 0, 0, w, h
        cell = [0, 0, w, h]
        tone = max(0, paper - (paper - ink) * r.uniform(.3, 1.2)) if r.random() < .7 else r.uniform(0, ink)
        for side in range(4):
            if r.random() < (.25 if joined else .5):
                continue
            thick, gap = r.choice((1, 1, 1, 2)), r.randint(1, max(2, round((.5 if joined else .25) * em)))
            into = r.choice((0, 1, 1, 1, 2) if joined else (0, 0, 1, 1, 2)) - 1  # how much of it is in the cell
            if joined and side == 2:
                gap = r.randint(1, w)
            elif r.random() < (.3 if side == 0 else .1):  # the text touches it, and loses what layout takes to be the rule's
                gap, into = 0, -r.randint(0, min(2, round(.2 * em)))
            at = (xs.min() - gap, ys.min() - gap, xs.max() + 1 + gap, ys.max() + 1 + gap)[side]
            if side < 2:
                at = max(at, 1)
                lo, hi, cell[side] = at - thick, at, at - into
            else:
                at = min(at, (w, h)[side - 2] - 1)
                lo, hi, cell[side] = at, at + thick, at + into
            lo, n = max(lo, 0), (h, w)[side % 2]
            a, b = (0, n) if r.random() < .7 else sorted((r.randint(0, n), r.randint(0, n)))
            piece = img[a:b, lo:hi] if side % 2 == 0 else img[lo:hi, a:b]
            np.minimum(piece, tone, out=piece)
            if r.random() < .4:  # its soft flank
                lo, hi = (hi, hi + 1) if side < 2 else (lo - 1, lo)
                piece = img[a:b, lo:hi] if side % 2 == 0 else img[lo:hi, a:b]
                np.minimum(piece, paper - (paper - tone) * r.uniform(.1, .6), out=piece)
        return cell

    def degrade(self, img, size, ink, paper):
        r, rng = self.r, self.np
        if r.random() < .25:  # turned and tilted a little, as what is left after straightening
            h, w = img.shape
            a = r.gauss(0, .6) * np.pi / 180
            m = np.float32([[np.cos(a), -np.sin(a) + r.gauss(0, .02), 0], [np.sin(a), np.cos(a), 0]])
            m[:, 2] = np.float32([w / 2, h / 2]) - m[:, :2] @ np.float32([w / 2, h / 2]) + rng.uniform(-.5, .5, 2)
            img = cv2.warpAffine(img, m, (w, h), flags=r.choice((cv2.INTER_LINEAR, cv2.INTER_CUBIC)), borderMode=cv2.BORDER_REPLICATE)
        k = r.random()
        if k < .30:
            img = cv2.GaussianBlur(img, (0, 0), r.uniform(.2, .085 * size))
        elif k < .36:
            n = r.choice((2, 3))
            img = cv2.blur(img, (n, 1) if r.random() < .5 else (1, n))
        elif k < .40:  # sharpened again
            img = img + r.uniform(.3, 1) * (img - cv2.GaussianBlur(img, (0, 0), r.uniform(.6, 1.5)))
        if size > 13 and r.random() < .12:  # worn or bled print
            k = np.ones((2, 2), np.uint8)
            img = cv2.erode(img, k) if r.random() < .5 else cv2.dilate(img, k)
        if r.random() < .2:  # thinner or fatter print
            img = paper - (paper - ink) * (np.clip(paper - img, 0, paper - ink) / (paper - ink)) ** np.float32(r.uniform(.6, 1.6))
        if r.random() < .3:
            img = img + rng.standard_normal(img.shape, np.float32) * r.uniform(1, .06 * (paper - ink))
        if r.random() < .2:
            img = img + np.linspace(0, r.uniform(-30, 30), img.shape[1], dtype=np.float32)[None, :]
        if r.random() < .1:
            t = (ink + paper) / 2 + r.uniform(-.15, .15) * abs(paper - ink)
            img = np.where(img > t, 255., 0.).astype(np.float32)
            if r.random() < .5:
                m = rng.random(img.shape, np.float32) < r.uniform(0, .01)
                img[m] = 255 - img[m]
        img = np.clip(img, 0, 255).astype(np.uint8)
        if r.random() < .7:
            img = jpeg(img, r.randint(35, 70) if r.random() < .5 else r.randint(60, 95))
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

    def picture(self, text, font=None):
        r = self.r
        font = font or r.choice(self.cjk)
        latin = r.choice(self.latin) if r.random() < .7 else None
        if r.random() < .3 and latin:
            latin = r.choice([f for f in self.latin if 'iberation' in f[0] or 'DejaVu' in f[0]] or self.latin)
        final = self.em()
        bitmap = BITMAP.get(os.path.basename(font[0]))
        over = 1.0
        if r.random() < (.75 if final < 13 else .4):
            over = r.choice((1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2, 2.5, 3)) * r.uniform(.95, 1.05)
        size = bitmap or max(8, round(final * over))
        if bitmap and (over == 1 or final > bitmap):
            final = bitmap
        paper, ink = r.choice(((255, 0),) * 4 + ((r.randint(190, 255), r.randint(0, 90)), (r.randint(140, 230), r.randint(0, 60)), (255, r.randint(60, 150))))
        if r.random() < .1:  # on a coloured ground
            paper = r.randint(110, 240)
            ink = round(paper * r.uniform(.4, .6))
        ink = min(ink, paper - 45)
        img = self.render(text, font, latin, size, ink, paper)
        if img is None:
            return None
        if final != size:
            if r.random() < .15:
                img = Image.fromarray(jpeg(np.asarray(img), r.randint(60, 90)))
            img = self.shrink(img, final / size)
        img = np.array(img, np.float32)
        k, cell, joined = r.random(), None, False
        if k < .32:
            joined = k < .08
            if joined:
                img = np.pad(img, ((round(.2 * final),) * 2, (0, r.randint(0, round(3 * final)))), constant_values=paper)
            cell = self.rules(img, final, ink, paper, joined)
        return self.normalise(self.degrade(img, final, ink, paper), final, cell, joined)

    def only(self, low, high, worn):
        """From now on it draws print of such sizes, em in pixels, as clean as it is drawn unless it is to be worn."""
        self.em = lambda: self.r.uniform(low, high)
        if not worn:
            self.degrade = lambda img, *_: np.clip(img, 0, 255).astype(np.uint8)

    def em(self):
        """Of the text on the picture, pixels: small print half of the time."""
        r = self.r
        return r.uniform(7, 12.5) if r.random() < .45 else min(60, max(7.5, r.lognormvariate(2.75, .42)))

    def normalise(self, img, em, cell=None, joined=False):
        """Crops the ink as layout does and scales it as linenet does, with the errors both make."""
        cut = self.cut(img, em, cell, joined)
        if cut is None:
            return None
        (x0, y0, x1, y1), ink_height, middle, margin = cut
        return strip(img[y0:y1, x0:x1], ink_height, middle, margin)

    def cut(self, img, em, cell=None, joined=False):
        """Where the line is cut out (left, top, right, bottom), how high its ink is, how far its middle is below the top, and
        how wide the margin at its left, pixels; None where no ink is seen."""
        r = self.r
        left, top, right, bottom = cell or (0, 0, img.shape[1], img.shape[0])
        img = img[top:bottom, left:right]
        h, w = img.shape
        if h < 3 or w < 3:
            return None
        lo, ground, light = tones(img, .003, .65, .92)
        if ground - lo < 25:
            return None
        ink = img < ground - max(.38 * (ground - lo), min(3 * max(light - ground, 2), .6 * (ground - lo)), 16)
        # Speckles do not bound a line, nor do most rules.
        n, _, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
        least = min(max(.01 * em * em, 2), 12)
        ys, xs, ye, xe = h, w, 0, 0
        for i in range(1, n):
            x, y, bw, bh, area = stats[i]
            rule = cell and (bh <= 3 and 4 * bw >= 3 * w and (y <= 2 or y + bh >= h - 2) or bw <= 3 and 4 * bh >= 3 * h and (x <= 2 or x + bw >= w - 2)
                             or bh <= 1 and (y == 0 or y + bh == h) or bw <= 1 and (x == 0 or x + bw == w))
            if area >= least and not rule:
                ys, xs, ye, xe = min(ys, y), min(xs, x), max(ye, y + bh), max(xe, x + bw)
        if joined:
            ys, xs, ye, xe = 0, 0, h, w
        if not 0 < ye - ys < 1.6 * em + 2:
            return None
        pad = max(2, (ye - ys) // 5)
        j = lambda: r.choice((-1, 0, 0, 0, 0, 1))
        y0, y1, x0, x1 = max(0, ys - pad + j()), min(h, ye + pad + j()), max(0, xs - pad + j()), min(w, xe + pad + j())
        floor = em * r.uniform(.48, .68)
        ink_h = max(ye - ys, floor) * np.exp(r.gauss(0, .04))
        return (left + x0, top + y0, left + x1, top + y1), ink_h, (ys + ye) / 2 - y0 + r.gauss(0, .03) * ink_h, MARGIN + r.uniform(-3, 4)


def jpeg(img, quality):
    return cv2.imdecode(cv2.imencode('.jpg', img, (cv2.IMWRITE_JPEG_QUALITY, quality))[1], cv2.IMREAD_GRAYSCALE)


def tones(img, *shares):
    """The grey levels that so much of a picture is darker than, as linenet.Tones has them."""
    sums = np.bincount(img.ravel(), minlength=256).cumsum()
    return [float(np.searchsorted(sums, share * img.size, side='right')) for share in shares]


def strip(crop, ink_height, middle, margin=MARGIN):
    """The contract with package linenet: ink scaled to INK pixels, its middle in the middle of the strip, paper 0, ink 1."""
    k = INK / ink_height
    h, w = crop.shape
    lo, hi = tones(crop, .01, .75)
    v = np.clip((hi - crop.astype(np.float32)) / max(hi - lo, 1), 0, 1)
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
