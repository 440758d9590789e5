"""What every program that sets tables needs to know of one: see office.py."""
import subprocess

import numpy as np
from PIL import Image

# What only these programs have is drawn beside a style of office.py's.
SIDES = ('all',) * 6 + ('open', 'open', 'across')  # which rules are printed: all; none left and right; none that are plumb
ZEBRA = (None, None, None, None, 'F2F2F2', 'E7F0F7')  # the ground of every second row


def looks(rng):
    return {'sides': rng.choice(SIDES), 'zebra': rng.choice(ZEBRA), 'bold': rng.random() < 0.3, 'right': rng.random() < 0.3}


def widths(table, total):
    """A width for each column, by its longest text; what spans several counts by its share."""
    w = [2.5] * table['cols']
    for c in table['cells']:
        if c['colspan'] == 1 and c['text']:
            w[c['col']] = max(w[c['col']], min(12, 1 + len(c['text']) * (0.55 if c.get('key') else 0.6)))
    return [x * total / sum(w) for x in w]


def wide(table):
    return table['cols'] >= 8


def is_label(c, table):
    return c['row'] < (table.get('header_rows') or 1) or not c.get('key') and c['col'] == 0


def is_number(c):
    return c['text'] != '' and c['text'].strip('0123456789.,-%') == ''


def ground(c, table, s):
    """The colour behind a cell, RRGGBB; None where that is paper."""
    if s['shade'] and is_label(c, table):
        return s['shade']
    return s.get('zebra') if c['rowspan'] == 1 and c['row'] % 2 else None


def align(c, table, s):
    if not is_label(c, table) and s.get('right') and is_number(c):
        return 'right'
    return 'center' if s['centre'] else 'left'


def covered(table):
    """The cell that covers each place of the grid, by row and column."""
    return {(r, k): c for c in table['cells'] for r in range(c['row'], c['row'] + c['rowspan']) for k in range(c['col'], c['col'] + c['colspan'])}


def heights(table, lines, least):
    """A height for each row in which all that is printed has room; lines(cell) is how much a cell needs."""
    h = [least] * table['rows']
    for c in sorted(table['cells'], key=lambda c: c['rowspan']):
        rows = range(c['row'], c['row'] + c['rowspan'])
        missing = lines(c) - sum(h[r] for r in rows)
        for r in rows:
            h[r] += max(0, missing) / len(rows)
    return h


TOGETHER = 80  # documents that one run of LibreOffice prints: of many more it leaves some out


def to_pdf(files, folder, by='pdf'):
    """Has LibreOffice print documents, as PDF beside them, by a filter of its own."""
    for i in range(0, len(files), TOGETHER):
        subprocess.run(['soffice', f'-env:UserInstallation=file://{folder}/profile', '--headless', '--convert-to', by, '--outdir', folder] + files[i:i + TOGETHER],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def pixels(name, rx, ry):
    """The first page of the PDF of a name, with so many pixels to an inch."""
    subprocess.run(['pdftoppm', '-png', '-f', '1', '-l', '1', '-singlefile', '-rx', str(rx), '-ry', str(ry), name + '.pdf', name], check=True)
    return Image.open(name + '.png').convert('RGB')


def closed(a, gap=9):
    """What is dark along rows, with gaps of a few pixels closed."""
    grown = a.copy()
    for i in range(1, gap + 1):
        grown[:, i:] |= a[:, :-i]
    out = grown.copy()
    for i in range(1, gap + 1):
        out[:, :-i] &= grown[:, i:]
    return out | a


def rules(bare, table, s):
    """Where the rules of rows and of columns are, in the middle of each, pixels; None where that is not
    known."""
    dark = np.asarray(bare.convert('L')) < 160

    def positions(a, least):
        if s['line'][2] == 'dashSmallGap':  # Writer gives it more room than a solid rule: its gaps are closed
            a = closed(a)
        # A rule is dark for longer than any is thick.
        longest, run = np.zeros(a.shape[0], int), np.zeros(a.shape[0], int)
        for column in a.T:
            run = np.where(column, run + 1, 0)
            longest = np.maximum(longest, run)
        at = np.flatnonzero(longest >= least)
        groups = np.split(at, np.flatnonzero(np.diff(at) > 1) + 1) if at.size else []
        return [float((g[0] + g[-1] + 1) / 2) for g in groups]

    rows, cols = positions(dark, 20), positions(dark.T, 14)
    if s['line'][2] == 'double' and len(rows) == 2 * table['rows'] + 2 and len(cols) == 2 * table['cols'] + 2:
        middle = lambda v: [(a + b) / 2 for a, b in zip(v[::2], v[1::2])]
        return {'rows': middle(rows), 'cols': middle(cols), 'apart': [rows[1] - rows[0], cols[1] - cols[0]]}
    if len(rows) != table['rows'] + 1 or len(cols) != table['cols'] + 1:
        return None
    return {'rows': rows, 'cols': cols}
