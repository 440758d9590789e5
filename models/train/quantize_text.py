"""Makes models/text.t8 and models/text.txt of a recogniser's ONNX file, or models/quick.t8 and models/quick.txt.

usage: quantize_text.py [--lines 240] [--seed 80001] [--quick CHARACTERS] MODEL.onnx [FOLDER]

Nothing is trained: drawn lines show what values each layer has. Layer by layer, seeing what the quantized layers before make
of them, each channel of its input gets a scale and a zero by the values it has, its weights are rounded one after the other
so that the next ones make up for the error (Frantar et al. 2023, GPTQ), and the mean error that is left is taken off its
bias (Nagel et al. 2019)."""
import argparse, os, time

import numpy as np
import onnx

import t8
from quantize import one_sign, pairs, rounded
from q8 import PAIR
from text_lines import Writer

ROWS = 30000   # that a layer is fitted on at most
CLIPPED = 2e-5  # share of values beyond each end of a channel's range





def both(f, *args):
    return [[f(*(a[i][k] for a in args)) for k in range(2)] for i in range(len(args[0]))]


class Quantizer:
    def __init__(self, weights, strips):
        self.weights, self.strips, self.out = weights, strips, {}

    def dense(self, name, x, kernel=(1, 1), stride=(1, 1), pad=(0, 0, 0, 0)):
        w, b = self.weights.w[name]
        if name == 'stem1':  # grey pictures: what red, green and blue weigh together
            w = w.sum(3, keepdims=True)
            x = [[s[:, :, None] / np.float32(127.5) - 1] * 2 for s in self.strips]
            inv, zero = np.full(1, 127.5, np.float32), np.full(1, 127.5, np.float32)
        else:
            inv, zero = ranges([p[1] for p in x])
        flat, row = w.reshape(len(w), -1), w.shape[2] * w.shape[3]
        channel = np.tile(np.arange(w.shape[3]), w.shape[1] * w.shape[2])
        outside = np.clip(np.round(zero), 0, 255)
        in_bytes = lambda v: np.clip(np.floor(v * inv + zero + np.float32(.5)), 0, 255)
        exact = [t8.taps(p[0], kernel, stride, pad) @ flat.T + b for p in x]
        seen = [t8.taps(in_bytes(p[1]), kernel, stride, pad, outside) for p in x]
        size = sum(s.shape[0] * s.shape[1] for s in seen)
        step = max(1, size // ROWS)
        some = np.concatenate([s.reshape(-1, s.shape[2]) for s in seen])[::step] - zero[channel]
        target = flat.astype(np.float64) / inv[channel]
        scale = np.maximum(abs(target).max(1) / 127, one_sign(pairs(target, row)).max(1) / PAIR)
        scale = np.maximum(scale, 1e-12)
        q = rounded(target, scale, row, (some.T @ some).astype(np.float64) / len(some))
        assert one_sign(pairs(q, row)).max() <= PAIR
        raw = [s @ q.T.astype(np.float32) for s in seen]
        base = b / scale - (q * zero[channel]).sum(1)
        error = sum(((r + base) * scale - e).sum((0, 1)) for r, e in zip(raw, exact)) / size
        bias = np.round(base - error / scale)
        got = [((r + bias) * scale).astype(np.float32) for r in raw]
        self.out.update({name + '.w': q.reshape(w.shape).astype(np.int8), name + '.bias': bias.astype(np.int32), name + '.scale': scale.astype(np.float32),
                         name + '.inv': inv.astype(np.float32), name + '.zero': zero.astype(np.float32)})
        noise = sum(((g - e) ** 2).sum() for g, e in zip(got, exact)) / sum((e ** 2).sum() for e in exact)
        print(f'{name:20} noise {10 * np.log10(noise):6.1f} dB', flush=True)
        return [[e, g] for e, g in zip(exact, got)]


def ranges(values):
    """For each channel what makes bytes of its values: byte = value·inv + zero."""
    flat = np.concatenate([v.reshape(-1, v.shape[-1]) for v in values])
    k = int(len(flat) * CLIPPED)
    part = np.partition(flat, (k, len(flat) - 1 - k), axis=0)
    low, high = np.minimum(part[k], 0), np.maximum(part[len(flat) - 1 - k], 0)
    # A channel that hardly stirs shares the finest step there is.
    span = np.maximum(high - low, (high - low).max() / 64)
    span = np.maximum(span, 1e-6)
    return (255 / span).astype(np.float32), np.round(-low * 255 / span).astype(np.float32)


def floats(weights):
    """What is computed with floats, by name."""
    out = {}
    for name, (w, b) in weights.w.items():
        if name.endswith(('.depth', '.squeeze', '.excite')) or name == 'across':
            w = w[:, :, :, 0].transpose(1, 2, 0) if not name.endswith(('.squeeze', '.excite')) else w[:, 0, 0]
            out[name + '.w'], out[name + '.b'] = np.ascontiguousarray(w), b
    for k, (gain, offset) in enumerate(weights.norms):
        out[f'norm{k}.gain'], out[f'norm{k}.offset'] = gain, offset
    return {k: np.ascontiguousarray(v, np.float32) for k, v in out.items()}


def main():
    a = argparse.ArgumentParser()
    a.add_argument('model')
    a.add_argument('folder', nargs='?', default=os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
    a.add_argument('--lines', type=int, default=240)
    a.add_argument('--quick', metavar='CHARACTERS', help='MODEL is the quick reader, and a file has its characters, one a line')
    a.add_argument('--seed', type=int, default=80001)
    a = a.parse_args()
    characters = a.quick and open(a.quick, encoding='utf-8').read().rstrip('\n').split('\n')
    weights = t8.Weights(onnx.load(a.model), characters)
    writer = Writer(a.seed, quick=bool(a.quick))
    q = Quantizer(weights, [writer.sample()[0] for _ in range(a.lines)])
    t8.forward(both, q.dense, weights)
    name = 'quick' if a.quick else 'text'
    path = os.path.join(a.folder, name + '.t8')
    t8.write(path, {**floats(weights), **q.out})
    # Class 0 is the CTC blank; the last is a space.
    open(os.path.join(a.folder, name + '.txt'), 'w', encoding='utf-8').write('\n'.join(weights.characters) + '\n')
    print(os.path.getsize(path), 'bytes')


if __name__ == '__main__':
    main()
