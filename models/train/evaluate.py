"""Measures models/lines.q8 on fresh lines, or models/lines.onnx, which it was made of. usage: evaluate.py [--lines N] [--model DIR]
[--onnx] [--card README.md]

A number counts as right when all of it is; a label by its character errors. P is the probability that the net gives the
text it read (CTC forward algorithm), before any other evidence is joined to it."""
import argparse, json, os

import cv2
import numpy as np

import q8
from card import Card
from lines import HEIGHT, Writer

STRIP, EDGE = 512, 20  # pixels: lines no longer than that, and paper after them
SURE = .99
CARD = Card('evaluate.py')
say = CARD.say


class Reader:
    def __init__(self, folder, onnx):
        self.info = json.load(open(os.path.join(folder, 'lines.json')))
        self.classes = [''] + self.info['classes']
        if onnx:
            cv2.setNumThreads(1)
            self.name, self.net = f'lines.onnx, run by OpenCV {cv2.__version__}', cv2.dnn.readNetFromONNX(os.path.join(folder, 'lines.onnx'))
            self.logits = self.unquantized
        else:
            self.name, self.layers = 'lines.q8, run by numpy', q8.read(os.path.join(folder, 'lines.q8'))
            self.logits = lambda x: q8.run(self.layers, x).transpose(0, 2, 1)

    def unquantized(self, x):
        self.net.setInput(x[:, None])
        return self.net.forward()[:, :, 0]

    def __call__(self, strips):
        """[(text, P)] of strips."""
        out = [None] * len(strips)
        order = sorted(range(len(strips)), key=lambda i: strips[i].shape[1])
        for i in range(0, len(order), 16):
            some = order[i:i + 16]
            x = np.zeros((len(some), HEIGHT, -(-strips[some[-1]].shape[1] // 4) * 4 + EDGE), np.float32)
            for row, k in zip(x, some):
                row[:, :strips[k].shape[1]] = strips[k]
            logits = self.logits(x)  # strips × classes × columns
            logits = logits - logits.max(1, keepdims=True)
            logp = logits - np.log(np.exp(logits).sum(1, keepdims=True))
            for k, l in zip(some, logp):
                out[k] = self.decode(l[:, :-(-strips[k].shape[1] // 4)])
        return out

    def decode(self, logp):
        best = logp.argmax(0)
        seq = [int(c) for t, c in enumerate(best) if c and (t == 0 or c != best[t - 1])]
        return ''.join(self.classes[c] for c in seq), float(np.exp(forward(logp, seq)))


def forward(logp, seq):
    """CTC forward algorithm (Graves et al. 2006): the log probability of a sequence of classes."""
    ext = np.zeros(2 * len(seq) + 1, int)
    ext[1::2] = seq
    skip = np.zeros(len(ext), bool)
    skip[3::2] = ext[3::2] != ext[1:-2:2]
    a = np.full(len(ext), -np.inf)
    a[0] = 0
    first = True
    for t in range(logp.shape[1]):
        b = a.copy()
        if first:
            b[1:2] = 0
        else:
            b[1:] = np.logaddexp(a[1:], a[:-1])
            b[2:] = np.where(skip[2:], np.logaddexp(b[2:], a[:-2]), b[2:])
        a, first = b + logp[ext, t], False
    return np.logaddexp(a[-1], a[-2]) if len(a) > 1 else a[0]


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def measure(read, writer, kind, n):
    samples = []
    while len(samples) < n:
        s, t = writer.sample(kind)
        if s.shape[1] <= STRIP:
            samples.append((s, t))
    got = read([s for s, _ in samples])
    return [(t, g, p) for (_, t), (g, p) in zip(samples, got)]


def line(name, numbers, words):
    right = sum(t == g for t, g, _ in numbers)
    silent = sum(t != g and p >= SURE for t, g, p in numbers)
    sure = sum(p >= SURE for _, _, p in numbers)
    errors, chars = sum(distance(t, g) for t, g, _ in words), sum(len(t) for t, _, _ in words)
    say(f'| {name} | {100 * right / len(numbers):.2f} % | {100 * sure / len(numbers):.1f} % | {silent} of {sure} | {100 * errors / chars:.2f} % |')


def head(what):
    say(f'\n| {what} | numbers right | of P ≥ {100 * SURE:g} % | wrong among these | characters wrong in words |\n|---|---|---|---|---|')


def main():
    a = argparse.ArgumentParser()
    a.add_argument('--lines', type=int, default=400, help='numbers, and as many words, per row')
    a.add_argument('--model', default=os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
    a.add_argument('--onnx', action='store_true', help='measure the net before it was quantized')
    a.add_argument('--seed', type=int, default=90001)
    a.add_argument('--wrong', action='store_true', help='print the numbers read wrongly')
    a.add_argument('--card', help='a Markdown file whose marked part the tables replace')
    a.add_argument('--brief', action='store_true', help='not by font')
    a = a.parse_args()
    read = Reader(a.model, a.onnx)
    about = ', '.join(f'{k} {v}' for k, v in read.info.items() if k != 'classes')
    say(f'{len(read.classes)} classes with the blank; {about}; {a.lines} numbers and {a.lines} texts a row (four times that in the first table), seed {a.seed}; {read.name}.')
    everything = []

    def row(name, seed, n, test=False, em=None, cjk=None, latin=None):
        w = Writer(a.seed + seed, test)
        if em:
            w.em = lambda: em
        if cjk:
            w.cjk = [f for f in w.cjk if cjk == os.path.basename(f[0])]
        if latin:
            w.latin = [f for f in w.latin if latin == os.path.basename(f[0])]
        numbers, words = measure(read, w, 'number', n), measure(read, w, 'words', n)
        everything.extend(numbers)
        line(name, numbers, words)
        if a.wrong:
            for t, g, p in sorted(numbers, key=lambda x: -x[2]):
                if t != g:
                    print(f'   {t} read as {g}, P {p:.4f}')

    head('fonts')
    row('trained on', 1, 4 * a.lines)
    row('kept apart', 2, 4 * a.lines, True)
    head('em in pixels, fonts kept apart')
    for em in (7, 8, 9, 10, 11, 12, 14, 16, 20, 28, 40):
        row(str(em), em, a.lines, True, em)
    if not a.brief:
        for what, test in (('Chinese font, kept apart', True), ('Chinese font, trained on', False)):
            head(what)
            for i, f in enumerate(sorted({os.path.basename(f[0]) for f in Writer(0, test).cjk})):
                row(f, 100 + i, a.lines, test, cjk=f)
        for what, test in (('Latin font, kept apart', True), ('Latin font, trained on', False)):
            head(what)
            for i, f in enumerate(sorted({os.path.basename(f[0]) for f in Writer(0, test).latin})):
                row(f, 200 + i, a.lines, test, latin=f)
    say('\n| P of a number | numbers | mean P | right |\n|---|---|---|---|')
    edges = (0, .5, .8, .9, .95, .99, .999, .9999, 1.01)
    for lo, hi in zip(edges, edges[1:]):
        b = [(p, t == g) for t, g, p in everything if lo <= p < hi]
        if b:
            say(f'| from {100 * lo:g} % | {len(b)} | {100 * np.mean([p for p, _ in b]):.2f} % | {100 * np.mean([r for _, r in b]):.2f} % |')
    if a.card:
        CARD.write(a.card)


if __name__ == '__main__':
    main()
