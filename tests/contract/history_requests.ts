/**
 * Metric histories, and how long a request may be.
 * @module
 */
import { API as api, type ContractRequest } from "./request.ts";
import type { ContractSeed } from "./seed.ts";

/** Makes the requests for the ids that a server gave out. */
export function historyRequests({ runs }: ContractSeed): Readonly<Record<string, ContractRequest>> {
  const bulk = "/ajax-api/2.0/mlflow/metrics/get-history-bulk";
  const history = (run: string | undefined, key: string): string =>
    `${api}/metrics/get-history?run_id=${run}&metric_key=${encodeURIComponent(key)}`;
  const values = Object.fromEntries(
    [...Array(12).keys()].map((
      index,
    ) => [`get-history: number ${index}`, { path: history(runs["odd"], `value ${index}`) }]),
  );
  return {
    "get-history": { path: `${history(runs["plain"], "loss")}&max_results=25000` },
    "get-history without max_results": { path: history(runs["plain"], "loss") },
    "get-history: first page": { path: `${history(runs["plain"], "loss")}&max_results=3` },
    "get-history: next page": {
      path: `${history(runs["plain"], "loss")}&max_results=3&page_token=eyJvZmZzZXQiOiAzfQ%3D%3D`,
    },
    "get-history: token as it is": {
      path: `${history(runs["plain"], "loss")}&max_results=3&page_token=eyJvZmZzZXQiOiAzfQ==`,
    },
    "get-history: key of digits": { path: `${history(runs["odd"], "7")}&max_results=9` },
    "get-history: 0": { path: `${history(runs["plain"], "loss")}&max_results=0` },
    "get-history: key with slash": { path: `${history(runs["plain"], "val/acc 1.0")}&max_results=9` },
    "get-history: unknown key": { path: `${history(runs["plain"], "none")}&max_results=9` },
    "get-history: unknown run": { path: `${history("00000000000000000000000000000000", "loss")}&max_results=9` },
    "get-history without run": { path: `${api}/metrics/get-history?metric_key=loss` },
    "get-history without key": { path: `${api}/metrics/get-history?run_id=${runs["plain"]}` },
    "get-history: below zero": { path: `${history(runs["odd"], "minus")}&max_results=9` },
    "get-history: beyond 2^53": { path: `${history(runs["odd"], "far")}&max_results=9` },
    "get-history: equal times": { path: `${history(runs["odd"], "twice")}&max_results=9` },
    ...values,
    "get-history-bulk": { path: `${bulk}?run_id=${runs["plain"]}&metric_key=loss` },
    "get-history-bulk: NaN": { path: `${bulk}?run_id=${runs["odd"]}&metric_key=value%200&max_results=25000` },
    "get-history-bulk: infinity": { path: `${bulk}?run_id=${runs["odd"]}&metric_key=value%202&max_results=25000` },
    "get-history-bulk: a run twice": { path: `${bulk}?run_id=${runs["odd"]}&run_id=${runs["odd"]}&metric_key=minus` },
    "get-history-bulk: unknown run": { path: `${bulk}?run_id=none&metric_key=loss` },
    "get-history-bulk: two rows": { path: `${bulk}?run_id=${runs["plain"]}&metric_key=loss&max_results=2` },
    "get-history-bulk: 101 runs": { path: `${bulk}?${"run_id=a&".repeat(101)}metric_key=loss` },
    "get-history-bulk: no runs": { path: `${bulk}?metric_key=loss` },
    "get-history-bulk: no key": { path: `${bulk}?run_id=a` },
    "get-history-bulk by POST": { method: "POST", path: bulk, body: {} },
    "get-history-bulk below /api": { path: `${api}/metrics/get-history-bulk?run_id=a&metric_key=loss` },
    "a request line of 4,094 bytes": { path: `/health?${"x".repeat(4094 - "GET /health? HTTP/1.1".length)}` },
    "a request line of 4,095 bytes": { path: `/health?${"x".repeat(4095 - "GET /health? HTTP/1.1".length)}` },
  };
}
