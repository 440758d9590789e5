// The desk: which question is on it, what was answered, and what every key
// means.

import { say, make, button, keys, language } from './words.js';
import { takeToken, ask, picture, Outbox, Refused } from './api.js';
import { Cell } from './cell.js';
import { Table, Conflict } from './table.js';
import { Viewer } from './picture.js';

const $ = s => document.querySelector(s);
const ahead = 20; // questions whose crops are fetched before they are asked

const state = {
  queue: [], // questions that wait, in order; at is the one on screen
  at: 0, view: null, answered: new Set(), put: new Set(), undo: [], left: 0, later: 0, showLater: false, indexing: false,
  epoch: 0, only: new URL(location.href).searchParams.get('only') || '', values: new Map(), viewer: null, box: null, me: null, back: null,
};

// What a question's view needs of the desk.
const desk = {
  answer, notice, step, goBack,
  wholeTable,
  returns: () => state.back !== null,
  forms: () => (state.forms ||= ask('/api/forms').catch(e => { state.forms = null; throw e; })),
  reasons: q => language === 'zh' && q.reasons_zh.length ? q.reasons_zh : q.reasons,
  known: q => new Map(state.values.get(tableName(q)) || []),
  outline: (q, outlines) => state.viewer.show(q.whole, `${q.picture} · ${say('page', q.page)}`, outlines),
};

const tableName = q => `${q.picture}\n${q.page}\n${q.table}`;

function notice(text) {
  const n = make('p', {}, text);
  $('.notices').replaceChildren(n);
  clearTimeout(notice.timer);
  notice.timer = setTimeout(() => n.remove(), 4000);
}

// ---- what is on screen ----

function current() { return state.queue[state.at]; }

function show() {
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
    state.viewer.show(q.whole, `${q.picture} · ${say('page', q.page)}`, [q.outline]);
  }
  state.view.focus();
  fetchAhead();
}

