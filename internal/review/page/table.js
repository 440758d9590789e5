// Asks for a whole table, edited like a spreadsheet beside its picture.

import { make, say, button, language } from './words.js';
import { ask } from './api.js';
import { crop } from './cell.js';
import { fold, difference } from './sums.js';
import { Grid } from './grid.js';

export class Table {
  constructor(q, desk) {
    this.q = q;
    this.desk = desk;
    this.side = q.sides?.[0]; // where it may be, if that is not known
    this.grid = new Grid(this.side?.grid || q.grid || { rows: 1, cols: 1, cells: [] });
    this.form = q.grid?.form || q.form || '';
    this.checks = [];
    this.row = this.col = 0;
    this.build();
    this.loadForms();
  }

  build() {
    const q = this.q;
    this.input = make('input', { 'data-answer': '', type: 'text', autocomplete: 'off', spellcheck: 'false', 'aria-label': say('answer'), lang: 'zh-CN' });
    this.input.addEventListener('input', () => { this.dirty = true; this.tellSums(); });
    this.input.addEventListener('blur', () => this.commit());
    this.select = make('select', { 'data-form': '', 'aria-label': say('form') });
    this.select.addEventListener('change', () => { this.form = this.select.value; this.loadChecks(); });
    this.body = make('tbody');
    this.body.addEventListener('mousedown', e => this.point(e));
    this.body.addEventListener('dblclick', () => this.edit(false));
    this.sums = make('ul', { class: 'sums', 'aria-label': say('sums') });
    this.why = make('ul', { class: 'why', 'aria-label': say('why') }, ...this.desk.reasons(q).map(r => make('li', {}, r)));
    this.reading = make('output', { 'data-reading': '', hidden: true });
    const lacks = Boolean(this.side);
    const title = say(lacks ? 'lackTitle' : q.table ? 'tableTitle' : 'missingTitle');
    this.place = make('p', { class: 'where' }, lacks ? `${q.report} · ${q.key}` : `${q.picture} · ${say('page', q.page)}`);
    const tool = (name, act) => button(name, '', () => { this.commit(); act(this.grid.at(this.row, this.col)); this.touched = true; this.draw(); this.goTo(this.row, this.col); });
    this.element = make('section', { 'data-question': q.id, 'data-mode': 'table', 'data-kind': 'table', tabindex: '-1', 'aria-label': title },
      this.place,
      make('h2', {}, title),
      this.why,
      lacks ? this.buildSides() : null,
      make('div', { class: 'tools' }, make('label', {}, say('form') + ' ', this.select), button('emptyGrid', '', () => this.emptyGrid()),
        tool('rowAdd', c => this.grid.insert('row', c.row + c.rowspan - 1)), tool('rowDrop', c => this.grid.remove('row', c.row)),
        tool('colAdd', c => this.grid.insert('col', c.col + c.colspan - 1)), tool('colDrop', c => this.grid.remove('col', c.col)),
        tool('merge', c => this.grid.merge(c, 'col')), tool('mergeDown', c => this.grid.merge(c, 'row')), tool('split', c => this.grid.split(c))),
      make('div', { class: 'gridport' }, make('table', { role: 'grid', class: 'grid', lang: 'zh-CN' }, this.body)),
      make('p', { class: 'hint' }, say('tableHint')), this.input, this.reading, crop(q.crop, '', { 'data-crop': '', class: 'aside' }), this.sums,
      make('div', { class: 'acts' }, button('accept', 'Ctrl ↵', () => this.accept()), button(lacks ? 'lacksTable' : 'noTable', '', () => this.none()), button('later', 'S', () => this.command('later')),
        this.desk.returns(q) ? button('back', 'T', () => this.desk.goBack()) : null,
        q.table && !lacks ? button('missing', '', () => this.desk.wholeTable(q, true)) : null, button('previous', 'K', () => this.desk.step(-1)), button('next', 'J', () => this.desk.step(1))));
    this.draw();
  }

