// Where another reviewer was first: nothing is written over unless this person
// says so.

import { say, make, button } from './words.js';
import { picture } from './api.js';
import { $, state } from './state.js';
import { load } from './desk.js';

/** Shows the first answer that was given to a question's past version. */
export function clashes() {
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
