"""Makes models/lines.q8 of models/lines.onnx: weights of 8 bits, one scale a channel, and activations of 8 bits, one scale a
layer. usage: quantize.py [--lines 600] [--seed 70001] [FOLDER]

Nothing is trained: lines as those trained on show what values each layer has. Layer by layer, seeing what the quantized layers
before make of them, the range of its output is chosen so that the mean square error is least, its weights are rounded one
after the other so that the next ones make up for the error (Frantar et al. 2023, GPTQ), and the mean error that is left is
taken off its bias (Nagel et al. 2019)."""
import argparse, os

import numpy as np
import onnx
from onnx import numpy_helper

import q8
from lines import HEIGHT, Writer

EDGE = 20  # pixels of paper at both sides, as lines lie on linenet's strips


def batches(lines, size, edge):
    """Lines of like widths, so many in each batch N×H×W, with so much paper at both sides, pixels."""
    lines = sorted(lines, key=lambda s: s.shape[1])
    for i in range(0, len(lines), size):
        some = lines[i:i + size]
        x = np.zeros((len(some), HEIGHT, -(-some[-1].shape[1] // 4) * 4 + 2 * edge), np.float32)
        for row, s in zip(x, some):
            row[:, edge:edge + s.shape[1]] = s
        yield x


def convolutions(graph):
    """[(weights O×(H·W·I), bias, kernel, stride, pad, rows of the pool)]"""
    values = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    out = []
    for node in graph.node:
        of = {a.name: tuple(a.ints) for a in node.attribute}
        if node.op_type == 'Conv':
            w = values[node.input[1]]
            out.append([w.transpose(0, 2, 3, 1).reshape(len(w), -1), values[node.input[2]], of['kernel_shape'], of['strides'], of['pads'][:2], 1])
        elif node.op_type == 'MaxPool':
            assert of['kernel_shape'] == of['strides'] and of['kernel_shape'][1] == 1
            out[-1][-1] = of['kernel_shape'][0]
        else:
            assert node.op_type == 'Relu'
    return out


def pairs(w, row):
    """The weights that are added in 16 bits: O×pairs×2, for rows of the kernel of so many weights."""
    w = w.reshape(len(w), -1, row)
    return np.pad(w, ((0, 0), (0, 0), (0, -row % 4))).reshape(len(w), -1, 2)


def one_sign(w):
    """Of pairs of weights, what those of one sign add up to at most."""
    return np.maximum(np.maximum(w, 0).sum(-1), np.maximum(-w, 0).sum(-1))


def rounded(w, scale, row, hessian):
    """Weights in units of their scales: each rounded in turn, its error made up for by those that follow."""
    n = len(hessian)
    hessian = hessian + np.eye(n) * .01 * np.diag(hessian).mean()  # what is never seen has no say
    upper = np.linalg.cholesky(np.linalg.inv(hessian)).T
    w, out = w / scale[:, None], np.zeros_like(w)
    for i in range(n):
        # The second of a pair leaves room for the first.
        first = out[:, i - 1] if i % row % 2 else np.zeros(len(w))
        low, high = np.maximum(-127, -q8.PAIR - np.minimum(first, 0)), np.minimum(127, q8.PAIR - np.maximum(first, 0))
        out[:, i] = np.clip(np.round(w[:, i]), low, high)
        w[:, i:] -= np.outer((w[:, i] - out[:, i]) / upper[i, i], upper[i, i:])
    return out


def output_range(values):
    """Where to cut values so that the mean square error of 8 bits is least."""
    def error(top):
        step = top / 255
        return ((np.minimum(np.round(values / step), 255) * step - values) ** 2).mean()
    return min(values.max() * np.linspace(.2, 1, 41), key=error)


def quantized(convs, batches):
    exact = [x[..., None] for x in batches]
    seen = [q8.steps(x) for x in exact]
    layers, unit = [], 1 / 255  # what a step of the input stands for
    for k, (w, b, kernel, stride, pad, pool) in enumerate(convs):
        last = k == len(convs) - 1
        row = w.shape[1] // kernel[0]
        scale = np.maximum(abs(w).max(1) / 127, one_sign(pairs(w, row)).max(1) / q8.PAIR)
        hessian = sum((t.T @ t).astype(np.float64) for t in (q8.taps(x, kernel, stride, pad).reshape(-1, w.shape[1]) for x in seen))
        weights = rounded(w.astype(np.float64), scale, row, hessian)
        # What the layer should give and what it gives.
        want = [q8.taps(x, kernel, stride, pad) @ w.T + b for x in exact]
        got = [q8.taps(x, kernel, stride, pad) @ (weights * (unit * scale)[:, None]).T.astype(np.float32) + b for x in seen]
        error, count = np.zeros(len(b)), np.zeros(len(b))
        for y, z in zip(want, got):
            counts = np.ones(y.shape, bool) if last else y > 0
            error += ((z - y) * counts).sum((0, 1, 2))
            count += counts.sum((0, 1, 2))
        bias = np.round((b - error / np.maximum(count, 1)) / (unit * scale))
        step = 1 if last else output_range(np.concatenate([y[y > 0][::7] for y in want])) / 255
        layer = q8.Layer(kernel, stride, pad, pool, weights, bias, (unit * scale / step).astype(np.float32))
        assert one_sign(pairs(weights, row)).max() <= q8.PAIR
        layers.append(layer)
        exact = [q8.pooled(np.maximum(y, 0), pool) for y in want]
        seen = [q8.pooled(layer(x, last), pool) for x in seen]
        unit = step
        wrong = [x * unit - y for x, y in zip(seen, exact)]
        if not last:
            signal = sum((y ** 2).sum() for y in exact)
            print(f'layer {k + 1}: output up to {255 * step:.2f} of {max(y.max() for y in exact):.2f}, noise {10 * np.log10(sum((x ** 2).sum() for x in wrong) / signal):.1f} dB', flush=True)
    return layers


def main():
    a = argparse.ArgumentParser()
    a.add_argument('folder', nargs='?', default=os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
    a.add_argument('--lines', type=int, default=600)
    a.add_argument('--seed', type=int, default=70001)
    a = a.parse_args()
    convs = convolutions(onnx.load(os.path.join(a.folder, 'lines.onnx')).graph)
    writer = Writer(a.seed)
    lines = [writer.sample('number' if i % 2 else 'words')[0] for i in range(a.lines)]
    layers = quantized(convs, list(batches(lines, 32, EDGE)))
    path = os.path.join(a.folder, 'lines.q8')
    q8.write(path, layers)
    print(os.path.getsize(path), 'bytes')


if __name__ == '__main__':
    main()
