import assert from "node:assert/strict";
import { UnreachableError, UsageError } from "../../../../lib/errors.ts";
import { errorOfReply, NoAnswerError } from "../../../../lib/http/failure/errors.ts";
import type { HttpRequest } from "../../../../lib/http/types.ts";
import { RunSearch } from "../../../../lib/mlflow/rest/listing/search.ts";
import { silentLogger } from "../../../../lib/logger.ts";
import { fakeClient, FakeHistories } from "../history/fake_histories.ts";
import { info, searchOf } from "./searches.ts";

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
