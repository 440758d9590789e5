"""Fits the trees that tell a table from what else has rules, and those that tell one from what else has text in rows and
columns, and writes table.json and aligned.json.

usage: table.py [--hold FILE]... [--seed N] FILE...

Each FILE is what internal/fittable measured in pictures. Those held are not fitted on: what the trees make of them is
printed, and of those fitted on, what trees make of them that were fitted to the other pictures.
"""
import argparse, json, os

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import GroupKFold

import trees

FOLDS = 4
HERE = os.path.dirname(os.path.abspath(__file__))
KINDS = dict(rules='table.json', text='aligned.json')
# How many tables offices publish to one of what is none but looks like one: set by hand. Of text without rules most is none.
TABLES_TO_NONE = dict(rules=6.4, text=0.57)
TREES = dict(subsample=0.5, min_samples_leaf=10, max_features=8)
# How many trees, how deep, and how much each adds: of several, what is wrong less of pictures that were not fitted to.
SHAPES = dict(rules=dict(n_estimators=300, max_depth=6, learning_rate=0.05), text=dict(n_estimators=120, max_depth=4, learning_rate=0.08))


def load(paths, kind):
    """Signs, whether it is a table, and the picture, of all that may be one and are of a kind."""
    out = [e for path in paths for e in map(json.loads, open(path)) if e['ruled'] == (kind == 'rules')]
    return np.array([e['signs'] for e in out]), np.array([e['table'] for e in out]), np.array([e['picture'] for e in out])


def fitted(x, y, kind, seed):
    return GradientBoostingClassifier(random_state=seed, **SHAPES[kind], **TREES).fit(x, y)


def fitted_ratio(y):
    """How many tables there are to one of what is none among those fitted on."""
    return y.mean() / (1 - y.mean())


def odds(model, x, kind, ratio):
    """What trees say, fitted to so many tables to one of what is none."""
    return model.decision_function(x) + np.log(TABLES_TO_NONE[kind] / ratio)


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
    for kind in KINDS:
        fit(kind, o)


def fit(kind, o):
    x, y, pictures = load(o.files, kind)
    apart = np.zeros(len(y))
    for some, rest in GroupKFold(FOLDS).split(x, y, pictures):
        apart[rest] = odds(fitted(x[some], y[some], kind, o.seed), x[rest], kind, fitted_ratio(y[some]))
    judge(f'{kind}: fitted to the other pictures', apart, y)
    model = fitted(x, y, kind, o.seed)
    for h in o.hold:
        hx, hy, _ = load([h], kind)
        if len(hy):
            judge(f'{kind}: {os.path.basename(h)}', odds(model, hx, kind, fitted_ratio(y)), hy)
    path = os.path.join(HERE, '..', KINDS[kind])
    base = float(np.log(TABLES_TO_NONE[kind]))
    trees.write(path, json.load(open(path))['signs'], base, [nodes(t, model.learning_rate) for t in model.estimators_[:, 0]])


if __name__ == '__main__':
    main()
