import assert from "node:assert/strict";
import { UnreachableError, UsageError } from "../../../../lib/errors.ts";
import { BadReplyError, errorOfReply, NoAnswerError } from "../../../../lib/http/failure/errors.ts";
import type { HttpRequest } from "../../../../lib/http/types.ts";
import { RunSearch } from "../../../../lib/mlflow/rest/listing/search.ts";
import { silentLogger } from "../../../../lib/logger.ts";
import { fakeClient, FakeHistories } from "../history/fake_histories.ts";

const info = { service: "MLflow", method: "POST", url: "http://fake/runs/search" };

/** A search whose server fails as the test says. Keeps what was asked for: the page's size, and the retries after the failure. */
function searchOf(pageSize: number, failureFor: (size: number, call: number) => unknown): {
  readonly search: RunSearch;
  readonly asked: [size: number, retries: number | undefined][];
} {
  const asked: [number, number | undefined][] = [];
  const http = new FakeHistories(new Map());
  http.json = (request: HttpRequest) => {
    const { max_results: size } = JSON.parse(String(request.body));
    if (request.path.endsWith("/experiments/search")) return Promise.resolve({});
    const failure = failureFor(size, asked.length + 1);
    asked.push([size, typeof request.retries === "function" ? request.retries(failure) : request.retries]);
    return failure === undefined ? Promise.resolve({}) : Promise.reject(failure);
  };
  const options = { filter: "", includeDeleted: false, pageSize, logger: silentLogger };
  return { search: new RunSearch(fakeClient(http), { ...options, signal: new AbortController().signal }), asked };
}

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

Deno.test("RunSearch.page() fails when the smallest page fails", async () => {
  const killed = errorOfReply({ ...info, status: 500, body: "" });
  const { search, asked } = searchOf(40, () => killed);
  await assert.rejects(search.page("1", {}), (error) => error === killed);
  // The server is well: it is the experiment.
  assert.deepEqual(asked, [[40, 1], [20, 1], [10, 2]]);
});

Deno.test("RunSearch.page() is patient, and makes nothing smaller, where size is not the cause", async () => {
  const failures = [
    new NoAnswerError(info, { reason: "refused", detail: "connection refused" }),
    errorOfReply({ ...info, status: 503, body: "" }),
    errorOfReply({ ...info, status: 429, body: "" }),
  ];
  for (const failure of failures) {
    const { search, asked } = searchOf(100, () => failure);
    await assert.rejects(search.page("1", {}), (error) => error === failure);
    // As often as the HTTP client does by itself.
    assert.deepEqual(asked, [[100, undefined]]);
  }
});

Deno.test("RunSearch.page() halves a page under which connections break: its worker may have been killed", async () => {
  const broken = new NoAnswerError(info, { reason: "connection", detail: "it broke" });
  const { search, asked } = searchOf(100, (size) => size > 50 ? broken : undefined);
  assert.equal((await search.page("1", {})).size, 50);
  assert.deepEqual(asked, [[100, 1], [50, undefined]]);
});

Deno.test("RunSearch.page() fails at once with what would not pass", async () => {
  const wrong = errorOfReply({ ...info, status: 400, body: "" });
  const { search, asked } = searchOf(100, () => wrong);
  await assert.rejects(search.page("1", {}), (error) => error === wrong);
  assert.equal(asked.length, 1);
});

/** What a file store says of an experiment with a metric's file that was cut short. */
const damaged = errorOfReply({
  ...info,
  status: 500,
  body: '{"error_code": "INTERNAL_ERROR", "message": "Metric \'m\' is malformed"}',
});

Deno.test("RunSearch.page() takes MLflow's own 500 as its last word: nothing is made smaller", async () => {
  const { search, asked } = searchOf(1_000, (_size, call) => call === 1 ? damaged : undefined);
  await assert.rejects(search.page("1", {}), (error) => error === damaged);
  assert.deepEqual(asked.map(([size]) => size), [1_000]);
  assert.equal(search.pageSize, 1_000);
});

