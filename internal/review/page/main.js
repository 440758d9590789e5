// Begins: takes the token, opens the outbox, and keeps asking how things stand.

import { say, make, language } from './words.js';
import { takeToken, ask, Outbox } from './api.js';
import { Viewer } from './picture.js';
import { $, state, current, waiting } from './state.js';
import { notice, tell, trouble, reached, facts } from './told.js';
import { load, showNone, undo } from './desk.js';
import { clashes } from './clash.js';
import { help } from './keyboard.js';

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
    // More are left than are here: some were just made, or let go by another.
    if (was || !current() && (p.indexing || state.left > waiting())) load();
    reached();
    setTimeout(progress, p.indexing ? 700 : 15000);
  } catch (e) {
    trouble(e);
    setTimeout(progress, 1000);
  }
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
      clashes();
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
  clashes();
  state.box.flush();
  load();
}

async function results() {
  notice(say('writing'));
  try { await ask('/api/results', {}); notice(say('written')); } catch (e) { trouble(e); }
}

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
  b.title = key || say('resultsHint');
  b.addEventListener('click', act);
}
state.viewer = new Viewer();
takeToken().then(ok => {
  if (ok) { progress(); showNone(); } else $('main').replaceChildren(make('div', { class: 'done' }, make('p', {}, say('noToken'))));
});
