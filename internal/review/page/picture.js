// The whole picture, with the cell in question outlined; to be zoomed and moved.

import { make, say, button } from './words.js';
import { picture, pictureNow } from './api.js';

const svg = (tag, attributes) => {
  const e = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
  return e;
};

export class Viewer {
  constructor() {
    this.image = make('img', { alt: say('picture'), draggable: 'false' });
    this.marks = svg('svg', { viewBox: '0 0 1 1', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
    this.sheet = make('div', { class: 'sheet' }, this.image, this.marks);
    this.port = make('div', { class: 'port', tabindex: '0', role: 'img', 'aria-label': say('picture') }, this.sheet);
    this.trouble = make('p', { class: 'trouble', hidden: true });
    this.name = make('figcaption');
    this.element = make('figure', { class: 'whole' }, this.port, this.trouble,
      make('div', { class: 'under' }, this.name, button('zoomOut', '[', () => this.zoom(1 / 1.4)), button('zoomIn', ']', () => this.zoom(1.4))));
    this.scale = 1;
    this.x = this.y = 0;
    this.listen();
  }

  listen() {
    let from = null;
    this.port.addEventListener('pointerdown', e => {
      from = { x: e.clientX - this.x, y: e.clientY - this.y };
      this.port.setPointerCapture(e.pointerId);
    });
    this.port.addEventListener('pointermove', e => {
      if (!from) return;
      this.x = e.clientX - from.x;
      this.y = e.clientY - from.y;
      this.place();
    });
    for (const end of ['pointerup', 'pointercancel']) this.port.addEventListener(end, () => { from = null; });
    this.port.addEventListener('wheel', e => {
      e.preventDefault();
      const r = this.port.getBoundingClientRect();
      this.zoom(e.deltaY < 0 ? 1.2 : 1 / 1.2, e.clientX - r.left, e.clientY - r.top);
    }, { passive: false });
    this.port.addEventListener('keydown', e => {
      const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[e.key];
      if (!step) return;
      e.preventDefault();
      e.stopPropagation();
      this.x += step[0];
      this.y += step[1];
      this.place();
    });
    this.image.addEventListener('load', () => this.look());
  }

  /** Shows a picture; outlines are corners as shares of its sides. */
  async show(path, name, outlines) {
    this.name.textContent = name;
    this.outlines = outlines.filter(o => o.some(p => p[0] || p[1]));
    this.draw();
    this.trouble.hidden = true;
    if (this.path === path) { this.look(); return; }
    this.path = path;
    const now = pictureNow(path);
    if (now) { this.image.src = now; return; }
    this.image.removeAttribute('src');
    try {
      const url = await picture(path, false);
      if (this.path === path) this.image.src = url;
    } catch (e) {
      if (this.path !== path) return;
      this.trouble.textContent = say('noPicture', e.message);
      this.trouble.hidden = false;
    }
  }

  draw() {
    this.marks.replaceChildren(...this.outlines.map(o => svg('polygon', { points: o.map(p => p.join(',')).join(' '), 'vector-effect': 'non-scaling-stroke' })));
  }

  /** Brings what is outlined into view, at a size at which print can be read. */
  look() {
    const w = this.image.naturalWidth, h = this.image.naturalHeight;
    if (!w) return;
    this.sheet.style.width = `${w}px`;
    this.sheet.style.height = `${h}px`;
    const pw = this.port.clientWidth || 1, ph = this.port.clientHeight || 1;
    const fit = Math.min(pw / w, ph / h);
    if (!this.outlines.length) {
      this.scale = fit;
    } else if (!this.kept) {
      const xs = this.outlines.flatMap(o => o.map(p => p[0])), ys = this.outlines.flatMap(o => o.map(p => p[1]));
      const cw = Math.max(...xs) - Math.min(...xs), ch = Math.max(...ys) - Math.min(...ys);
      this.scale = Math.max(Math.min(2, fit), Math.min(1.6, pw / (cw * w * 1.15), ph / (ch * h * 1.15)));
      if (this.outlines.length === 1 && cw < 0.5) this.scale = Math.max(this.scale, Math.min(1, pw / w * 1.6));
    }
    let cx = 0.5, cy = 0.5;
    if (this.outlines.length) {
      const all = this.outlines.flat();
      cx = (Math.max(...all.map(p => p[0])) + Math.min(...all.map(p => p[0]))) / 2;
      cy = (Math.max(...all.map(p => p[1])) + Math.min(...all.map(p => p[1]))) / 2;
    }
    // No more ground is seen than there is no picture to fill it with.
    const within = (at, port, size) => size <= port ? (port - size) / 2 : Math.min(0, Math.max(port - size, at));
    this.x = within(pw / 2 - cx * w * this.scale, pw, w * this.scale);
    this.y = within(ph / 2 - cy * h * this.scale, ph, h * this.scale);
    this.place();
  }

  zoom(times, px = this.port.clientWidth / 2, py = this.port.clientHeight / 2) {
    const s = Math.min(8, Math.max(0.05, this.scale * times));
    this.x = px - (px - this.x) * s / this.scale;
    this.y = py - (py - this.y) * s / this.scale;
    this.scale = s;
    this.kept = true;
    this.place();
  }

  place() {
    this.sheet.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
  }
}
