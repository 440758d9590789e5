"""Fits the nets that tell which edges of cells are printed, what parts cells, what text says of a lost rule between two rows and
between two columns, and whether there is one, and writes rules.json.

usage: rules.py --fitrules FILE [--of NET]... --hold FOLDER [--hold FOLDER]... [--rare FOLDER]... FOLDER...

FILE is the command internal/fitrules; each FOLDER holds pictures and truth.jsonl, as office.py and `biaoge synth` write
them. Those held are not fitted on: what the nets make of them before and after is printed. The figures of edges are made of
the map of rules (rulemap.py), which the command has in it. Edges are fitted before spans, rows and columns, whose tables are
found by them, and rows and columns before lost, which weighs what they say. Of NETs those named are fitted, or all. Of pictures in a rare FOLDER, fitted on with the others, there
are more here than among those that offices publish: that is made up for where it is weighed whether a rule was lost.
"""
import argparse, json, os, subprocess, tempfile

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score

HERE = os.path.dirname(os.path.abspath(__file__))
RULES = os.path.join(HERE, '..', 'rules.json')
KNOWN = 3  # columns of an example before its figures: the picture, the direction, and whether a rule is printed
PRINTED = 2  # the last of these
NETS = {'edges': (32, 30), 'spans': (16, 60), 'rows': (24, 40), 'columns': (24, 40), 'lost': None}  # hidden units of a net, and how often it sees each example; lost is a sum
EVEN = ('rows', 'columns')  # the nets that say how much likelier text is beside a lost rule than elsewhere: among its examples lost ones are as frequent as they were made
RARE = 8  # how many times more frequent rare pictures are here than those that offices publish. Set by hand
BATCH = 512  # examples of a step
STEP = 2e-3  # how long the longest steps are


def begun(figures, hidden, rng):
    """Random weights of a net with one hidden layer (Glorot & Bengio 2010)."""
    bound = np.sqrt(6 / (figures + hidden))
    return [np.array(v, np.float32) for v in (rng.uniform(-bound, bound, (hidden, figures)).T, np.zeros(hidden), rng.uniform(-bound, bound, hidden), [0])]


def fit(examples, hidden, epochs, seed):
    """A net as it is written down: its inputs are the figures as they come. Steps grow for a fiftieth of the time, and get
    shorter to its end: half a cosine."""
    rng = np.random.default_rng(seed)
    x, y = examples[:, KNOWN:], examples[:, PRINTED]
    mean, scale = x.mean(0), x.std(0) + 1e-6
    x = ((x - mean) / scale).astype(np.float32)
    weights = begun(x.shape[1], hidden, rng)
    moments = [(np.zeros_like(w), np.zeros_like(w)) for w in weights]
    each, t = len(x) // BATCH, 0
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for k in range(each):
            at, t = order[k * BATCH:(k + 1) * BATCH], t + 1
            now = t / (epochs * each)
            step(weights, moments, gradient(weights, x[at], y[at]), STEP * min(now / 0.02, 0.5 + 0.5 * np.cos(np.pi * now)), t)
    w, b, out, out_bias = (v.astype(np.float64) for v in weights)
    w = w.T / scale
    return {'hidden': np.round(w, 5).tolist(), 'bias': np.round(b - w @ mean, 5).tolist(),
            'out': np.round(out, 5).tolist(), 'outBias': round(float(out_bias[0]), 5)}


def weighed(examples, times):
    """A logistic regression, as a net: one unit has the sum where it is above 0, and one where it is below. Examples count so
    many times each."""
    fitted = LogisticRegression(C=10, max_iter=3000).fit(examples[:, KNOWN:], examples[:, PRINTED], sample_weight=times)
    w = np.round(fitted.coef_[0].astype(np.float64), 5)
    return {'hidden': [w.tolist(), (-w).tolist()], 'bias': [0, 0], 'out': [1, -1], 'outBias': round(float(fitted.intercept_[0]), 5)}


