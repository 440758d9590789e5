"""Makes models/glyphs.q8 and models/glyphs.json of models/glyphs.npz, as quantize.py does of the line reader. Where a checkpoint
of glyph_train.py is named, it writes glyphs.npz first: its weights, with 16 bits; or, with --share, so much of these and the
rest of those that glyphs.npz had and the training went on from: between both there are mostly better ones (Wortsman et al. 2022).
usage: glyph_quantize.py [--lines 160] [--seed 70002] [--checkpoint FILE [--share 1]] [FOLDER]"""
import argparse, json, os

import numpy as np
import torch

import glyph_lines, glyph_net, net, q8
from lines import HEIGHT, INK, MARGIN
from quantize import batches, quantized

EDGE = 32  # pixels of paper at both sides: more than a column sees


def export(checkpoint, share, folder):
    weights = torch.load(checkpoint)['mean']
    if share < 1:
        before = glyph_net.Net(len(weights['out.weight']))
        glyph_net.go_on(before, folder)
        weights = {k: torch.lerp(before.state_dict()[k], v, share) for k, v in weights.items() if v.is_floating_point()}
    np.savez_compressed(os.path.join(folder, 'glyphs.npz'), **{k: v.numpy().astype(np.float16) for k, v in weights.items() if v.is_floating_point()})


def convolutions(path):
    """As quantize.convolutions, with the normalisations folded in."""
    weights = net.folded({k: torch.from_numpy(v) for k, v in np.load(path).items()}, glyph_net.LAYERS)
    shapes = [(kernel, stride, pad, pool[0] if pool else 1) for _, kernel, stride, pad, _, pool in glyph_net.LAYERS] + [((1, 1), (1, 1), (0, 0), 1)]
    return [[np.moveaxis(w, 1, -1).reshape(len(w), -1), b, *shape] for (_, w, b), shape in zip(weights, shapes)]


def main():
    a = argparse.ArgumentParser()
    a.add_argument('--checkpoint')
    a.add_argument('--share', type=float, default=1)
    a.add_argument('folder', nargs='?', default=os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
    a.add_argument('--lines', type=int, default=160)
    a.add_argument('--seed', type=int, default=70002)
    a = a.parse_args()
    weights = os.path.join(a.folder, 'glyphs.npz')
    if a.checkpoint:
        export(a.checkpoint, a.share, a.folder)
    writer = glyph_lines.Glyphs(a.seed)
    layers = quantized(convolutions(weights), list(batches([writer.sample()[0] for _ in range(a.lines)], 16, EDGE)))
    path = os.path.join(a.folder, 'glyphs.q8')
    q8.write(path, layers)
    about = {'classes': glyph_lines.names(), 'height': HEIGHT, 'ink': INK, 'margin': MARGIN, 'stride': glyph_lines.STRIDE}
    json.dump(about, open(os.path.join(a.folder, 'glyphs.json'), 'w'), ensure_ascii=False)
    print(os.path.getsize(path), 'bytes')


if __name__ == '__main__':
    main()
