// What every key means.

import { say, make, keys } from './words.js';
import { $, state } from './state.js';
import { step, undo, wholeTable, goBack } from './desk.js';

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

/** Shows what the keys mean. */
export function help() {
  const d = $('dialog.help');
  d.replaceChildren(make('h2', {}, say('help')), make('dl', {}, ...keys.flatMap(([k, what]) => [make('dt', {}, make('kbd', {}, k)), make('dd', {}, what)])), make('p', {}, say('keysNote')),
    make('button', { type: 'button', autofocus: true, onclick: () => d.close() }, say('close')));
  d.showModal();
  d.scrollTop = 0;
}

$('dialog.help').addEventListener('close', () => state.view?.focus());
