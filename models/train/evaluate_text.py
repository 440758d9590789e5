"""Measures models/text.t8, or with --quick models/quick.t8, on fresh lines, in fonts kept apart, by kind and size.

usage: evaluate_text.py [--quick] [--lines N] [--seed S] [--card FILE] [FOLDER]

White space does not count, and what NFKC makes the same is the same."""
import argparse, collections, os

import numpy as np

import t8
from card import Card
from charset import fold
from text_lines import Writer

SIZES = ((9, 13), (14, 40))  # pixels an em, from and to


class Net:
    """The quantized net in numpy."""

    def __init__(self, folder, quick):
        self.small, name = not quick, 'quick' if quick else 'text'
        self.t = t8.read(os.path.join(folder, name + '.t8'))
        self.characters = [''] + open(os.path.join(folder, name + '.txt'), encoding='utf-8').read().split('\n')[:-1] + [' ']
        self.w = {}
        for name in self.t:
            if name.endswith('.b'):
                w = self.t[name[:-2] + '.w']
                self.w[name[:-2]] = (w[:, None, None] if w.ndim == 2 else w.transpose(2, 0, 1)[..., None]), self.t[name]
        self.norms = [(self.t[f'norm{k}.gain'], self.t[f'norm{k}.offset']) for k in range(5 if self.small else 0)]

    def __call__(self, strip):
        def dense(name, x=None, kernel=(1, 1), stride=(1, 1), pad=(0, 0, 0, 0)):
            w, bias, scale, inv, zero = (self.t[f'{name}.{k}'] for k in ('w', 'bias', 'scale', 'inv', 'zero'))
            bytes_ = strip[:, :, None].astype(np.float64) if x is None else np.clip(np.floor(x * inv + zero + np.float32(.5)), 0, 255).astype(np.float64)
            sums = t8.taps(bytes_, kernel, stride, pad, np.clip(np.floor(zero + .5), 0, 255)) @ w.reshape(len(w), -1).T.astype(np.float64)
            return ((sums + bias) * scale).astype(np.float32)
        logits = t8.forward(lambda f, *a: f(*a), dense, self)[0]
        best = logits.argmax(1)
        return ''.join(self.characters[c] for t, c in enumerate(best) if c and (t == 0 or c != best[t - 1]))


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def main():
    a = argparse.ArgumentParser()
    a.add_argument('folder', nargs='?', default=os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
    a.add_argument('--quick', action='store_true')
    a.add_argument('--lines', type=int, default=60, help='of each kind and size')
    a.add_argument('--seed', type=int, default=90001)
    a.add_argument('--card', help='write the table into this file, where the last one stands')
    a = a.parse_args()
    net = Net(a.folder, a.quick)
    card = Card('evaluate_text.py --quick' if a.quick else 'evaluate_text.py')
    say = card.say
    say(f'Characters wrong, clean lines / lines worn as those of training are, in fonts never trained on; em in pixels; {a.lines} lines each, seed {a.seed}.\n')
    say('| kind | ' + ' | '.join(f'{lo} to {hi}' for lo, hi in SIZES) + ' |\n|---|' + '---|' * len(SIZES))
    for kind in dict.fromkeys(Writer.KINDS):
        row = []
        for lo, hi in SIZES:
            shares = []
            for worn in (False, True):
                writer = Writer(a.seed, test=True, quick=a.quick)
                writer.only(lo, hi, worn)
                wrong = total = 0
                for _ in range(a.lines):
                    strip, text = writer.sample(kind)
                    wrong, total = wrong + distance(fold(text), fold(net(strip))), total + len(fold(text))
                shares.append(f'{100 * wrong / total:.1f}')
            row.append(' / '.join(shares) + ' %')
        say(f'| {kind} | ' + ' | '.join(row) + ' |')
    if a.card:
        card.write(a.card)


if __name__ == '__main__':
    main()
