// Works out sums while a value is being typed. What a sum wants is never filled
// in: it says how far off it is, and no more.

const number = /^(增加|减少|增|减|\+|-)?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(万元|亿元|千元|元|万|亿|件|项|个|条|次|人|%)?$/;
// Digits that are set as those of notes are: none of a value's.
const raised = /[\u00b2\u00b3\u00b9\u2070-\u209f\u2460-\u24ff\u2776-\u2793]/;
const blanks = new Set(['', '/', '-', '--', '无', '\\']);

/** Full-width digits and signs as numbers are written with. */
export function fold(s) {
  return s.replace(/[０-９＋－．，／％]/g, c => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replace(/\u3000/g, ' ');
}

/** What is the same print: no white space, one width, one kind of dash. */
export function plain(s) {
  return s.normalize('NFKC').replace(/\s/g, '').replace(/[—–―‐‑−─]/g, '-');
}

/** The number in a text; 0 for a blank or dash; undefined where it is neither. */
export function valueOf(text) {
  if (raised.test(text)) return undefined;
  const s = plain(text);
  if (blanks.has(s)) return 0;
  const m = number.exec(s);
  if (!m) return undefined;
  const v = parseFloat(m[2].replaceAll(',', '') + (m[3] || ''));
  return m[1] === '-' || m[1]?.startsWith('减') ? -v : v;
}

/** A sum's total less what its parts add up to; undefined where a value is no number. */
export function difference(sum, raws) {
  const add = parts => parts.reduce((n, p) => {
    const raw = raws.get(p.key);
    const v = raw === null ? undefined : valueOf(raw ?? p.raw);
    return n === undefined || v === undefined ? undefined : n + v;
  }, 0);
  const left = add(sum.sum), right = add(sum.equals);
  return left === undefined || right === undefined ? undefined : Math.round((right - left) * 1e4) / 1e4;
}
