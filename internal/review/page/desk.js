// The desk: which question is on it, and what becomes of it when it is
// answered, taken back, or left.

import { say, make, button, language } from './words.js';
import { ask, picture } from './api.js';
import { Cell } from './cell.js';
import { Table } from './table.js';
import { Conflict } from './conflict.js';
import { $, state, current, tableName, waiting, putOff } from './state.js';
import { notice, tell, trouble, reached } from './told.js';

const ahead = 20; // questions whose crops are fetched before they are asked

// What a question's view needs of the desk.
const desk = {
  answer, notice, step, goBack, wholeTable,
  returns: () => state.back !== null,
  forms: () => (state.forms ||= ask('/api/forms').catch(e => { state.forms = null; throw e; })),
  reasons: q => language === 'zh' && q.reasons_zh.length ? q.reasons_zh : q.reasons,
  known: q => new Map(state.values.get(tableName(q)) || []),
  whole: (p, outlines) => state.viewer.show(p.whole, `${p.picture} · ${say('page', p.page)}`, outlines),
};

/** Puts the current question on screen. */
export function show() {
  const q = current();
  const main = $('main');
  if (!q) { showNone(); return; }
  if (state.view?.q === q) return;
  state.view = q.kind === 'conflict' ? new Conflict(q, desk) : q.mode === 'table' ? new Table(q, desk) : new Cell(q, desk);
  state.since = performance.now();
  main.className = q.kind === 'conflict' ? 'conflict' : q.mode === 'table' ? 'table' : q.mode === 'carpet' ? 'cell carpet' : 'cell';
  if (q.kind === 'conflict') {
    main.replaceChildren(state.view.element);
  } else {
    const old = main.querySelector('[data-question]');
    if (old && main.contains(state.viewer.element)) old.replaceWith(state.view.element);
    else main.replaceChildren(state.view.element, state.viewer.element);
    desk.whole(q, q.spots ? q.spots.map(s => s.outline) : [q.outline]);
  }
  state.view.focus();
  // Where the page is longer than the screen, from its beginning.
  const { element } = state.view;
  element.scrollTop = 0;
  scrollTo(0, 0);
  if (element.querySelector('.say')?.getBoundingClientRect().bottom > innerHeight) element.scrollIntoView({ block: 'start' });
  fetchAhead();
}

/** Says why there is none. */
export function showNone() {
  state.view = null;
  const rest = state.left - waiting();
  const main = $('main');
  main.className = 'none';
  const later = putOff();
  const only = later > 0 && rest <= later && !state.showLater;
  const text = only ? say('doneLater', later) : state.indexing || state.loading ? say('waiting') : rest > 0 ? say('doneOthers') : say('done');
  if (main.querySelector('.done')?.dataset.says === text) return;
  main.replaceChildren(make('div', { class: 'done', 'data-says': text, tabindex: '-1' }, make('p', {}, text), only ? button('showLater', '', askPutOff) : null));
}

/** Asks for those put off, once each: one that is put off again waits for the next time. */
function askPutOff() {
  state.showLater = true;
  state.laterAt = '';
  load(true);
}

/** Fetches the crops of the next questions, and their pictures. */
function fetchAhead() {
  const wholes = new Set();
  for (const q of state.queue.slice(state.at + 1, state.at + 1 + ahead)) {
    if (q.mode === 'carpet') q.targets.forEach(t => want(`/api/crops/t${t}.png`));
    else if (q.mode !== 'table') want(q.crop);
    q.labels.forEach(l => want(l.crop));
    wholes.add(q.whole);
  }
  [...wholes].slice(0, 3).forEach(want);
}

const want = path => { picture(path, false).catch(() => { /* told when it is shown */ }); };

/** Asks for the next questions; anew forgets those that wait. */
export async function load(anew = false) {
  if (state.loading) { state.loadAgain = { anew: anew || state.loadAgain?.anew }; return; }
  state.loading = true;
  const later = state.showLater;
  // The server knows what was put off only when it has been told.
  if (later && !state.laterAt) await settled();
  const epoch = state.epoch;
  try {
    const path = new URLSearchParams({ limit: String(Math.min(100, (anew ? 0 : state.queue.length) + ahead)) });
    if (state.only) path.set('only', state.only);
    if (later) { path.set('later', '1'); path.set('after', state.laterAt); }
    const got = await ask(`/api/questions?${path}`);
    if (epoch === state.epoch) count(got); // else it was counted before the last answer came there
    if (anew) { state.queue = []; state.at = 0; state.view = null; }
    const known = new Set(state.queue.map(q => q.id));
    state.queue.push(...got.questions.filter(q => !known.has(q.id) && !state.answered.has(q.id) && (state.showLater || !state.put.has(q.id)) && waits(q)));
    if (later && got.questions.length) state.laterAt = got.questions.at(-1).id;
    if (later && !got.questions.length) { // all were asked; others may have come up since
      state.showLater = false;
      if (!current()) state.loadAgain ||= { anew: false };
    }
    reached();
  } catch (e) {
    trouble(e);
    setTimeout(() => load(anew), 700);
  } finally {
    state.loading = false;
  }
  const onward = state.onward && state.at + 1 < state.queue.length;
  state.onward = false;
  if (onward) step(1);
  else if (!state.view || !current()) show();
  else fetchAhead();
  if (state.loadAgain) { const a = state.loadAgain; state.loadAgain = null; load(a.anew); }
}

