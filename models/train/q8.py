"""The quantized nets of package linenet, models/lines.q8 and models/glyphs.q8: the file, and the nets in numpy, which gives what
the package's kernels give, bit for bit.

The file, little-endian: the four bytes "q8 1", the number of layers, and each layer as nine numbers of 32 bits — channels in,
channels out, kernel height, width, stride down, right, padding above and below, left and right, rows of the max pool — then for
each channel out a bias (int32) and a scale (float32), then the weights (int8) by channel out, row, column and channel in.

A layer is (input·weights + bias)·scale. Input is bytes, 0 to 255; so is the output, rounded to the nearest, of all layers but
the last, whose output is the logits. Strips of 0 to 1 come in as 0 to 255."""
import struct

import numpy as np

MAGIC = b'q8 1'
# AVX2 adds the products of two neighbouring bytes in 16 bits. That can't overflow where of every two neighbouring weights
# (columns and channels of one row of the kernel, as they lie in the file) those of one sign add up to no more than this.
PAIR = 32767 // 255


class Layer:
    def __init__(self, kernel, stride, pad, pool, weights, bias, scale):
        self.kernel, self.stride, self.pad, self.pool = kernel, stride, pad, pool
        self.weights, self.bias, self.scale = weights, bias, scale  # O×(H·W·I), O, O
        # Sums of whole numbers are exact below 2²⁴ in 32 bits, and they are half the work.
        self.exact = np.float32 if (abs(weights.astype(float)).sum(1) * 255 + abs(bias.astype(float))).max() < 2 ** 24 else np.float64

    def taps(self, x):
        return taps(x, self.kernel, self.stride, self.pad)

    def __call__(self, x, last):
        """N×H×W×I bytes (as floats) to N×H×W×O, before the pool."""
        y = (self.taps(x.astype(self.exact)) @ self.weights.T.astype(self.exact) + self.bias.astype(self.exact)).astype(np.float32) * self.scale
        return y if last else np.floor(np.clip(y, 0, 255) + np.float32(.5))


def taps(x, kernel, stride, pad):
    """What each pixel of a convolution's output sees: N×H×W×I to N×H×W×(kernel height·width·I)."""
    x = np.pad(x, ((0, 0), (pad[0],) * 2, (pad[1],) * 2, (0, 0)))
    x = np.lib.stride_tricks.sliding_window_view(x, kernel, (1, 2))[:, ::stride[0], ::stride[1]]  # N×H×W×I×h×w
    return x.transpose(0, 1, 2, 4, 5, 3).reshape(*x.shape[:3], -1)


def pooled(x, rows):
    return x if rows == 1 else x.reshape(x.shape[0], -1, rows, *x.shape[2:]).max(2)


def steps(strips):
    """Strips of 0 to 1 as the net takes them."""
    return np.floor(np.clip(strips, 0, 1) * np.float32(255) + np.float32(.5))


def run(layers, strips):
    """Strips N×H×W, 0 to 1, to logits N×columns×classes."""
    x = steps(strips)[..., None]
    for i, l in enumerate(layers):
        x = pooled(l(x, i == len(layers) - 1), l.pool)
    return x[:, 0]


def write(path, layers):
    with open(path, 'wb') as f:
        f.write(MAGIC + struct.pack('<I', len(layers)))
        for l in layers:
            h, w = l.kernel
            f.write(struct.pack('<9I', l.weights.shape[1] // (h * w), len(l.bias), h, w, *l.stride, *l.pad, l.pool))
            for a, kind in ((l.bias, '<i4'), (l.scale, '<f4'), (l.weights, 'i1')):
                assert np.array_equal(a, a.astype(kind)), 'does not fit'
                f.write(a.astype(kind).tobytes())


def read(path):
    data = open(path, 'rb').read()
    assert data[:4] == MAGIC
    at, layers = 8, []

    def take(n, kind):
        nonlocal at
        a = np.frombuffer(data, kind, n, at)
        at += a.nbytes
        return a

    for _ in range(struct.unpack_from('<I', data, 4)[0]):
        i, o, h, w, *rest = (int(v) for v in take(9, '<u4'))
        bias, scale, weights = take(o, '<i4'), take(o, '<f4'), take(o * h * w * i, 'i1')
        layers.append(Layer((h, w), tuple(rest[:2]), tuple(rest[2:4]), rest[4], weights.reshape(o, -1), bias, scale))
    return layers
