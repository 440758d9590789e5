// Speaks to the server, and keeps what it has not got yet in an outbox that
// outlives the server and the tab.

const tokenKey = 'biaoge-token';

/** Takes the token out of the address at once and keeps it for this tab. */
export function takeToken() {
  const here = new URL(location.href);
  const token = here.searchParams.get('token');
  if (token) {
    sessionStorage.setItem(tokenKey, token);
    here.searchParams.delete('token');
    history.replaceState(null, '', here.pathname + here.search + here.hash);
  }
  const channel = new BroadcastChannel('biaoge');
  channel.onmessage = e => {
    // A tab that was opened from the summary asks those that are open.
    if (e.data === 'token?' && sessionStorage.getItem(tokenKey)) channel.postMessage({ token: sessionStorage.getItem(tokenKey) });
  };
  if (sessionStorage.getItem(tokenKey)) return Promise.resolve(true);
  return new Promise(done => {
    const ask = new BroadcastChannel('biaoge');
    const timer = setTimeout(() => { ask.close(); done(false); }, 400);
    ask.onmessage = e => {
      if (!e.data.token) return;
      clearTimeout(timer);
      sessionStorage.setItem(tokenKey, e.data.token);
      ask.close();
      done(true);
    };
    ask.postMessage('token?');
  });
}

export class Refused extends Error {
  constructor(code, body) {
    super(body?.error || `HTTP ${code}`);
    this.code = code;
    this.body = body;
  }
}

/** Asks the server; throws Refused where it says no, TypeError where it does not answer. */
export async function ask(path, body) {
  const r = await request(path, body);
  return r.json();
}

async function request(path, body) {
  const headers = { Authorization: `Bearer ${sessionStorage.getItem(tokenKey) || ''}` };
  const init = { headers, cache: 'no-store', credentials: 'omit' };
  if (body !== undefined) {
    init.method = 'POST';
    init.body = JSON.stringify(body);
    headers['Content-Type'] = 'application/json';
  }
  const r = await fetch(path, init);
  if (!r.ok) {
    let said = null;
    try { said = await r.json(); } catch { /* no JSON: the code will do */ }
    throw new Refused(r.status, said);
  }
  return r;
}

// Pictures are fetched with the token and shown as blobs. The last ones are
// kept; each waits its turn, the one on screen first.
const kept = new Map();
const keptAtMost = 300;
const queue = [];
let fetching = 0;

/** The blob address of a picture; urgent ones go before those fetched ahead. */
export function picture(path, urgent = true) {
  let p = kept.get(path);
  if (p) {
    kept.delete(path);
    kept.set(path, p);
    if (urgent && p.job && !p.job.begun) {
      queue.splice(queue.indexOf(p.job), 1);
      queue.unshift(p.job);
      work();
    }
    return p.promise;
  }
  p = {};
  p.promise = new Promise((resolve, reject) => { p.job = { path, resolve, reject, begun: false }; });
  p.promise.then(url => { p.url = url; p.job = null; }, () => kept.delete(path));
  kept.set(path, p);
  if (urgent) queue.unshift(p.job); else queue.push(p.job);
  for (const [old, e] of kept) {
    if (kept.size <= keptAtMost) break;
    kept.delete(old);
    if (e.url) URL.revokeObjectURL(e.url);
  }
  work();
  return p.promise;
}

/** The address of a picture that is here already, else undefined. */
export const pictureNow = path => kept.get(path)?.url;

async function work() {
  while (fetching < 4 && queue.length) {
    const job = queue.shift();
    job.begun = true;
    fetching++;
    request(job.path).then(r => r.blob()).then(b => job.resolve(URL.createObjectURL(b)), job.reject).finally(() => { fetching--; work(); });
  }
}

/** An outbox: entries are in localStorage until the server has them. */
export class Outbox {
  constructor(name, handlers) {
    this.prefix = `biaoge/${name}/`;
    this.handlers = handlers;
    this.sending = false;
    this.pause = 0;
    this.counter = 0;
    addEventListener('online', () => this.flush());
    addEventListener('storage', e => { if (e.key?.startsWith(this.prefix)) handlers.changed(e); });
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.flush(); });
  }

  /** All entries that wait, the oldest first. */
  entries(kind = 'wait') {
    const all = [];
    for (let i = 0; i < localStorage.length; i++) {
      const key = localStorage.key(i);
      if (!key.startsWith(this.prefix + kind + '/')) continue;
      try { all.push({ key, ...JSON.parse(localStorage.getItem(key)) }); } catch { /* not ours */ }
    }
    return all.sort((a, b) => a.key < b.key ? -1 : 1);
  }

  put(kind, entry) {
    const order = String(Date.now()).padStart(15, '0') + String(this.counter++).padStart(6, '0');
    localStorage.setItem(`${this.prefix}${kind}/${order}-${entry.body.id}`, JSON.stringify(entry));
    this.handlers.changed();
  }

  drop(key) {
    localStorage.removeItem(key);
    this.handlers.changed();
  }

  add(path, body) {
    this.put('wait', { path, body });
    this.flush();
  }

  /** Sends what waits, one after the other, until all is there or the server does not answer. */
  async flush() {
    if (this.sending) { this.again = true; return; }
    this.sending = true;
    clearTimeout(this.timer);
    try {
      for (;;) {
        const [entry] = this.entries();
        if (!entry) break;
        try {
          this.handlers.sent(entry, await ask(entry.path, entry.body));
          this.drop(entry.key);
        } catch (e) {
          if (!(e instanceof Refused) || e.code >= 500 || e.code === 401 || e.code === 403) throw e;
          // What can't be stored is not dropped silently.
          this.put(e.code === 409 ? 'clash' : 'refused', { ...entry, key: undefined, said: e.body, code: e.code });
          this.drop(entry.key);
        }
        this.pause = 0;
        this.handlers.reached();
      }
    } catch (e) {
      this.handlers.unreached(e);
      this.pause = Math.min(2000, (this.pause || 100) * 2);
      this.timer = setTimeout(() => this.flush(), this.pause);
    } finally {
      this.sending = false;
    }
    if (this.again) { this.again = false; this.flush(); }
  }
}
