"""Fits the net that weighs readings of cells that may hold anything, and writes print.json; or, with --of quick, that for
what the quick reader alone has read.

usage: print.py [--of quick] [--nets N] [--units N] [--epochs N] [--hold SHARE] [--thin NAME=N] [--beside NET] [-o FILE] EXAMPLES...

`go run ./internal/calibrate -of print -save EXAMPLES FOLDER...` writes the examples of both: a line of JSON with the names of
their figures, and one for each. The last examples of each file are not fitted on where a share of them is held: what the net
makes of them is printed. Of files whose name begins with NAME one example in N is taken, by chance. Nets that begin with other weights end with others; their odds are averaged, and with those of a
NET that was fitted before, to other examples, where one is named.
"""
import argparse, json, os

import numpy as np
from sklearn.neural_network import MLPClassifier

HERE = os.path.dirname(os.path.abspath(__file__))


def average(nets):
    """The net whose odds are the mean of theirs."""
    n = len(nets)
    return {'hidden': sum((x['hidden'] for x in nets), []), 'bias': sum((x['bias'] for x in nets), []),
            'out': [round(v / n, 5) for x in nets for v in x['out']], 'outBias': round(sum(x['outBias'] for x in nets) / n, 5)}


def read(path, of):
    """The names of the figures, those of each text that was weighed, and whether it is what is printed."""
    x, y = [], []
    with open(path, encoding='utf-8') as lines:
        names = json.loads(next(lines))['names'][of]
        for line in lines:
            e = json.loads(line)
            if e['weighed'] and len(e['features']) == len(names):
                x.append(np.array(e['features'], np.float32))
                y.append(e['right'])
    return names, np.array(x, np.float32), np.array(y, bool)


def fit(x, y, units, epochs, seed):
    """A net with one hidden layer, as it is written down: its inputs are the figures as they come."""
    mean, scale = x.mean(0, dtype=np.float64), x.std(0, dtype=np.float64) + 1e-6
    net = MLPClassifier((units,), alpha=ALPHA, max_iter=epochs, batch_size=512, learning_rate_init=2e-3, random_state=seed)
    net.fit(((x - mean) / scale).astype(np.float32), y)
    first = net.coefs_[0].astype(np.float64)
    w, b = first / scale[:, None], net.intercepts_[0].astype(np.float64) - (mean / scale) @ first
    return {'hidden': np.round(w.T, 5).tolist(), 'bias': np.round(b, 5).tolist(),
            'out': np.round(net.coefs_[1][:, 0].astype(np.float64), 5).tolist(), 'outBias': round(float(net.intercepts_[1][0]), 5)}


def known(path, names):
    """A net as it was written down, with nothing asked of the figures that it did not know."""
    with open(path, encoding='utf-8') as f:
        net = json.load(f)
    features = net.pop('features')
    return {**net, 'hidden': [[dict(zip(features, h)).get(n, 0) for n in names] for h in net['hidden']]}


ALPHA = 3e-2  # of the ridge: 3e-3 and 3e-1 are worse on what is held


def probabilities(net, x):
    h = np.maximum(0, x @ np.array(net['hidden']).T + np.array(net['bias']))
    return 1 / (1 + np.exp(-np.clip(h @ np.array(net['out']) + net['outBias'], -40, 40)))


def judge(what, net, x, y):
    p = probabilities(net, x)
    loss = -np.log(np.clip(np.where(y, p, 1 - p), 1e-12, 1)).mean()
    bounds = ', '.join(f'below {b}: {int(((p >= b) & ~y).sum())} wrong are not flagged, {(p[y] < b).mean():.3f} of the right ones are' for b in (0.9, 0.98, 0.995))
    print(f'{what}: {len(y)}, {int((~y).sum())} wrong, log loss {loss:.4f}, {p.mean() - y.mean():+.4f} too high; {bounds}')


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('examples', nargs='+')
    p.add_argument('--of', default='print')
    p.add_argument('--nets', type=int, default=4)
    p.add_argument('--units', type=int, default=32)
    p.add_argument('--epochs', type=int, default=18)
    p.add_argument('--hold', type=float, default=0)
    p.add_argument('--thin', metavar='NAME=N', default='=1')
    p.add_argument('--beside', metavar='NET')
    p.add_argument('-o', default=os.path.join(HERE, '..', 'print.json'))
    a = p.parse_args()
    fitted, held = [], []
    (thin, every), r = a.thin.split('='), np.random.default_rng(1)
    for path in a.examples:
        names, x, y = read(path, a.of)
        if thin and os.path.basename(path).startswith(thin):
            some = r.random(len(y)) < 1 / int(every)
            x, y = x[some], y[some]
        n = round((1 - a.hold) * len(y))
        fitted.append((x[:n], y[:n]))
        held.append((x[n:], y[n:]))
    x, y = (np.concatenate(v) for v in zip(*fitted))
    net = average([fit(x, y, a.units, a.epochs, seed) for seed in range(1, a.nets + 1)])
    if a.beside:
        net = average([net, known(a.beside, names)])
    judge('fitted on', net, x, y)
    for path, (x, y) in zip(a.examples, held):
        if len(y):
            judge(f'held of {os.path.basename(path)}', net, x, y)
    with open(a.o, 'w', encoding='utf-8') as out:
        json.dump({'features': names, **net}, out)
        out.write('\n')


if __name__ == '__main__':
    main()
