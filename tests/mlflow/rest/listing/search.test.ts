import assert from "node:assert/strict";
import { BadReplyError, errorOfReply, NoAnswerError } from "../../../../lib/http/failure/errors.ts";
import { RunSearch } from "../../../../lib/mlflow/rest/listing/search.ts";
import { silentLogger } from "../../../../lib/logger.ts";
import { fakeClient, FakeHistories } from "../history/fake_histories.ts";
import { info, searchOf } from "./searches.ts";

Deno.test("RunSearch.page() halves a page that a worker or a gateway gives up on, and remembers it", async () => {
  for (const status of [500, 502, 504]) {
    const killed = errorOfReply({ ...info, status, body: "<html>Internal Server Error</html>" });
    const { search, asked } = searchOf(1_000, (size) => size > 250 ? killed : undefined);
    assert.equal((await search.page("1", {})).size, 250);
    assert.equal((await search.page("1", {})).size, 250);
    assert.deepEqual(asked.map(([size]) => size), [1_000, 500, 250, 250]);
  }
});

Deno.test("RunSearch.page() halves a page that is too long", async () => {
  const long = new BadReplyError(info, { reason: "long", detail: "more than 256 MiB" });
  const { search, asked } = searchOf(100, (size) => size > 50 ? long : undefined);
  assert.equal((await search.page("1", {})).size, 50);
  assert.deepEqual(asked.map(([size]) => size), [100, 50]);
});

Deno.test("RunSearch.page() ends with either signal, and leaves no listener with one that lives on", async () => {
  const [lasting, own] = [new AbortController(), new AbortController()];
  const listeners = new Set<unknown>();
  const { addEventListener, removeEventListener } = lasting.signal;
  lasting.signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners.add(args[1]);
    addEventListener.apply(lasting.signal, args);
  };
  lasting.signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners.delete(args[1]);
    removeEventListener.apply(lasting.signal, args);
  };
  const http = new FakeHistories(new Map());
  http.json = () => {
    assert.equal(listeners.size, 1);
    return Promise.resolve({});
  };
  const options = { filter: "", includeDeleted: false, pageSize: 10, logger: silentLogger, signal: lasting.signal };
  const search = new RunSearch(fakeClient(http), options);
  await search.page("1", { signal: own.signal });
  assert.equal(listeners.size, 0);
  http.json = ({ signal }) => {
    own.abort(new Error("Stopped"));
    return Promise.reject(signal?.reason);
  };
  await assert.rejects(search.page("1", { signal: own.signal }), /Stopped/);
  assert.equal(listeners.size, 0);
});

Deno.test("RunSearch.page() halves a page that does not come in time", async () => {
  const timeout = new NoAnswerError(info, { reason: "timeout", detail: "no answer in 120 s" });
  const { search, asked } = searchOf(100, (size) => size > 50 ? timeout : undefined);
  assert.equal((await search.page("1", {})).size, 50);
  // One retry for what can be made smaller.
  assert.deepEqual(asked, [[100, 1], [50, undefined]]);
});

Deno.test("RunSearch.page() makes pages larger again when a busy server has recovered", async () => {
  const killed = errorOfReply({ ...info, status: 504, body: "" });
  const { search, asked } = searchOf(1_000, (size, call) => size > 250 && call < 10 ? killed : undefined);
  for (let page = 0; page < 100; page++) await search.page("1", {});
  // 250 eight times, then ever more.
  assert.deepEqual(asked.slice(0, 3).map(([size]) => size), [1_000, 500, 250]);
  assert.equal(search.pageSize, 1_000);
  assert.equal(asked.length, 102);
});

Deno.test("RunSearch.page() tries larger pages ever more rarely where they always fail", async () => {
  const killed = errorOfReply({ ...info, status: 504, body: "" });
  const { search, asked } = searchOf(1_000, (size) => size > 250 ? killed : undefined);
  for (let page = 0; page < 2_000; page++) await search.page("1", {});
  const failed = asked.filter(([size]) => size > 250).length;
  assert.ok(failed >= 3 && failed <= 7, `${failed} of ${asked.length} calls failed`);
});

Deno.test("RunSearch.page() learns nothing from pages that were small anyhow", async () => {
  const killed = errorOfReply({ ...info, status: 504, body: "" });
  const { search, asked } = searchOf(1_000, (size) => size > 250 ? killed : undefined);
  await search.page("1", {});
  for (let page = 0; page < 100; page++) await search.page("1", { atMost: 100 });
  assert.equal(search.pageSize, 250);
  assert.deepEqual(new Set(asked.slice(3).map(([size]) => size)), new Set([100]));
});

Deno.test("RunSearch.page() halves a page under which connections break: its worker may have been killed", async () => {
  const broken = new NoAnswerError(info, { reason: "connection", detail: "it broke" });
  const { search, asked } = searchOf(100, (size) => size > 50 ? broken : undefined);
  assert.equal((await search.page("1", {})).size, 50);
  assert.deepEqual(asked, [[100, 1], [50, undefined]]);
});
