import type { HttpRequest } from "../../../../lib/http/types.ts";
import { RunSearch } from "../../../../lib/mlflow/rest/listing/search.ts";
import { silentLogger } from "../../../../lib/logger.ts";
import { fakeClient, FakeHistories } from "../history/fake_histories.ts";

export const info = { service: "MLflow", method: "POST", url: "http://fake/runs/search" };

/** A search whose server fails as the test says. Keeps what was asked for: the page's size, and the retries after the failure. */
export function searchOf(pageSize: number, failureFor: (size: number, call: number) => unknown): {
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
