// Asks for one value or label, or for many that read the same.

import { make, say, button, language } from './words.js';
import { picture, pictureNow } from './api.js';
import { fold, plain, difference } from './sums.js';

/** Shows a crop as soon as it is here. */
export function crop(path, alt, more = {}) {
  const img = make('img', { alt, draggable: 'false', ...more });
  const now = pictureNow(path);
  if (now) img.src = now;
  else picture(path).then(url => { img.src = url; }, e => { img.alt = say('noPicture', e.message); img.classList.add('broken'); });
  return img;
}

const shown = text => text === '' ? say('emptyReading') : text;

export class Cell {
  /** q is the question, desk what the page lends it: answer(), sums known meanwhile. */
  constructor(q, desk) {
    this.q = q;
    this.desk = desk;
    this.carpet = q.mode === 'carpet';
    this.blind = q.mode === 'key';
    this.marked = new Set();
    this.next = 0;
    this.build();
  }

  build() {
    const q = this.q;
    this.reading = make('output', { 'data-reading': '', class: 'reading' });
    this.input = make('input', {
      'data-answer': '', type: 'text', autocomplete: 'off', spellcheck: 'false', autocapitalize: 'off', enterkeyhint: 'done',
      inputmode: q.kind === 'value' ? 'decimal' : 'text', 'aria-label': say('answer'), placeholder: say(this.blind ? 'keyFirst' : this.carpet ? 'typeForAll' : 'typeToMend'), lang: 'zh-CN',
    });
    this.input.addEventListener('input', () => this.typed());
    this.compare = make('p', { class: 'compare', role: 'status', hidden: true });
    this.sums = make('ul', { class: 'sums', 'aria-label': say('sums') });
    this.why = make('ul', { class: 'why', 'aria-label': say('why') });
    this.labels = make('dl', { class: 'labels' });
    if (!q.spots) this.tellLabels(q.labels); // of many, those of the one pointed at
    const face = this.carpet ? this.buildCarpet() : make('div', { class: 'crop', lang: 'zh-CN', onclick: e => e.currentTarget.classList.toggle('full') }, crop(q.crop, say('cell'), { 'data-crop': '' }));
    this.element = make('section', {
      'data-question': q.id, 'data-mode': q.mode, 'data-kind': q.kind, tabindex: '-1',
      'aria-label': [say(this.blind ? 'keyFirst' : 'reading'), ...q.labels.map(l => l.text)].join(', '),
    },
    make('p', { class: 'where' }, `${q.picture} · ${say('page', q.page)}${q.key ? ' · ' + q.key : ''}`),
    this.carpet ? face : this.labels, this.carpet ? this.labels : face,
    make('div', { class: 'answering' },
      make('div', { class: 'say' }, this.carpet ? null : this.reading, this.input, button('accept', '↵', () => this.accept())),
      this.carpet ? this.reading : null, this.compare,
      make('div', { class: 'acts' }, button('alternative', '↓', () => this.alternative()), button('blank', 'B', () => this.command('blank')),
        button('unreadable', 'U', () => this.command('unreadable')), button('later', 'S', () => this.command('later')),
        button('table', 'T', () => this.desk.wholeTable(q)), button('previous', 'K', () => this.desk.step(-1)), button('next', 'J', () => this.desk.step(1)))),
    this.sums, this.why);
    if (this.carpet) this.reading.hidden = true;
    this.tell();
  }

  /** Shows what is printed before the row and over the column, the widest first. */
  tellLabels(labels) {
    this.labels.replaceChildren(...[['row', 'rowLabel'], ['column', 'columnLabel']].map(([of, name]) => {
      const all = labels.filter(l => l.of === of);
      return all.length ? make('div', {}, make('dt', {}, say(name)), ...all.map(l => make('dd', {}, crop(l.crop, l.text)))) : '';
    }));
  }

  buildCarpet() {
    const q = this.q;
    this.tiles = q.targets.map(t => {
      const tile = make('button', { type: 'button', class: 'tile', 'data-target': t, 'aria-pressed': 'false', tabindex: '-1', 'aria-label': shown(q.reading) },
        crop(`/api/crops/t${t}.png`, shown(q.reading), { 'data-crop': '' }));
      tile.addEventListener('click', e => { e.preventDefault(); this.mark(tile); });
      tile.addEventListener('focus', () => this.point(this.tiles.indexOf(tile)));
      return tile;
    });
    if (this.tiles[0]) this.tiles[0].tabIndex = 0;
    this.count = make('p', { class: 'marked', role: 'status' });
    return make('div', { class: 'carpet' }, make('h2', {}, say('carpetTitle', q.targets.length, shown(q.reading))), make('p', { class: 'hint' }, say('carpetHint')),
      make('div', { class: 'tiles', role: 'group' }, ...this.tiles), this.count);
  }

  /** Whether the reading may be seen by now. */
  get open() { return !this.blind || this.opened; }