def gradient(weights, x, y):
    """That of the mean log loss."""
    w, b, out, out_bias = weights
    z = x @ w + b
    h = np.maximum(z, 0)
    d = (1 / (1 + np.exp(-(h @ out + out_bias))) - y) / len(y)
    dz = np.outer(d, out) * (z > 0)
    return x.T @ dz, dz.sum(0), h.T @ d, d.sum(keepdims=True)


def step(weights, moments, gradients, length, t):
    """The t-th step of Adam (Kingma & Ba 2015)."""
    for w, g, (m, v) in zip(weights, gradients, moments):
        m += 0.1 * (g - m)
        v += 0.001 * (g * g - v)
        w -= (length / (1 - 0.9 ** t)) * m / (np.sqrt(v / (1 - 0.999 ** t)) + 1e-8)


def odds(net, x):
    h = np.maximum(0, x @ np.array(net['hidden']).T + np.array(net['bias']))
    return h @ np.array(net['out']) + net['outBias']


def judge(what, net, examples):
    y = examples[:, PRINTED]
    p = 1 / (1 + np.exp(-odds(net, examples[:, KNOWN:])))
    wrong = (p >= 0.5) != (y == 1)
    area = f'{roc_auc_score(y, p):.5f}' if 0 < y.sum() < len(y) else 'none'
    print(f'{what}: {len(y)}, area under the curve {area}, log loss {log_loss(y, p, labels=[0, 1]):.4f}, '
          f'missed {int((wrong & (y == 1)).sum())} of {int((y == 1).sum())}, false {int((wrong & (y == 0)).sum())} of {int((y == 0).sum())}')
    pictures = [(np.minimum(p, 1 - p)[at].sum() >= 1, wrong[at].any()) for at in (examples[:, 0] == k for k in np.unique(examples[:, 0]))]
    doubted, clear = ([w for d, w in pictures if d == is_so] for is_so in (True, False))
    print(f'  {len(doubted)} pictures where one is told wrongly on average, or more: in {sum(doubted)} one is; in {sum(clear)} of {len(clear)} others')


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--fitrules', required=True)
    p.add_argument('--of', action='append', choices=list(NETS))
    p.add_argument('--hold', action='append', required=True)
    p.add_argument('--rare', action='append', default=[])
    p.add_argument('--seed', type=int, default=3)
    p.add_argument('folders', nargs='+')
    o = p.parse_args()
    nets = json.load(open(RULES))
    with tempfile.TemporaryDirectory() as tmp:
        now = os.path.join(tmp, 'rules.json')

        def examples(of, folders):
            json.dump(nets, open(now, 'w'))
            path = os.path.join(tmp, 'examples')
            subprocess.run([o.fitrules, '-of', of, '-rules', now, '-o', path] + folders, check=True)
            raw = np.fromfile(path, dtype='<f4')
            return raw[1:].reshape(-1, int(raw[0]))

        for of in o.of or NETS:
            usual, held = examples(of, o.folders), {f: examples(of, [f]) for f in o.hold}
            rare = examples(of, o.rare) if o.rare else usual[:0]
            fitted, times = np.concatenate([usual, rare]), np.repeat([1, 1 / RARE], [len(usual), len(rare)])
            after = fit(fitted, *NETS[of], o.seed) if NETS[of] else weighed(fitted, times)
            if of in EVEN:
                share = fitted[:, PRINTED].mean()
                after['outBias'] = round(after['outBias'] - float(np.log(share / (1 - share))), 5)
            for f, e in held.items():
                if of in nets and len(nets[of]['hidden'][0]) == e.shape[1] - KNOWN:
                    judge(f'{of} of {os.path.basename(f)}, before', nets[of], e)
                judge(f'{of} of {os.path.basename(f)}, after', after, e)
            nets[of] = after
    json.dump({of: nets[of] for of in NETS if of in nets}, open(RULES, 'w'))


if __name__ == '__main__':
    main()