/** Whether a question is still one, now that whole tables have been gone through. */
const waits = q => q.kind === 'table' || q.kind === 'conflict' || !state.through.has(tableName(q));

export function count(got) {
  state.left = got.left;
  state.later = got.later ?? state.later;
  state.indexing = got.indexing ?? state.indexing;
  tell();
}

function answer(q, said, shown) {
  if (state.answered.has(q.id)) return;
  const body = { id: crypto.randomUUID(), question: q.id, version: q.version, mode: q.mode, shown, answer: said, ms: Math.round(performance.now() - state.since) };
  (said.later ? state.put : state.answered).add(q.id);
  state.undo.push({ id: body.id, q });
  if (q.key && (said.raw !== undefined || said.blank || said.unreadable)) {
    const name = tableName(q);
    if (!state.values.has(name)) state.values.set(name, new Map());
    state.values.get(name).set(q.key, said.blank ? '' : said.unreadable ? '\ufffd' : said.raw);
  }
  const at = state.queue.indexOf(q);
  if (at >= 0) state.queue.splice(at, 1);
  state.at = Math.min(state.at, Math.max(0, state.queue.length - 1));
  if (q.kind === 'table' && !said.later && !q.sides) state.through.add(tableName(q));
  state.queue = state.queue.filter(waits);
  if (q.kind === 'table' && !said.later && state.back === null) state.at = 0;
  state.back = null;
  state.at = Math.min(state.at, Math.max(0, state.queue.length - 1));
  state.box.add('/api/answers', body);
  show();
  if (state.queue.length < ahead / 2) load();
}

/** Takes the last answer back, whatever it was about. */
export async function undo() {
  const last = state.undo.pop();
  if (!last) { notice(say('nothingToUndo')); return; }
  state.box.add('/api/undo', { id: last.id });
  await settled();
  try {
    const q = last.q ? (await ask(`/api/questions?id=${last.q.id}`)).questions[0] : await questionOf(last.id);
    if (!q) return;
    state.answered.delete(q.id);
    state.put.delete(q.id);
    if (q.kind === 'table' && state.through.delete(tableName(q))) load();
    state.values.get(tableName(q))?.delete(q.key);
    state.queue = state.queue.filter(o => o.id !== q.id);
    state.queue.splice(state.at, 0, q);
    state.view = null;
    notice(say('undone'));
    show();
    count(await ask('/api/questions?limit=0' + (state.only ? `&only=${encodeURIComponent(state.only)}` : '')));
  } catch (e) { trouble(e); }
}

/** An answer of before this page was opened: the server says what it was about. */
async function questionOf(id) {
  const { question } = await ask('/api/undo', { id });
  return (await ask(`/api/questions?id=${question}`)).questions[0];
}

/** Waits until the server has what is in the outbox. */
function settled() {
  return new Promise(done => {
    const look = () => state.box.entries().length ? setTimeout(look, 20) : done();
    look();
  });
}

/** Goes to another question without answering. */
export function step(by) {
  state.back = null;
  const to = state.at + by;
  if (to < 0) return;
  if (to >= state.queue.length) {
    if (by > 0) { state.onward = true; load(); }
    return;
  }
  state.at = to;
  state.view = null;
  show();
  if (state.queue.length - to < ahead / 2) load();
}

/** Opens the whole table that a question is of. */
export async function wholeTable(q, missing = false) {
  try {
    const t = await ask('/api/table', { question: q.id, new: missing });
    state.answered.delete(t.id);
    state.back = q.id;
    state.queue = state.queue.filter(o => o.id !== t.id);
    state.at = Math.max(0, state.queue.findIndex(o => o.id === q.id));
    state.queue.splice(state.at, 0, t);
    state.view = null;
    show();
  } catch (e) { trouble(e); }
}

/** Leaves a table that was only looked at. */
export function goBack() {
  const t = current();
  state.queue = state.queue.filter(o => o !== t);
  state.at = Math.max(0, state.queue.findIndex(o => o.id === state.back));
  state.back = null;
  state.view = null;
  show();
}
