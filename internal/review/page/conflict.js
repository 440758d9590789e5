// Asks which of several pictures counts that claim one table.

import { say, make, button } from './words.js';
import { Viewer } from './picture.js';

export class Conflict {
  constructor(q, desk) {
    this.q = q;
    this.desk = desk;
    this.input = make('input', { 'data-answer': '', type: 'text', hidden: true, 'aria-hidden': 'true', tabindex: '-1' });
    this.sides = q.sides.map(s => this.side(s));
    this.apart = button('apart', '', () => this.send(null));
    this.element = make('section', { 'data-question': q.id, 'data-mode': 'table', 'data-kind': 'conflict', tabindex: '-1', 'aria-label': say('conflictTitle') },
      make('p', { class: 'where' }, `${q.report} · ${q.key}`), make('h2', {}, say('conflictTitle')), make('p', { class: 'hint' }, say('conflictHint')),
      make('div', { class: 'sides' }, ...this.sides), this.input, make('output', { 'data-reading': '', hidden: true }),
      make('div', { class: 'acts' }, this.apart, button('later', 'S', () => this.command('later')), button('previous', 'K', () => this.desk.step(-1)), button('next', 'J', () => this.desk.step(1))));
    this.options = [...this.sides, this.apart];
    this.at = -1;
  }

  side(s) {
    const viewer = new Viewer();
    const differ = new Set(s.differ);
    const cells = s.grid.cells.filter(c => differ.has(c.key));
    viewer.show(s.whole, `${s.picture} · ${say('page', s.page)}`, cells.map(c => c.outline));
    const list = make('table', { class: 'differ' }, ...cells.map(c => make('tr', {}, make('th', { scope: 'row', title: c.key }, c.label || c.key), make('td', { class: 'differs' }, c.raw === '' ? say('emptyReading') : c.raw))));
    const crops = cells.length ? make('p', { class: 'hint' }, say('differing', cells.length)) : null;
    return make('article', { class: 'side', 'data-side': s.picture }, button('choose', '', () => this.send(s.picture)), viewer.element, crops, list, make('img', { 'data-crop': '', alt: '', class: 'aside' }));
  }

  send(picture) { this.desk.answer(this.q, { choose: picture }, ''); }
  focus() { this.element.focus({ preventScroll: true }); }
  get writing() { return false; }
  write() {}
  clear() {}
  alternative() {}
  command(name) { if (name === 'later') this.desk.answer(this.q, { later: true }, ''); }

  accept() {
    if (this.at < 0) return;
    this.send(this.at < this.sides.length ? this.q.sides[this.at].picture : null);
  }

  key(e) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
    if (!step) return false;
    this.at = this.at < 0 ? (step > 0 ? 0 : this.options.length - 1) : (this.at + step + this.options.length) % this.options.length;
    this.options.forEach((o, i) => o.classList.toggle('chosen', i === this.at));
    return true;
  }
}
