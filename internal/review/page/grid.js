// A table as a person edits it: cells on a grid of rows and columns, each
// position in exactly one of them.

export class Grid {
  constructor(grid) {
    this.rows = grid.rows;
    this.cols = grid.cols;
    this.cells = grid.cells.map(c => ({ ...c }));
    this.fill();
  }

  at(row, col) {
    return this.cells.find(c => row >= c.row && row < c.row + c.rowspan && col >= c.col && col < c.col + c.colspan);
  }

  blank(row, col) { return { row, col, rowspan: 1, colspan: 1, raw: '', kind: 'value', outline: [] }; }

  /** Gives every position that no cell has a blank one. */
  fill() {
    const taken = new Set();
    for (const c of this.cells) for (let r = 0; r < c.rowspan; r++) for (let k = 0; k < c.colspan; k++) taken.add(`${c.row + r},${c.col + k}`);
    for (let r = 0; r < this.rows; r++) for (let k = 0; k < this.cols; k++) if (!taken.has(`${r},${k}`)) this.cells.push(this.blank(r, k));
    this.cells.sort((a, b) => a.row - b.row || a.col - b.col);
  }

  /** Inserts a row or column after a position. */
  insert(along, after) {
    const [at, span, size] = names(along);
    for (const c of this.cells) {
      if (c[at] > after) c[at]++;
      else if (c[at] + c[span] > after + 1) c[span]++;
    }
    this[size]++;
    this.fill();
  }

  /** Takes a row or column out; the last one stays. */
  remove(along, which) {
    const [at, span, size] = names(along);
    if (this[size] < 2) return;
    this.cells = this.cells.filter(c => !(c[at] === which && c[span] === 1));
    for (const c of this.cells) {
      if (c[at] > which) c[at]--;
      else if (c[at] + c[span] > which) c[span]--;
    }
    this[size]--;
    this.fill();
  }

  /** Makes a cell one with what lies to the right of it, or below. */
  merge(c, along) {
    const right = along === 'col';
    const wide = { row: c.row, col: c.col, rowspan: c.rowspan + (right ? 0 : 1), colspan: c.colspan + (right ? 1 : 0) };
    if (wide.row + wide.rowspan > this.rows || wide.col + wide.colspan > this.cols) return c;
    const inside = o => o.row >= wide.row && o.col >= wide.col && o.row + o.rowspan <= wide.row + wide.rowspan && o.col + o.colspan <= wide.col + wide.colspan;
    const touched = this.cells.filter(o => o !== c && o.row < wide.row + wide.rowspan && o.row + o.rowspan > wide.row && o.col < wide.col + wide.colspan && o.col + o.colspan > wide.col);
    if (!touched.every(inside)) return c; // one of them sticks out
    const raw = [c, ...touched].map(o => o.raw).filter(r => r !== '').join('');
    this.cells = this.cells.filter(o => o !== c && !touched.includes(o));
    const one = { ...c, ...wide, raw };
    this.cells.push(one);
    this.fill();
    return one;
  }

  /** Takes a cell apart into single ones. */
  split(c) {
    Object.assign(c, { rowspan: 1, colspan: 1 });
    this.fill();
  }

  /** The cells as an answer has them. */
  answer() {
    return { rows: this.rows, cols: this.cols, cells: this.cells.map(({ row, col, rowspan, colspan, raw }) => ({ row, col, rowspan, colspan, raw })) };
  }
}

const names = along => along === 'row' ? ['row', 'rowspan', 'rows'] : ['col', 'colspan', 'cols'];