Deno.test("RunSearch.page() has its size back when an experiment failed at the smallest one: size was not the reason", async () => {
  const crashed = errorOfReply({ ...info, status: 500, body: "<html>Internal Server Error</html>" });
  const { search, asked } = searchOf(1_000, (_size, call) => call <= 8 ? crashed : undefined);
  await assert.rejects(search.page("1", {}), (error) => error === crashed);
  assert.deepEqual(asked.map(([size]) => size), [1_000, 500, 250, 125, 62, 31, 15, 10]);
  assert.equal((await search.page("2", {})).size, 1_000);
});

Deno.test("RunSearch.page() asks once for each experiment after three that could not be listed, until one can", async () => {
  const crashed = errorOfReply({ ...info, status: 500, body: "<html>Internal Server Error</html>" });
  let isBroken = true;
  const { search, asked } = searchOf(20, () => isBroken ? crashed : undefined);
  for (const id of ["1", "2", "2", "3", "4", "5"]) {
    await assert.rejects(search.page(id, {}), (error) => error === crashed);
  }
  const patient = [[20, 1], [10, 2]];
  assert.deepEqual(asked, [...patient, ...patient, ...patient, ...patient, [20, 0], [20, 0]]);
  isBroken = false;
  await search.page("6", {});
  isBroken = true;
  asked.length = 0;
  await assert.rejects(search.page("7", {}), (error) => error === crashed);
  assert.deepEqual(asked, patient);
});

Deno.test("RunSearch.page() counts no page that nobody wanted any more as failed", async () => {
  const crashed = errorOfReply({ ...info, status: 500, body: "<html>Internal Server Error</html>" });
  const { search, asked } = searchOf(10, (_size, call) => call > 3 ? crashed : new DOMException("over", "AbortError"));
  for (const id of ["1", "2", "3"]) await assert.rejects(search.page(id, { signal: AbortSignal.abort() }));
  await assert.rejects(search.page("4", {}), (error) => error === crashed);
  assert.deepEqual(asked.at(-1), [10, 2]);
});

Deno.test("RunSearch.page() waits for a server that is not well as long as for any other", async () => {
  const crashed = errorOfReply({ ...info, status: 500, body: "<html>Internal Server Error</html>" });
  for (const isBack of [true, false]) {
    const http = new FakeHistories(new Map());
    const asked: unknown[] = [];
    http.json = ({ path, retries }: HttpRequest) => {
      if (!path.endsWith("/runs/search")) return Promise.reject(crashed);
      asked.push(typeof retries === "function" ? retries(crashed) : retries);
      return isBack && asked.length === 3 ? Promise.resolve({}) : Promise.reject(crashed);
    };
    const options = { filter: "", includeDeleted: false, pageSize: 20, logger: silentLogger };
    const search = new RunSearch(fakeClient(http), { ...options, signal: new AbortController().signal });
    if (isBack) await search.page("1", {});
    else await assert.rejects(search.page("1", {}), UnreachableError);
    assert.deepEqual(asked, [1, 2, undefined]);
  }
});

Deno.test("RunSearch.page() is as patient as ever with a server that is overloaded, whatever failed before", async () => {
  const busy = errorOfReply({ ...info, status: 503, body: "" });
  const { search, asked } = searchOf(10, (_size, call) => call <= 3 ? damaged : busy);
  for (const id of ["1", "2", "3"]) await assert.rejects(search.page(id, {}), (error) => error === damaged);
  await assert.rejects(search.page("4", {}), (error) => error === busy);
  assert.deepEqual(asked.at(-1), [10, undefined]);
});

Deno.test("RunSearch.page() says that it is the filter which MLflow cannot read", async () => {
  const refused = errorOfReply({
    ...info,
    status: 400,
    body: '{"error_code": "INVALID_PARAMETER_VALUE", "message": "Invalid clause"}',
  });
  const http = new FakeHistories(new Map());
  http.json = () => Promise.reject(refused);
  const options = { filter: "nonsense", includeDeleted: false, pageSize: 10, logger: silentLogger };
  const search = new RunSearch(fakeClient(http), { ...options, signal: new AbortController().signal });
  await assert.rejects(
    search.page("1", {}),
    (error) => error instanceof UsageError && error.message === "MLflow refused the filter nonsense: Invalid clause",
  );
});
