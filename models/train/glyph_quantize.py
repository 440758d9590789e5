"""Makes models/glyphs.q8 and models/glyphs.json of models/glyphs.npz, as quantize.py does of the line reader. Where a checkpoint
of glyph_train.py is named, it writes glyphs.npz first: its weights, with 16 bits.
usage: glyph_quantize.py [--lines 160] [--seed 70002] [--checkpoint FILE] [FOLDER]"""
import argparse, json, os

import numpy as np
import glyph_lines, glyph_net, q8
from lines import HEIGHT, INK, MARGIN
from quantize import quantized

EDGE = 32  # pixels of paper at both sides, as lines lie on linenet's strips


def export(checkpoint, path):
    import torch
    weights = torch.load(checkpoint)['mean']
    np.savez_compressed(path, **{k: v.numpy().astype(np.float16) for k, v in weights.items() if v.is_floating_point()})


def convolutions(path):
    """As quantize.convolutions, with the normalisations folded in."""
    w = {k: v.astype(np.float32) for k, v in np.load(path).items()}
    out = []
    for name, kernel, stride, pad, _, pool in glyph_net.LAYERS:
        k = w[f'{name}.1.weight'] / (w[f'{name}.1.running_var'] + glyph_net.EPS) ** .5
        of = (w[f'{name}.0.weight'] * k[:, None, None, None]).transpose(0, 2, 3, 1)
        out.append([of.reshape(len(of), -1), w[f'{name}.1.bias'] - w[f'{name}.1.running_mean'] * k, kernel, stride, pad, pool[0] if pool else 1])
    return out + [[w['out.weight'], w['out.bias'], (1, 1), (1, 1), (0, 0), 1]]


def strips(writer, n):
    lines = sorted((writer.sample()[0] for _ in range(n)), key=lambda s: s.shape[1])
    for i in range(0, n, 16):
        some = lines[i:i + 16]
        x = np.zeros((len(some), HEIGHT, -(-some[-1].shape[1] // 4) * 4 + 2 * EDGE), np.float32)
        for row, s in zip(x, some):
            row[:, EDGE:EDGE + s.shape[1]] = s
        yield x


def main():
    a = argparse.ArgumentParser()
    a.add_argument('--checkpoint')
    a.add_argument('folder', nargs='?', default=os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
    a.add_argument('--lines', type=int, default=160)
    a.add_argument('--seed', type=int, default=70002)
    a = a.parse_args()
    weights = os.path.join(a.folder, 'glyphs.npz')
    if a.checkpoint:
        export(a.checkpoint, weights)
    layers = quantized(convolutions(weights), list(strips(glyph_lines.Glyphs(a.seed), a.lines)))
    path = os.path.join(a.folder, 'glyphs.q8')
    q8.write(path, layers)
    about = {'classes': glyph_lines.classes()[0], 'height': HEIGHT, 'ink': INK, 'margin': MARGIN, 'stride': glyph_lines.STRIDE}
    json.dump(about, open(os.path.join(a.folder, 'glyphs.json'), 'w'), ensure_ascii=False)
    print(os.path.getsize(path), 'bytes')


if __name__ == '__main__':
    main()
