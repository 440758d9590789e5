"""The line reader: a fully convolutional net, one output column per 4 pixels, trained with CTC (Graves et al. 2006).
Convolutions with batch normalisation (Ioffe & Szegedy 2015), folded into them on export."""
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

# name, kernel (h, w), stride (h, w), channels, max pool (h, w) after it
LAYERS = (
    ('c1', (3, 3), (2, 2), 24, None),
    ('c2', (3, 3), (2, 2), 48, None),
    ('c3', (3, 3), (1, 1), 48, (2, 1)),
    ('c4', (3, 3), (1, 1), 80, (2, 1)),
    ('c5', (3, 3), (1, 1), 112, None),
    ('c6', (2, 1), (1, 1), 144, None),
    ('t1', (1, 3), (1, 1), 144, None),
)


def init(classes, seed):
    rng = np.random.default_rng(seed)
    p, s, cin = {}, {}, 1
    for name, k, _, cout, _ in LAYERS:
        fan = cin * k[0] * k[1]
        p[name] = {'w': rng.normal(0, (2 / fan) ** .5, (*k, cin, cout)).astype(np.float32),
                   'g': np.ones(cout, np.float32), 'b': np.zeros(cout, np.float32)}
        s[name] = {'m': np.zeros(cout, np.float32), 'v': np.ones(cout, np.float32)}
        cin = cout
    p['out'] = {'w': rng.normal(0, cin ** -.5, (1, 1, cin, classes)).astype(np.float32), 'b': np.zeros(classes, np.float32)}
    return p, s


def pads(k, name):
    return ((0, 0), (0, 0)) if name == 'c6' else ((k[0] // 2, k[0] // 2), (k[1] // 2, k[1] // 2))


def apply(p, s, x, train):
    """x: N×32×W×1 → logits N×(W/4)×classes, and the new batch statistics."""
    new = {}
    for name, k, stride, _, pool in LAYERS:
        x = lax.conv_general_dilated(x, p[name]['w'], stride, pads(k, name), dimension_numbers=('NHWC', 'HWIO', 'NHWC'))
        if train:
            m, v = x.mean((0, 1, 2)), x.var((0, 1, 2))
            new[name] = {'m': .98 * s[name]['m'] + .02 * m, 'v': .98 * s[name]['v'] + .02 * v}
        else:
            m, v = s[name]['m'], s[name]['v']
        x = (x - m) * lax.rsqrt(v + 1e-3) * p[name]['g'] + p[name]['b']
        x = jax.nn.relu(x)
        if pool:
            x = lax.reduce_window(x, -jnp.inf, lax.max, (1, *pool, 1), (1, *pool, 1), 'VALID')
    x = lax.conv_general_dilated(x, p['out']['w'], (1, 1), 'VALID', dimension_numbers=('NHWC', 'HWIO', 'NHWC')) + p['out']['b']
    return x[:, 0], new


def folded(p, s):
    """[(name, weights OIHW, bias)] with the normalisation folded in."""
    out = []
    for name, *_ in LAYERS:
        k = p[name]['g'] / np.sqrt(s[name]['v'] + 1e-3)
        out.append((name, np.transpose(np.asarray(p[name]['w'] * k), (3, 2, 0, 1)), np.asarray(p[name]['b'] - s[name]['m'] * k)))
    out.append(('out', np.transpose(np.asarray(p['out']['w']), (3, 2, 0, 1)), np.asarray(p['out']['b'])))
    return out
