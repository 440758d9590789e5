// Records from pictures of tables, by a running biaoge serve. Node 18 or later,
// nothing to install. As a program:
//
//   node biaoge.mjs PICTURE…        (BIAOGE_URL, BIAOGE_TOKEN)
//
// prints one JSON record a line. As a module:
//
//   import { Client, records } from "./biaoge.mjs";
//   const answer = await new Client().extract([["22.jpg", bytes]]);
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";

// What the service says is wrong (RFC 9457). Look at kind, not at the text.
export class Problem extends Error {
  constructor(problem) {
    super(problem.detail ?? problem.title);
    Object.assign(this, problem);
  }
}

const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

export class Client {
  // A full queue is waited for as long as the service says, tries times at most
  // and no longer than patience seconds in all. No more than atOnce requests are
  // under way at the same time.
  constructor(url = "http://127.0.0.1:8642", { token, tries = 8, patience = 300, timeout = 180, atOnce = 4 } = {}) {
    Object.assign(this, { url: url.replace(/\/+$/, ""), token, tries, patience, timeout });
    this.free = atOnce;
    this.waiting = [];
  }

  // Reads the pictures of one report, [[name, bytes], …], in order. The answer
  // has documents and failures; settings are review_below and lang.
  extract(pictures, settings = {}) {
    return this.post("/v1/extract", pictures, settings);
  }

  // Says how many tables a picture has, and which forms, in a part of the time.
  probe(bytes) {
    return this.post("/v1/probe", [["picture", bytes]], {});
  }

  async post(path, pictures, settings) {
    if (this.free > 0) this.free--;
    else await new Promise((turn) => this.waiting.push(turn));
    try {
      const query = new URLSearchParams(settings).toString();
      return await this.try(this.url + path + (query && "?" + query), () => {
        const body = new FormData();
        for (const [name, bytes] of pictures) body.append("picture", new Blob([bytes]), name);
        return body;
      });
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    }
  }

  async try(url, body) {
    const until = Date.now() + this.patience * 1000;
    const headers = { Accept: "application/json", "X-Request-Id": randomUUID() };
    if (this.token) headers.Authorization = "Bearer " + this.token;
    for (let attempt = 1; ; attempt++) {
      let problem;
      let wait = 2 ** attempt;
      try {
        const answer = await fetch(url, { method: "POST", headers, body: body(), signal: AbortSignal.timeout(this.timeout * 1000) });
        if (answer.ok) return await answer.json();
        wait = Number(answer.headers.get("Retry-After")) || wait;
        problem = new Problem(await answer.json().catch(() => ({ status: answer.status, kind: "http", detail: answer.statusText, retryable: [429, 502, 503].includes(answer.status) })));
      } catch (error) {
        // Not there, or gone in the middle: it may be starting again.
        problem = new Problem({ kind: "unreachable", detail: String(error.cause ?? error), retryable: true });
      }
      // Callers that were refused together had better not come back together.
      wait *= 1 + Math.random() / 2;
      if (!problem.retryable || attempt === this.tries || Date.now() + wait * 1000 > until) throw problem;
      await sleep(wait);
    }
  }
}

// The values of an answer, each with its picture, form and key. Those with
// review true are for a person to look at before anybody relies on them.
export function* records(answer) {
  for (const { source, tables } of answer.documents) {
    for (const table of tables) {
      for (const { key, raw, value, unit, review, reasons } of table.records) {
        yield { picture: source.path, page: source.page, form: table.form, key, raw, value, unit, review: review || table.review, reasons };
      }
    }
  }
}

async function main(names) {
  const pictures = await Promise.all(names.map(async (name) => [basename(name), await readFile(name)]));
  const answer = await new Client(process.env.BIAOGE_URL, { token: process.env.BIAOGE_TOKEN }).extract(pictures);
  for (const record of records(answer)) console.log(JSON.stringify(record));
  for (const { name, problem } of answer.failures) console.error(`biaoge: ${name}: ${problem.detail}`);
  process.exitCode = answer.failures.length > 0 ? 3 : 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main(process.argv.slice(2)).catch((problem) => {
    console.error(`biaoge: ${problem.kind ?? "error"}: ${problem.message}`);
    process.exitCode = 1;
  });
}
