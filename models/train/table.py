"""Fits the trees that tell a table from what else has rules, and writes table.json.

usage: table.py [--hold FILE]... [--seed N] FILE...

Each FILE is what internal/fittable measured in pictures. Those held are not fitted on: what the trees make of them is
printed, and of those fitted on, what trees make of them that were fitted to the other pictures.
"""
import argparse, json, os

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import GroupKFold

FOLDS = 4
HERE = os.path.dirname(os.path.abspath(__file__))
TABLE = os.path.join(HERE, '..', 'table.json')
PRIOR = 5  # how many times as many grids are tables, of those in pictures that offices publish, as among those fitted on: set by hand
TREES = dict(n_estimators=120, max_depth=3, learning_rate=0.08, subsample=0.5, min_samples_leaf=10, max_features=8)


def load(paths):
    """Signs, whether it is a table, and the picture, of all that may be one."""
    out = [json.loads(l) for path in paths for l in open(path)]
    return np.array([e['signs'] for e in out]), np.array([e['table'] for e in out]), np.array([e['picture'] for e in out])


def fitted(x, y, seed):
    return GradientBoostingClassifier(random_state=seed, **TREES).fit(x, y)


def odds(model, x):
    return model.decision_function(x) + np.log(PRIOR)


def nodes(tree, rate):
    """The nodes of a tree: sign, most, less, more, odds; those that follow stand behind."""
    t, order = tree.tree_, []

    def visit(i):
        order.append(i)
        if t.children_left[i] >= 0:
            visit(t.children_left[i])
            visit(t.children_right[i])
    visit(0)
    at = {i: k for k, i in enumerate(order)}

    def value(i):  # of a node that asks more, what those behind it say on average
        if t.children_left[i] < 0:
            return t.value[i, 0, 0]
        l, r = t.children_left[i], t.children_right[i]
        return (value(l) * t.n_node_samples[l] + value(r) * t.n_node_samples[r]) / (t.n_node_samples[l] + t.n_node_samples[r])
    return [[int(t.feature[i]), float(t.threshold[i]), at[t.children_left[i]], at[t.children_right[i]], round(rate * value(i), 5)]
            if t.children_left[i] >= 0 else [0, 0, 0, 0, round(rate * value(i), 5)] for i in order]


def judge(what, o, y):
    p = np.clip(1 / (1 + np.exp(-o)), 1e-6, 1 - 1e-6)
    print(f'{what}: {len(y)}, {int(y.sum())} tables; taken for one and none {int(((o > 0) & ~y).sum())}, not taken {int(((o <= 0) & y).sum())}, log loss {log_loss(y, p, labels=[False, True]):.4f}')


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--hold', action='append', default=[])
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('files', nargs='+')
    o = p.parse_args()
    x, y, pictures = load(o.files)
    apart = np.zeros(len(y))
    for fit, rest in GroupKFold(FOLDS).split(x, y, pictures):
        apart[rest] = odds(fitted(x[fit], y[fit], o.seed), x[rest])
    judge('fitted to the other pictures', apart, y)
    model = fitted(x, y, o.seed)
    for h in o.hold:
        hx, hy, _ = load([h])
        judge(os.path.basename(h), odds(model, hx), hy)
    signs = json.load(open(TABLE))['signs']
    trees = [nodes(t, model.learning_rate) for t in model.estimators_[:, 0]]
    base = float(np.log(PRIOR * y.mean() / (1 - y.mean())))
    roots, all = [], []  # less and more count from the first node of all trees
    for tree in trees:
        at = len(all)
        roots.append(at)
        all += [[s, m, l and l + at, r and r + at, o] for s, m, l, r, o in tree]
    with open(TABLE, 'w') as f:
        f.write('{"signs": %s,\n"base": %.5f,\n"trees": %s,\n"nodes": {\n%s}}\n' % (json.dumps(signs), base, json.dumps(roots), ',\n'.join(
            f'"{name}": [{", ".join("%.7g" % v for v in column)}]' for name, column in zip(('sign', 'most', 'less', 'more', 'odds'), zip(*all)))))
    print(f'{len(trees)} trees, {sum(map(len, trees))} nodes')


if __name__ == '__main__':
    main()