  /** Lists the pictures in which the table may be. */
  buildSides() {
    this.picker = make('select', { 'data-side': '', 'aria-label': say('pictures') }, ...this.q.sides.map((s, i) => make('option', { value: i }, `${s.picture} · ${say('page', s.page)}`)));
    this.picker.addEventListener('change', () => this.pick(Number(this.picker.value)));
    return make('div', { class: 'tools' }, make('label', {}, say('pictures') + ' ', this.picker), button('previousPicture', 'PgUp', () => this.pickBy(-1)), button('nextPicture', 'PgDn', () => this.pickBy(1)));
  }

  /** Goes to another picture; what was typed stays. */
  pick(i) {
    if (!this.q.sides[i]) return;
    this.side = this.q.sides[i];
    this.picker.value = i;
    if (!this.touched) {
      this.grid = new Grid(this.side.grid || this.q.grid);
      this.row = this.col = 0;
      this.draw();
    }
    this.desk.whole(this.side, [this.side.outline]);
  }

  pickBy(step) { this.pick(this.q.sides.indexOf(this.side) + step); }

  async loadForms() {
    this.select.append(make('option', { value: '' }, say('noForm')));
    try {
      const { forms } = await this.desk.forms();
      for (const f of forms) this.select.append(make('option', { value: f.id }, `${f.title || ''} ${f.id}`.trim()));
      this.select.value = this.form;
      await this.loadChecks();
    } catch (e) { this.desk.notice(say('failed', e.message)); }
  }

  async loadChecks() {
    this.checks = [];
    if (this.form) {
      try { this.checks = (await ask(`/api/forms?id=${encodeURIComponent(this.form)}`)).checks || []; } catch (e) { this.desk.notice(say('failed', e.message)); }
    }
    this.tellSums();
  }

  /** Starts with the form as it is printed, nothing filled in. */
  async emptyGrid() {
    if (!this.form) return;
    try {
      this.grid = new Grid((await ask(`/api/forms?id=${encodeURIComponent(this.form)}`)).grid);
      this.draw();
      const first = this.grid.cells.find(c => c.key);
      if (first) this.goTo(first.row, first.col);
    } catch (e) { this.desk.notice(say('failed', e.message)); }
  }

  draw() {
    const rows = Array.from({ length: this.grid.rows }, () => make('tr', { role: 'row' }));
    this.tds = new Map();
    for (const c of this.grid.cells) {
      const td = make('td', { role: 'gridcell', 'data-row': c.row, 'data-col': c.col, rowspan: c.rowspan, colspan: c.colspan, tabindex: '-1', 'data-key': c.key || undefined,
        class: [c.kind, c.flagged ? 'flagged' : '', c.person ? 'person' : ''].join(' ') }, c.raw);
      rows[c.row].append(td);
      this.tds.set(c, td);
    }
    this.body.replaceChildren(...rows);
    const here = this.here();
    if (here) this.tds.get(here).tabIndex = 0;
    this.tellSums();
  }

  here() { return this.grid.at(this.row, this.col); }

  point(e) {
    const td = e.target.closest('td');
    if (!td || e.target === this.input) return;
    e.preventDefault();
    this.commit();
    this.goTo(Number(td.dataset.row), Number(td.dataset.col));
  }

  goTo(row, col) {
    const c = this.grid.at(Math.min(this.grid.rows - 1, Math.max(0, row)), Math.min(this.grid.cols - 1, Math.max(0, col)));
    if (!c) return;
    for (const td of this.tds.values()) { td.tabIndex = -1; td.classList.remove('here'); }
    this.row = c.row;
    this.col = c.col;
    const td = this.tds.get(c);
    td.tabIndex = 0;
    td.classList.add('here');
    td.focus();
    td.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    if (c.outline?.length) this.desk.whole(this.side || this.q, [c.outline]);
  }

  focus() { this.element.focus({ preventScroll: true }); }
  get writing() { return document.activeElement === this.input; }
  get inGrid() { return this.body.contains(document.activeElement); }
  write() { this.edit(true); }

  /** Edits the cell the cursor is in: anew, or what it says. */
  edit(anew) {
    const c = this.here();
    if (!c || this.editing === c) return;
    this.editing = c;
    this.input.value = anew ? '' : c.raw;
    this.dirty = anew;
    const td = this.tds.get(c);
    td.replaceChildren(this.input);
    td.classList.add('editing');
    this.input.focus();
  }