function showNone() {
  state.view = null;
  const rest = state.left - waiting();
  const main = $('main');
  main.className = 'none';
  const only = state.later > 0 && rest <= state.later && !state.showLater;
  const text = only ? say('doneLater', state.later) : state.indexing || state.loading ? say('waiting') : rest > 0 ? say('doneOthers') : say('done');
  if (main.querySelector('.done')?.dataset.says === text) return;
  main.replaceChildren(make('div', { class: 'done', 'data-says': text, tabindex: '-1' }, make('p', {}, text), only ? button('showLater', '', () => { state.showLater = true; load(true); }) : null));
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

// ---- questions ----

async function load(anew = false) {
  if (state.loading) { state.loadAgain = { anew: anew || state.loadAgain?.anew }; return; }
  state.loading = true;
  const later = state.showLater, epoch = state.epoch;
  try {
    const path = new URLSearchParams({ limit: String(Math.min(100, (anew ? 0 : state.queue.length) + ahead)) });
    if (state.only) path.set('only', state.only);
    if (later) path.set('later', '1');
    const got = await ask(`/api/questions?${path}`);
    if (epoch === state.epoch) count(got); // else it was counted before the last answer came there
    if (anew) { state.queue = []; state.at = 0; state.view = null; }
    const known = new Set(state.queue.map(q => q.id));
    for (const q of got.questions) if (!known.has(q.id) && !state.answered.has(q.id) && (state.showLater || !state.put.has(q.id))) state.queue.push(q);
    if (later && got.questions.length === 0) state.showLater = false;
    reached();
  } catch (e) {
    trouble(e);
    setTimeout(() => load(anew), 700);
  } finally {
    state.loading = false;
  }
  if (!state.view || !current()) show(); else fetchAhead();
  if (state.loadAgain) { const a = state.loadAgain; state.loadAgain = null; load(a.anew); }
}

function count(got) {
  state.left = got.left;
  state.later = got.later ?? state.later;
  state.indexing = got.indexing ?? state.indexing;
  tell();
}

/** Answers that the server does not know of yet. */
function waiting() {
  if (!state.box) return 0;
  return new Set(state.box.entries().filter(e => e.path === '/api/answers' && !e.body.answer.later).map(e => e.body.question)).size;
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
  if (said.later) state.later++;
  const at = state.queue.indexOf(q);
  if (at >= 0) state.queue.splice(at, 1);
  state.at = Math.min(state.at, Math.max(0, state.queue.length - 1));
  if (state.back !== null) { // from a whole table to what is next after it
    state.queue = state.queue.filter(o => !(q.kind === 'table' && tableName(o) === tableName(q) && o.kind !== 'conflict' && o.kind !== 'table' && !said.later));
    state.back = null;
    state.at = Math.min(state.at, Math.max(0, state.queue.length - 1));
  } else if (q.kind === 'table' && !said.later) {
    state.queue = state.queue.filter(o => !(tableName(o) === tableName(q) && (o.kind === 'value' || o.kind === 'label')));
    state.at = 0;
  }
  state.box.add('/api/answers', body);
  show();
  if (state.queue.length < ahead / 2) load();
}

async function undo() {
  const last = state.undo.pop();
  if (!last) { notice(say('nothingToUndo')); return; }
  state.box.add('/api/undo', { id: last.id });
  await settled();
  try {
    const q = last.q ? (await ask(`/api/questions?id=${last.q.id}`)).questions[0] : await questionOf(last.id);
    if (!q) return;
    state.answered.delete(q.id);
    state.put.delete(q.id);
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

function step(by) {
  state.back = null;
  const to = state.at + by;
  if (to < 0) return;
  if (to >= state.queue.length) { if (by > 0) load(); return; }
  state.at = to;
  state.view = null;
  show();
  if (state.queue.length - to < ahead / 2) load();
}

/** Opens the whole table that a question is of. */
async function wholeTable(q, missing = false) {
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
function goBack() {
  const t = current();
  state.queue = state.queue.filter(o => o !== t);
  state.at = Math.max(0, state.queue.findIndex(o => o.id === state.back));
  state.back = null;
  state.view = null;
  show();
}

// ---- what the page says ----

function tell() {
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
  clashes();
  for (const e of state.box?.entries('refused') || []) {
    localStorage.removeItem(e.key);
    notice(say('refused', e.said?.error || e.code));
  }
}

/** Where another reviewer was first: nothing is written over unless this person says so. */
function clashes() {
  if (!state.box) return;
  const list = state.box.entries('clash');
  const shown = list[0];
  let panel = $('.clash');
  if (!shown) { panel?.remove(); return; }
  if (panel?.dataset.key === shown.key) return;
  panel?.remove();
  const text = a => !a ? say('gone') : a.raw ?? (a.blank ? say('emptyReading') : a.unreadable ? say('unreadable') : a.choose !== undefined ? String(a.choose ?? say('apart')) : say('table'));
  if (shown.said?.theirs && JSON.stringify(shown.said.theirs) === JSON.stringify(shown.said.yours)) { state.box.drop(shown.key); return; }
  panel = make('aside', { class: 'clash', 'data-key': shown.key, 'data-clash': shown.body.question, role: 'alert' }, make('p', {}, say('clash')),
    make('p', { class: 'pair' }, make('b', {}, `${say('theirs')}: ${text(shown.said?.theirs)}`), make('b', {}, `${say('yours')}: ${text(shown.said?.yours)}`)),
    crop(shown),
    button('keepTheirs', '', () => { state.box.drop(shown.key); load(); }),
    button('keepYours', '', () => {
      const body = { ...shown.body, id: crypto.randomUUID(), version: shown.said.version };
      state.box.drop(shown.key);
      state.undo.push({ id: body.id, q: { id: body.question } });
      state.box.add('/api/answers', body);
    }));
  $('main').before(panel);
}

function crop(entry) {
  const img = make('img', { alt: say('cell') });
  picture(`/api/crops/${entry.body.question}.png`).then(url => { img.src = url; }, () => img.remove());
  return img;
}

function trouble(e) {
  if (e instanceof Refused) notice(e.code === 401 ? say('badToken') : say('failed', e.message));
  else offline(true);
}

function offline(is) {
  let n = $('.offline');
  if (!is) { n?.remove(); return; }
  if (!n) $('main').before(make('p', { class: 'offline', role: 'status' }, say('offline')));
}

const reached = () => offline(false);

async function progress() {
  try {
    const epoch = state.epoch;
    const p = await ask('/api/progress');
    const began = !state.me;
    state.me = p.me;
    if (began) open(p);
    const was = state.indexing;
    state.indexing = p.indexing;
    state.mine = p.mine;
    state.total = p.left;
    if (!state.only && epoch === state.epoch) { state.left = p.left; state.later = p.later; }
    $('.busy').textContent = p.indexing ? say('indexing', p.indexed.toLocaleString(language)) : '';
    facts(p);
    tell();
    if ((was || p.indexing) && !current()) load(); else if (was && !p.indexing) load();
    reached();
    setTimeout(progress, p.indexing ? 700 : 15000);
  } catch (e) {
    trouble(e);
    setTimeout(progress, 1000);
  }
}

function facts(p) {
  const pc = v => (100 * v).toFixed(2);
  const all = [p.reviewer];
  if (p.audit.n) all.push(say('audit', p.audit.n, p.audit.wrong, pc(p.audit.low), pc(p.audit.high)));
  if (p.errors.n) all.push(say('errors', p.errors.n, p.errors.wrong, pc(p.errors.low), pc(p.errors.high)));
  if (p.disagree) all.push(say('differAll', p.disagree));
  $('.facts').replaceChildren(...all.map(t => make('span', {}, t)));
}

/** The first answer of the server says whose outbox this is. */
function open(p) {
  state.undo = p.undo.slice().reverse().map(id => ({ id }));
  state.box = new Outbox(`${p.id}/${p.me}`, {
    changed: e => {
      if (e?.newValue && e.key.includes('/wait/')) { // another tab has answered
        const { body } = JSON.parse(e.newValue);
        if (body.question) { state.answered.add(body.question); if (current()?.id !== body.question) state.queue = state.queue.filter((q, i) => i <= state.at || q.id !== body.question); }
      }
      tell();
    },
    sent: (entry, r) => {
      state.epoch++;
      state.left = state.only ? Math.max(0, state.left - 1) : r.left;
      state.later = r.later;
      // What was marked in a carpet is asked about from now on.
      if (entry.body.answer?.except || !current()) setTimeout(load, 0, false);
    },
    reached, unreached: trouble,
  });
  for (const e of state.box.entries()) if (e.body.question) state.answered.add(e.body.question);
  state.box.flush();
  load();
}

// ---- keys ----

const commands = {
  b: v => v.command('blank'), u: v => v.command('unreadable'), s: v => v.command('later'),
  t: v => { if (v.q.mode === 'table') { if (state.back !== null) goBack(); } else wholeTable(v.q); },
  j: () => step(1), k: () => step(-1), '[': () => state.viewer.zoom(1 / 1.4), ']': () => state.viewer.zoom(1.4), '?': () => help(),
};

const control = e => e.target.closest?.('button:not(.tile), select, input:not([data-answer]), a, textarea, dialog');

document.addEventListener('keydown', e => {
  if (e.isComposing || e.key === 'Process' || e.keyCode === 229) return;
  const v = state.view;
  if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'z' && !e.shiftKey && !e.altKey) {
    if (control(e)?.matches('input')) return;
    e.preventDefault();
    if (v?.writing && v.input.value !== '') v.clear();
    else if (!e.repeat) undo();
    return;
  }
  if ($('dialog[open]')) return;
  const name = e.altKey ? letter(e) : e.key;
  if (e.altKey && !e.ctrlKey && !e.metaKey && commands[name]) {
    e.preventDefault();
    if (!e.repeat && (v || name === '?')) commands[name](v);
    return;
  }
  if (!v) { if (e.key === '?' && !control(e)) help(); return; }
  if (control(e) && !(e.ctrlKey && e.key === 'Enter')) {
    // A control has its own keys; letters are none of a button's.
    if (control(e).matches('button') && !e.ctrlKey && !e.metaKey && commands[e.key]) { e.preventDefault(); if (!e.repeat) commands[e.key](v); }
    return;
  }
  if (v.key?.(e)) { e.preventDefault(); return; }
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === 'Enter') { e.preventDefault(); if (!e.repeat) v.accept(); return; }
  if (e.key === 'Escape') { e.preventDefault(); v.clear(); return; }
  if (e.key === 'ArrowDown') { e.preventDefault(); if (!e.repeat) v.alternative(); return; }
  if (v.writing) return;
  if (e.key === 'F2') { e.preventDefault(); v.write(); return; }
  if (/^[0-9０-９+\-.,/＋－．，／]$/.test(e.key)) {
    if (e.repeat) { e.preventDefault(); return; }
    v.write(); // the key types there
    return;
  }
  if (commands[e.key]) { e.preventDefault(); if (!e.repeat) commands[e.key](v); }
});

/** The letter of a key that Alt may have made another character of. */
function letter(e) {
  const m = /^Key([A-Z])$/.exec(e.code);
  return m ? m[1].toLowerCase() : { BracketLeft: '[', BracketRight: ']', Slash: '?' }[e.code] || e.key;
}

function help() {
  const d = $('dialog.help');
  d.replaceChildren(make('h2', {}, say('help')), make('dl', {}, ...keys.flatMap(([k, what]) => [make('dt', {}, make('kbd', {}, k)), make('dd', {}, what)])), make('p', {}, say('keysNote')),
    make('button', { type: 'button', autofocus: true, onclick: () => d.close() }, say('close')));
  d.showModal();
}

$('dialog.help').addEventListener('close', () => state.view?.focus());

async function results() {
  notice(say('writing'));
  try { await ask('/api/results', {}); notice(say('written')); } catch (e) { trouble(e); }
}

// ---- begin ----

document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
for (const e of document.querySelectorAll('[data-word]')) e.textContent = say(e.dataset.word);
const filter = $('.filter input');
filter.placeholder = say('filter');
filter.setAttribute('aria-label', say('filter'));
filter.value = state.only;
$('.filter').addEventListener('submit', e => {
  e.preventDefault();
  state.only = filter.value.trim();
  const here = new URL(location.href);
  if (state.only) here.searchParams.set('only', state.only); else here.searchParams.delete('only');
  history.replaceState(null, '', here.pathname + here.search);
  state.showLater = false;
  filter.blur();
  load(true);
});
for (const [name, act, key] of [['undo', undo, 'Ctrl Z'], ['results', results, ''], ['help', help, '?']]) {
  const b = $(`[data-do="${name}"]`);
  b.textContent = say(name);
  if (key) b.title = key;
  b.addEventListener('click', act);
}
state.viewer = new Viewer();
takeToken().then(ok => {
  if (ok) { progress(); showNone(); } else $('main').replaceChildren(make('div', { class: 'done' }, make('p', {}, say('noToken'))));
});
