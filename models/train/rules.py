"""Fits the two nets that tell rules from strokes of text, and writes rules.json.

usage: rules.py --fitrules FILE --hold FOLDER [--hold FOLDER]... [--seed N] FOLDER...

FILE is the command internal/fitrules; each FOLDER holds pictures and truth.jsonl, as office.py and `biaoge synth` write
them. Those held are not fitted on: what the nets make of them is printed, block by block and edge by edge. First the
blocks are fitted, then the edges, whose figures are made of the blocks'. Nets that begin with other weights end with
others: of two for blocks, which take time, that is kept which does better on the folders held; four for edges are
averaged.
"""
import argparse, json, os, subprocess, tempfile
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.neural_network import MLPClassifier

HERE = os.path.dirname(os.path.abspath(__file__))
RULES = os.path.join(HERE, '..', 'rules.json')


def fit(examples, hidden, epochs, seed):
    """A net with one hidden layer, as it is written down: its inputs are the figures as they come."""
    x, y = examples[:, 4:], examples[:, 2]
    mean, scale = x.mean(0), x.std(0) + 1e-6
    order = np.random.default_rng(seed).permutation(len(x))
    net = MLPClassifier((hidden,), alpha=1e-4, max_iter=epochs, batch_size=512, learning_rate_init=2e-3, random_state=seed)
    net.fit((x[order] - mean) / scale, y[order])
    w, b = net.coefs_[0] / scale[:, None], net.intercepts_[0] - (mean / scale) @ net.coefs_[0]
    return {'hidden': np.round(w.T, 5).tolist(), 'bias': np.round(b, 5).tolist(),
            'out': np.round(net.coefs_[1][:, 0], 5).tolist(), 'outBias': round(float(net.intercepts_[1][0]), 5)}


def odds(net, x):
    h = np.maximum(0, x @ np.array(net['hidden']).T + np.array(net['bias']))
    return h @ np.array(net['out']) + net['outBias']


def loss(net, examples):
    p = np.clip(1 / (1 + np.exp(-odds(net, examples[:, 4:]))), 1e-7, 1 - 1e-7)
    return log_loss(examples[:, 2], p)


def average(nets):
    """The net whose odds are the mean of theirs."""
    n = len(nets)
    return {'hidden': sum((x['hidden'] for x in nets), []), 'bias': sum((x['bias'] for x in nets), []),
            'out': [round(v / n, 5) for x in nets for v in x['out']], 'outBias': round(sum(x['outBias'] for x in nets) / n, 5)}


def judge(what, net, examples):
    y = examples[:, 2]
    p = 1 / (1 + np.exp(-odds(net, examples[:, 4:])))
    print(f'{what}: {len(y)}, area under the curve {roc_auc_score(y, p):.5f}, log loss {log_loss(y, p):.4f}, '
          f'missed {int(((p < 0.5) & (y == 1)).sum())} of {int((y == 1).sum())}, false {int(((p >= 0.5) & (y == 0)).sum())} of {int((y == 0).sum())}')


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--fitrules', required=True)
    p.add_argument('--hold', action='append', required=True)
    p.add_argument('--seed', type=int, default=3)
    p.add_argument('folders', nargs='+')
    o = p.parse_args()
    nets = json.load(open(RULES))
    with tempfile.TemporaryDirectory() as tmp, ProcessPoolExecutor(os.cpu_count()) as pool:
        now = os.path.join(tmp, 'rules.json')

        def examples(of, folders):
            json.dump(nets, open(now, 'w'))
            path = os.path.join(tmp, 'examples')
            subprocess.run([o.fitrules, '-of', of, '-rules', now, '-o', path] + folders, check=True)
            raw = np.fromfile(path, dtype='<f4')
            return raw[1:].reshape(-1, int(raw[0]))

        for of, hidden, epochs, begun, choose in (
                ('blocks', 24, 26, 2, lambda fitted, held: min(fitted, key=lambda n: loss(n, held))),
                ('edges', 24, 40, 4, lambda fitted, held: average(fitted))):
            all = examples(of, o.folders)
            fitted = [pool.submit(fit, all, hidden, epochs, o.seed + i) for i in range(begun)]
            held = {f: examples(of, [f]) for f in o.hold}
            nets[of] = choose([f.result() for f in fitted], np.concatenate(list(held.values())))
            for f in o.hold:
                judge(f'{of} of {os.path.basename(f)}', nets[of], held[f])
    json.dump(nets, open(RULES, 'w'))


if __name__ == '__main__':
    main()