  /** What is said of the reading, the reasons and the sums, all of which would give the reading away. */
  tell() {
    const q = this.q;
    const text = this.open ? shown(q.reading) : '';
    this.reading.textContent = text;
    this.reading.setAttribute('data-reading', this.open ? q.reading : '');
    this.reading.hidden = !this.open || this.carpet;
    const reasons = this.desk.reasons(q);
    this.why.replaceChildren(...reasons.map(r => make('li', {}, this.open ? r : r.replace(/[“"][^”"]*[”"]/g, '“…”').replace(/[(（][^)）]*[)）]/g, '(…)'))));
    this.tellSums();
  }

  tellSums() {
    const raws = this.desk.known(this.q);
    const typed = fold(this.input.value).trim();
    if (typed !== '') raws.set(this.q.key, typed);
    else if (!this.open) raws.set(this.q.key, null); // nobody knows yet
    this.sums.replaceChildren(...this.q.sums.map(s => {
      const d = difference(s, raws);
      const part = p => {
        const raw = raws.get(p.key);
        const own = p.key === this.q.key;
        return make(own ? 'b' : 'span', { title: p.label }, raw === null ? '?' : (raw ?? p.raw) === '' ? '–' : (raw ?? p.raw));
      };
      const side = parts => parts.flatMap((p, i) => i ? [' + ', part(p)] : [part(p)]);
      const off = d === undefined ? '' : d === 0 ? say('holds') : say('off', d.toLocaleString(language));
      return make('li', { 'data-sum': s.rule, 'data-difference': d === undefined ? '' : String(d), class: d === undefined ? 'unknown' : d === 0 ? 'holds' : 'off' },
        make('span', { class: 'parts' }, ...side(s.sum), ' = ', ...side(s.equals)), make('em', {}, d === undefined ? say('typeToSee') : off));
    }));
  }

  typed() {
    if (this.input.value !== '' || !this.compared) this.compare.hidden = true;
    this.compared = false;
    this.pending = null;
    this.tellSums();
  }

  focus() { this.element.focus({ preventScroll: true }); }
  get writing() { return document.activeElement === this.input; }

  /** Puts the cursor in the answer. */
  write() { this.input.focus(); }

  clear() {
    this.input.value = '';
    this.compare.hidden = true;
    this.compared = false;
    this.tellSums();
    this.focus();
  }

  /** The next reading that was thought likely, in the answer. */
  alternative() {
    const q = this.q;
    if (this.carpet) return;
    if (this.blind && q.kind === 'value' && !this.opened) { this.desk.notice(say('typeFirst')); this.write(); return; }
    const all = this.blind ? [q.reading, ...q.alternatives] : [...q.alternatives, q.reading];
    this.input.value = all[this.next++ % all.length];
    this.write();
    this.typed();
  }

  answerOf(text) {
    const except = this.carpet && this.marked.size ? [...this.marked] : undefined;
    if (text === '' && !except) return { blank: true };
    return except ? { raw: text, except } : { raw: text };
  }

  accept() {
    const q = this.q;
    let text = this.input.value;
    if (q.kind === 'value') text = fold(text);
    text = text.trim();
    if (text === '') {
      if (this.pending === 'blank') { this.send({ blank: true }); return; }
      if (this.blind) { this.desk.notice(say('typeFirst')); this.write(); return; }
      this.send(this.answerOf(q.reading));
      return;
    }
    if (this.blind && !this.compared && plain(text) !== plain(q.reading)) { this.show(text); return; }
    this.send(this.answerOf(text));
  }

  /** Shows, once, what the program read beside what was typed. */
  show(text) {
    this.opened = true;
    this.compared = true;
    this.compare.replaceChildren(make('span', {}, say('differ')), make('span', { class: 'pair' }, make('b', {}, `${say('you')}: ${shown(text)}`), make('b', {}, `${say('program')}: ${shown(this.q.reading)}`)));
    this.compare.hidden = false;
    this.tell();
    this.input.select();
  }

  command(name) {
    const q = this.q;
    if (name === 'blank' && this.marked.size) { this.send(this.answerOf('')); return; }
    if (name === 'blank' && this.blind && q.reading !== '' && this.pending !== 'blank') {
      this.pending = 'blank'; // other than the reading: shown once, the same key again keeps it
      this.show('');
      this.focus();
      return;
    }
    this.send({ [name]: true });
  }

  send(answer) {
    this.desk.answer(this.q, answer, this.open ? this.q.reading : '');
  }

  mark(tile) {
    const t = tile.getAttribute('data-target');
    if (this.marked.has(t)) this.marked.delete(t); else this.marked.add(t);
    tile.setAttribute('aria-pressed', String(this.marked.has(t)));
    this.count.textContent = this.marked.size ? say('marked', this.marked.size) : '';
    this.move(this.tiles.indexOf(tile));
  }

  /** Says where one of many is. */
  point(i) {
    const spot = this.q.spots?.[i];
    if (!spot) return;
    this.tellLabels(spot.labels);
    this.desk.whole(this.q, [spot.outline]);
  }

  move(to) {
    if (to < 0 || to >= this.tiles.length) return;
    for (const t of this.tiles) t.tabIndex = -1;
    this.tiles[to].tabIndex = 0;
    this.tiles[to].focus();
    this.at = to;
  }

  /** Keys of a carpet's own; returns whether one was meant. */
  key(e) {
    if (!this.carpet || this.writing) return false;
    const at = this.tiles.indexOf(document.activeElement);
    const top = this.tiles[0]?.offsetTop;
    const wide = Math.max(1, this.tiles.filter(t => t.offsetTop === top).length);
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -wide, ArrowDown: wide }[e.key];
    if (step) { this.move(at < 0 ? 0 : Math.min(this.tiles.length - 1, Math.max(0, at + step))); return true; }
    if (e.key === 'x' && at >= 0) { this.mark(this.tiles[at]); return true; }
    return false;
  }
}