  /** Takes what was typed into the cell. */
  commit() {
    const c = this.editing;
    if (!c) return;
    this.editing = null;
    if (this.dirty) { c.raw = this.input.value.trim(); this.touched = true; }
    const td = this.tds.get(c);
    this.element.insertBefore(this.input, this.reading);
    td.classList.remove('editing');
    td.textContent = c.raw;
    if (this.dirty) td.classList.add('person');
    this.input.value = '';
    this.dirty = false;
    this.tellSums();
  }

  tellSums() {
    const raws = new Map();
    for (const c of this.grid.cells) if (c.key) raws.set(c.key, this.editing === c && this.dirty ? this.input.value : c.raw);
    const off = new Set();
    const lines = [];
    for (const k of this.checks) {
      if (![...k.sum, ...k.equals].every(key => raws.has(key))) continue;
      const d = difference({ sum: k.sum.map(key => ({ key })), equals: k.equals.map(key => ({ key })) }, raws);
      if (d !== 0) for (const key of [...k.sum, ...k.equals]) off.add(key);
      if (d !== 0) lines.push(make('li', { 'data-sum': k.rule, 'data-difference': d === undefined ? '' : String(d), class: 'off' }, make('span', { class: 'parts' }, k.rule), make('em', {}, d === undefined ? '?' : say('off', d.toLocaleString(language)))));
    }
    this.sums.replaceChildren(...lines);
    for (const [c, td] of this.tds) td.classList.toggle('off', off.has(c.key));
  }

  accept() {
    this.commit();
    const a = this.grid.answer();
    a.cells.forEach(c => { c.raw = /^[\d０-９＋－+\-]/.test(c.raw) ? fold(c.raw) : c.raw; });
    this.desk.answer(this.q, { form: this.form || null, ...a, target: this.side?.target }, '');
  }

  none() { this.desk.answer(this.q, { form: null, rows: 0, cols: 0, cells: [] }, ''); }
  alternative() {}
  clear() {
    if (this.editing) { this.dirty = false; this.commit(); this.goTo(this.row, this.col); } else this.focus();
  }

  command(name) {
    if (name === 'later') this.desk.answer(this.q, { later: true }, '');
    else if (name === 'blank' || name === 'unreadable') {
      const c = this.here();
      c.raw = name === 'blank' ? '' : '\ufffd';
      this.tds.get(c).textContent = c.raw;
      this.touched = true;
      this.tellSums();
    }
  }

  /** Keys of a table's own; returns whether one was meant. */
  key(e) {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey || e.altKey)) { this.accept(); return true; }
    if (this.writing && !e.isComposing) {
      if (e.key === 'Enter') { this.commit(); this.goTo(this.row + this.spanOf('rowspan'), this.col); return true; }
      const step = !this.input.value || this.anew(e) ? { ArrowUp: [-1, 0], ArrowDown: [1, 0] }[e.key] : null;
      if (step) { this.commit(); this.arrow(step); return true; }
      return false;
    }
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[e.key];
    if (step) { if (this.inGrid) this.arrow(step); else this.goTo(this.row, this.col); return true; }
    if (this.picker && (e.key === 'PageUp' || e.key === 'PageDown')) { this.pickBy(e.key === 'PageDown' ? 1 : -1); return true; }
    if (e.key === 'F2') { this.edit(false); return true; }
    if (this.inGrid && e.key === 'Enter') { this.goTo(this.row + this.spanOf('rowspan'), this.col); return true; }
    if (this.inGrid && (e.key === 'Delete' || e.key === 'Backspace')) { this.command('blank'); return true; }
    return false;
  }

  anew(e) { return e.key === 'ArrowUp' || e.key === 'ArrowDown'; }
  spanOf(name) { return this.here()?.[name] || 1; }

  arrow([dr, dc]) {
    const c = this.here();
    this.goTo(dr > 0 ? c.row + c.rowspan : c.row + dr, dc > 0 ? c.col + c.colspan : c.col + dc);
  }
}
