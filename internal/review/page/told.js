// What the page says beside the question: how many are left, what is saved,
// what went wrong.

import { say, make, language } from './words.js';
import { Refused } from './api.js';
import { $, state, waiting } from './state.js';

/** Says something that passes by itself. */
export function notice(text) {
  const n = make('p', {}, text);
  $('.notices').replaceChildren(n);
  clearTimeout(notice.timer);
  notice.timer = setTimeout(() => n.remove(), 4000);
}

/** Says how many are left, and whether all is saved. */
export function tell() {
  const left = Math.max(0, state.left - waiting());
  const b = $('[data-left]');
  b.setAttribute('data-left', left);
  b.textContent = left.toLocaleString(language);
  const n = state.box ? state.box.entries().length : 0;
  const saved = $('[data-saved]');
  saved.setAttribute('data-saved', n ? 'no' : 'yes');
  saved.textContent = n ? say('unsaved', n) : say('saved');
  document.title = `${left} · ${say('title')}`;
  const busy = $('.busy');
  busy.hidden = !state.indexing;
  busy.toggleAttribute('data-indexing', state.indexing);
  if (state.total) $('.bar i').style.width = `${Math.min(100, 100 * (1 - left / Math.max(1, state.total + (state.mine || 0))))}%`;
  for (const e of state.box?.entries('refused') || []) {
    localStorage.removeItem(e.key);
    notice(say('refused', e.said?.error || e.code));
  }
}

/** Says why a request did not do what it should. */
export function trouble(e) {
  if (e instanceof Refused) notice(e.code === 401 ? say('badToken') : say('failed', e.message));
  else offline(true);
}

function offline(is) {
  let n = $('.offline');
  if (!is) { n?.remove(); return; }
  if (!n) $('main').before(make('p', { class: 'offline', role: 'status' }, say('offline')));
}

/** The server answers again. */
export const reached = () => offline(false);

/** What is known of the review as a whole. */
export function facts(p) {
  const pc = v => (100 * v).toFixed(2);
  const all = [say('reviewer', p.reviewer)];
  if (p.audit.n) all.push(say('audit', p.audit.n, p.audit.wrong, pc(p.audit.low), pc(p.audit.high)));
  if (p.errors.n) all.push(say('errors', p.errors.n, p.errors.wrong, pc(p.errors.low), pc(p.errors.high)));
  if (p.disagree) all.push(say('differAll', p.disagree));
  $('.facts').replaceChildren(...all.map(t => make('span', {}, t)));
}
