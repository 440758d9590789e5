// What the page knows: which questions wait, which one is on screen, and what
// was answered.

export const $ = s => document.querySelector(s);

export const state = {
  queue: [], // questions that wait, in order; at is the one on screen
  at: 0,
  view: null, // what shows it
  since: 0, // when it was shown
  answered: new Set(), // ids of questions
  put: new Set(), // off, for later
  through: new Set(), // tables that were gone through as a whole
  undo: [], // what can be taken back, the last one last
  values: new Map(), // said in this tab, by table and key, for sums
  left: 0, later: 0, total: 0, mine: 0, // counts of the server
  epoch: 0, // how many answers the server has taken: what was counted before is past
  showLater: false, // those put off are asked
  laterAt: '', // of these, the last one that the server gave
  indexing: false, // questions are still being made
  loading: false, loadAgain: null,
  onward: false, // the next one was asked for before it was here
  only: new URL(location.href).searchParams.get('only') || '', // the filter
  back: null, // the question that a whole table was opened from
  me: null, box: null, // who answers, and what the server has not got yet
  viewer: null, // the whole picture
  forms: null, // those there are, once asked for
};

export const current = () => state.queue[state.at];

export const tableName = q => `${q.picture}\n${q.page}\n${q.table}`;

const unsent = () => state.box ? state.box.entries().filter(e => e.path === '/api/answers') : [];

/** How many questions have answers that the server does not know of yet. */
export const waiting = () => new Set(unsent().filter(e => !e.body.answer.later).map(e => e.body.question)).size;

/** How many questions this person has put off, whether the server knows or not. */
export const putOff = () => state.later + new Set(unsent().filter(e => e.body.answer.later).map(e => e.body.question)).size;
