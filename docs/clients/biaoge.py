"""Records from pictures of tables, by a running biaoge serve.

Standard library only. As a program:

    python3 biaoge.py [--url URL] [--token-file FILE] PICTURE…

prints one JSON record a line. As a library:

    client = Client("http://127.0.0.1:8642")
    for table in client.extract({"22.jpg": data})["documents"][0]["tables"]: …

In Scrapy, BiaogePipeline (below) puts records into items that have pictures:

    ITEM_PIPELINES = {"biaoge.BiaogePipeline": 300}
    BIAOGE_URL = "http://127.0.0.1:8642"
"""
import argparse
import http.client
import json
import os
import random
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor


class Problem(Exception):
    """What the service says is wrong (RFC 9457). Look at kind, not at the text."""

    def __init__(self, problem):
        super().__init__(problem.get("detail") or problem.get("title"))
        self.status = problem.get("status")
        self.kind = problem.get("kind")
        self.retryable = problem.get("retryable", False)
        self.request_id = problem.get("request_id")
        self.failures = problem.get("failures", [])


class Client:
    """Asks one service. It may be shared by threads: each call has a connection
    of its own. A full queue is waited for as long as the service says, tries
    times at most and no longer than patience seconds in all."""

    def __init__(self, url="http://127.0.0.1:8642", token=None, tries=8, patience=300, timeout=180):
        self.url, self.token = url.rstrip("/"), token
        self.tries, self.patience, self.timeout = tries, patience, timeout

    def extract(self, pictures, **settings):
        """Reads the pictures of one report, {name: bytes}, in order. The answer
        has documents and failures; settings are review_below and lang."""
        return self._post("/v1/extract", pictures, settings)

    def probe(self, data):
        """Says how many tables a picture has, and which forms, in a part of the
        time: what to send to extract at all."""
        return self._post("/v1/probe", {"picture": data}, {})

    def extract_many(self, reports, at_once=4):
        """Reads many reports, [(key, pictures)], so many at a time, and yields
        (key, answer or Problem) in their order. More than there are workers
        and places in the queue only makes for refusals."""
        def one(report):
            key, pictures = report
            try:
                return key, self.extract(pictures)
            except Problem as problem:
                return key, problem
        with ThreadPoolExecutor(at_once) as pool:
            yield from pool.map(one, reports)

    def _post(self, path, pictures, settings):
        query = urllib.parse.urlencode({k: v for k, v in settings.items() if v is not None})
        boundary = uuid.uuid4().hex
        body = b"".join(
            b'--%s\r\nContent-Disposition: form-data; name="picture"; filename="%s"\r\n\r\n%s\r\n'
            % (boundary.encode(), name.replace('"', "%22").replace("\r", " ").replace("\n", " ").encode(), data)
            for name, data in pictures.items()) + b"--%s--\r\n" % boundary.encode()
        headers = {"Content-Type": "multipart/form-data; boundary=" + boundary, "Accept": "application/json",
                   "X-Request-Id": uuid.uuid4().hex}
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        return self._try(urllib.request.Request(self.url + path + ("?" + query if query else ""), body, headers))

    def _try(self, request):
        until = time.monotonic() + self.patience
        for attempt in range(1, self.tries + 1):
            try:
                with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                problem = _problem(error)
                wait = float(error.headers.get("Retry-After") or 2 ** attempt)
            except (OSError, http.client.HTTPException) as error:
                # Not there, or gone in the middle: it may be starting again.
                problem = Problem({"kind": "unreachable", "detail": str(error), "retryable": True})
                wait = 2 ** attempt
            # Callers that were refused together had better not come back together.
            wait *= random.uniform(1, 1.5)
            if not problem.retryable or attempt == self.tries or time.monotonic() + wait > until:
                raise problem
            time.sleep(wait)


def _problem(error):
    try:
        return Problem(json.load(error))
    except ValueError:  # a proxy's own page
        return Problem({"status": error.code, "kind": "http", "detail": str(error), "retryable": error.code in (429, 502, 503)})


def records(answer):
    """The values of an answer, each with its picture, form and key. Those with
    review true are for a person to look at before anybody relies on them."""
    for document in answer["documents"]:
        for table in document["tables"]:
            for record in table["records"]:
                yield {"picture": document["source"]["path"], "page": document["source"]["page"], "form": table["form"],
                       "key": record["key"], "raw": record["raw"], "value": record["value"], "unit": record["unit"],
                       "review": record["review"] or table["review"], "reasons": record["reasons"]}


class BiaogePipeline:
    """A Scrapy item pipeline. Of each item it reads the files that FilesPipeline
    or ImagesPipeline has stored (item["files"], item["images"]), as one report in
    their order, and adds biaoge_records, biaoge_review (whether a person should
    look) and biaoge_failures. A picture without a table adds nothing. When the
    service is away for longer than patience, the item goes on without records
    and says so, so that it can be done again later."""

    def __init__(self, url, token, store):
        self.client, self.store = Client(url, token), store

    @classmethod
    def from_crawler(cls, crawler):
        settings = crawler.settings
        return cls(settings.get("BIAOGE_URL", "http://127.0.0.1:8642"), settings.get("BIAOGE_TOKEN"),
                   settings.get("IMAGES_STORE") or settings.get("FILES_STORE") or ".")

    async def process_item(self, item, spider=None):
        import asyncio
        # In a thread: a crawler goes on with other pages meanwhile.
        return await asyncio.get_running_loop().run_in_executor(None, self.read, item)

    def read(self, item):
        pictures = {}
        for file in list(item.get("files") or []) + list(item.get("images") or []):
            with open(os.path.join(self.store, file["path"]), "rb") as f:
                pictures[os.path.basename(file["path"])] = f.read()
        if not pictures:
            return item
        try:
            answer = self.client.extract(pictures)
        except Problem as problem:
            item["biaoge_records"], item["biaoge_review"] = [], True
            item["biaoge_failures"] = [{"kind": problem.kind, "detail": str(problem), "retryable": problem.retryable}]
            return item
        found = list(records(answer))
        item["biaoge_records"] = found
        item["biaoge_failures"] = [{"name": f["name"], "kind": f["problem"]["kind"], "detail": f["problem"]["detail"]} for f in answer["failures"]]
        item["biaoge_review"] = bool(answer["failures"]) or any(r["review"] for r in found)
        return item


def main():
    parser = argparse.ArgumentParser(description="Print the records of pictures, one JSON object a line.")
    parser.add_argument("--url", default=os.environ.get("BIAOGE_URL", "http://127.0.0.1:8642"))
    parser.add_argument("--token-file")
    parser.add_argument("pictures", nargs="+")
    args = parser.parse_args()
    token = open(args.token_file).read().strip() if args.token_file else None
    pictures = {os.path.basename(name): open(name, "rb").read() for name in args.pictures}
    try:
        answer = Client(args.url, token).extract(pictures)
    except Problem as problem:
        sys.exit(f"biaoge: {problem.kind}: {problem}")
    for record in records(answer):
        print(json.dumps(record, ensure_ascii=False))
    for failure in answer["failures"]:
        print(f"biaoge: {failure['name']}: {failure['problem']['detail']}", file=sys.stderr)
    sys.exit(3 if answer["failures"] else 0)


if __name__ == "__main__":
    main()
