"""Measures models/glyphs.q8 on drawn lines: of how many characters it says the right one, where it is surest of one.
usage: glyph_evaluate.py [--lines 40] [--seed 90002] [--card FILE] [FOLDER]"""
import argparse, json, os

import numpy as np

import glyph_lines, q8
from card import Card
from glyph_quantize import EDGE
from quantize import batches

SIZES = (8, 10), (10, 12), (12, 16), (16, 24), (24, 40)


def measure(layers, writer, lines, groups):
    """(right, all) of the characters of each group."""
    right, total = np.zeros(len(groups), int), np.zeros(len(groups), int)
    for _ in range(lines):
        strip, where = writer.sample()
        (x,) = batches([strip], 1, EDGE)
        logits = q8.run(layers, x)[0][EDGE // 4:]
        of = glyph_lines.columns(strip.shape[1], where)
        for k, (c, _, _) in enumerate(where):
            on = logits[:len(of)][of == k]
            if not len(on):
                continue  # it was cut off, or another stands in its only column
            spike = on[on[:, 1:].max(1).argmax()]
            for g, members in enumerate(groups):
                if c in members:
                    total[g] += 1
                    right[g] += spike[1:].argmax() + 1 == c
    return right, total


def main():
    a = argparse.ArgumentParser()
    a.add_argument('folder', nargs='?', default=os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
    a.add_argument('--lines', type=int, default=40, help='of each size')
    a.add_argument('--seed', type=int, default=90002)
    a.add_argument('--card', help='write the table into this file, where the last one stands')
    a = a.parse_args()
    names, (often, seldom, traditional, _) = glyph_lines.classes()
    assert glyph_lines.names() == json.load(open(os.path.join(a.folder, 'glyphs.json'), encoding='utf-8'))['classes']
    groups = [{names.index(c) + 1 for c in g} for g in (often, seldom, traditional)]
    layers = q8.read(os.path.join(a.folder, 'glyphs.q8'))
    card = Card('glyph_evaluate.py')
    say = card.say
    say(f'Characters right, clean lines / lines worn as those of training are, in fonts never trained on; em in pixels; {a.lines} lines each, seed {a.seed}.\n')
    say('| | ' + ' | '.join(f'{lo} to {hi}' for lo, hi in SIZES) + ' |\n|---|' + '---|' * len(SIZES))
    found = {}
    for size in SIZES:
        for worn in (False, True):
            writer = glyph_lines.Glyphs(a.seed, test=True)
            writer.only(*size, worn)
            found[size, worn] = measure(layers, writer, a.lines, groups)
    for g, name in enumerate(('GB 2312, the 3,755 that are frequent', 'the 3,008 others of it', 'traditional')):
        share = lambda r, t: f'{100 * r[g] / max(1, t[g]):.1f}'
        say(f'| {name} | ' + ' | '.join(f'{share(*found[s, False])} / {share(*found[s, True])} %' for s in SIZES) + ' |')
    if a.card:
        card.write(a.card)


if __name__ == '__main__':
    main()
