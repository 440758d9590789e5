"""Writes boosted trees as internal/trees reads them."""
import json, os


def write(path, signs, base, trees):
    """Trees are lists of nodes: sign, most, less, more and odds; less and more count from the first node of the tree."""
    roots, all = [], []  # less and more count from the first node of all trees
    for tree in trees:
        at = len(all)
        roots.append(at)
        all += [[s, m, l and l + at, r and r + at, o] for s, m, l, r, o in tree]
    with open(path, 'w') as f:
        f.write('{"signs": %s,\n"base": %.5f,\n"trees": %s,\n"nodes": {\n%s}}\n' % (json.dumps(signs), base, json.dumps(roots), ',\n'.join(
            f'"{name}": [{", ".join("%.7g" % v for v in column)}]' for name, column in zip(('sign', 'most', 'less', 'more', 'odds'), zip(*all)))))
    print(f'{os.path.basename(path)}: {len(trees)} trees, {len(all)} nodes')
