"""Fits the trees that tell whether a table was printed on the form that agrees best with it, and writes form.json.

usage: forms.py [--hold FILE]... [-o FILE] FILE...

Each FILE is what internal/fitforms measured in pictures. Those held are not fitted on: what the trees make of them is
printed, beside what the program made of them that measured them.
"""
import argparse, json, os

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import log_loss

import trees

HERE = os.path.dirname(os.path.abspath(__file__))
# Which way a figure may change the odds: more of what is shown never lowers them, more of what is denied never raises them.
WAYS = dict(agreement=1, shown=1, denied=-1, absent=-1, strange=-1, shape=1, many=1)
TREES = dict(max_iter=300, max_leaf_nodes=8, learning_rate=0.1, min_samples_leaf=15, l2_regularization=1, early_stopping=False)
# How often there are examples of a kind, against those that are whole tables or parts of such: set by hand. Forms of which
# some labels are altered are rarer than forms that are hard to read.
OFTEN = dict(known=1, others=0.3, altered=0.05, quoting=0.3)
# How probable it is that a value has the right key where most labels of the form have no cell, though all that are there are
# right: which of several groups it is of may stand where nothing was found. A person is asked. Set by hand.
PART, MOST = 0.9, 0.4
FEW = 3  # labels that are shown; where fewer are and most have no cell, it is by chance that the nearest form is the table's own
SAME = 0.1  # share of a form's labels that offices word otherwise, and it is the same form


def load(paths):
    """Figures, whether the form is right, the weight, and what the example is, of all. A form of which a share of the labels
    is altered is one that is right with so much less probability, since so many of its values are another's."""
    names, out = None, []
    base = lambda form: form.split('@')[0]  # a key of one edition says the same in another
    for path in paths:
        for e in map(json.loads, open(path)):
            if 'names' in e:
                names = e['names']
                continue
            right, weight = e['own'] != '' and base(e['own']) == base(e['form']), OFTEN[e['with']]
            if e['with'] == 'others' and right or e['with'] == 'altered' and e['own'] != e['form']:
                continue  # nearly the same form, or another one that agrees better than the altered one
            figure, wrong = dict(zip(names, e['figures'])), 0 if right else 1
            if right and figure['absent'] > MOST:
                wrong = 1 - PART if figure['many'] >= np.log1p(FEW) else 1
            if e['with'] == 'altered' and e['other'] > SAME:
                wrong = e['other']
            out += [(e['figures'], y, weight * p, e) for y, p in ((1, 1 - wrong), (0, wrong)) if p > 0]
    if names != list(WAYS):
        raise SystemExit(f'forms.py: figures are {names}; say in WAYS which way each may change the odds')
    return tuple(np.array(v) for v in list(zip(*out))[:3]) + ([v[3] for v in out],)


def nodes(predictor):
    """The nodes of a tree: sign, most, less, more, odds; those that follow stand behind."""
    t, order = predictor.nodes, []

    def visit(i):
        order.append(i)
        if not t[i]['is_leaf']:
            visit(t[i]['left'])
            visit(t[i]['right'])
    visit(0)
    at = {i: k for k, i in enumerate(order)}

    def value(i):  # of a node that asks more, what those behind it say on average
        if t[i]['is_leaf']:
            return float(t[i]['value'])
        l, r = t[i]['left'], t[i]['right']
        return (value(l) * int(t[l]['count']) + value(r) * int(t[r]['count'])) / int(t[i]['count'])
    return [[0, 0, 0, 0, round(value(i), 5)] if t[i]['is_leaf'] else
            [int(t[i]['feature_idx']), float(t[i]['num_threshold']), at[t[i]['left']], at[t[i]['right']], round(value(i), 5)] for i in order]


def judge(what, p, y, examples):
    p = np.clip(p, 1e-6, 1 - 1e-6)
    kind = np.array([('part' if e['rows'] < 1 else 'whole') if e['with'] == 'known' else e['with'] for e in examples])
    known = (kind == 'whole') | (kind == 'part')
    print(f'{what}: log loss {log_loss(y[known], p[known], labels=[0, 1]):.4f}')
    for k in ('whole', 'part'):
        right, wrong = (kind == k) & (y == 1), (kind == k) & (y == 0)
        print(f'  {k}: of {right.sum()} forms {int((p[right] < 0.5).sum())} are not taken, {int((p[right] < 0.995).sum())} are not sure; of {wrong.sum()} others {int((p[wrong] >= 0.5).sum())} are taken, {int((p[wrong] >= 0.995).sum())} are sure')
    some = kind == 'quoting'
    print(f'  of {some.sum()} tables that use words of forms {int((p[some] >= 0.5).sum())} are taken, {int((p[some] >= 0.995).sum())} are sure')
    other = np.array([e['other'] for e in examples])
    for least, most in ((0.2, 0.4), (0.4, 1)):
        some = (kind == 'altered') & (y == 0) & (other > least) & (other <= most)
        print(f'  other words in {100 * least:.0f} to {100 * most:.0f} % of the labels: of {some.sum()} forms {int((p[some] >= 0.995).sum())} are sure')


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--hold', action='append', default=[])
    p.add_argument('-o', default=os.path.join(HERE, '..', 'form.json'))
    p.add_argument('files', nargs='+')
    o = p.parse_args()
    x, y, weight, examples = load(o.files)
    model = HistGradientBoostingClassifier(monotonic_cst=list(WAYS.values()), random_state=1, **TREES).fit(x, y, sample_weight=weight)
    judge('fitted', model.predict_proba(x)[:, 1], y, examples)
    if o.hold:
        hx, hy, _, he = load(o.hold)
        judge('held', model.predict_proba(hx)[:, 1], hy, he)
        judge('held, as the program had it', np.array([e['given'] for e in he]), hy, he)
    base = float(np.asarray(model._baseline_prediction).ravel()[0])
    trees.write(o.o, list(WAYS), base, [nodes(t[0]) for t in model._predictors])


if __name__ == '__main__':
    main()
