import assert from "node:assert/strict";
import { AppError } from "../../../../lib/errors.ts";
import { historyPages } from "../../../../lib/mlflow/rest/history/pages.ts";
import { tokenOfOffset } from "../../../../lib/mlflow/rest/paging/page_order.ts";
import { fakeClient, FakeHistories, runId, series } from "./fake_histories.ts";

interface WireHistory {
  readonly metrics?: unknown[];
  readonly next_page_token?: string;
}

function serverOf(
  count: number,
  spoil: (reply: WireHistory, call: number) => WireHistory = (reply) => reply,
): FakeHistories {
  const http = new FakeHistories(new Map([[runId(1), new Map([["loss", series(count)]])]]), { pageRows: 10 });
  const json = http.json.bind(http);
  http.json = async (request) => spoil(await json(request) as WireHistory, http.paths.length);
  return http;
}

async function read(http: FakeHistories): Promise<unknown[]> {
  return (await Array.fromAsync(historyPages(fakeClient(http), { runId: runId(1), key: "loss" }))).flatMap((
    page,
  ) => [...page]);
}

Deno.test("historyPages() reads all pages, and always sends max_results", async () => {
  for (const count of [0, 1, 10, 11, 45]) {
    const http = serverOf(count);
    assert.deepEqual(await read(http), series(count));
    assert.ok(http.paths.every((path) => /[?&]max_results=\d+/.test(path)));
  }
});

Deno.test("historyPages() gives no row twice where a token comes again, an empty page has one, or it leads back", async () => {
  const spoils: Parameters<typeof serverOf>[1][] = [
    (reply, call) => call === 2 ? { ...reply, next_page_token: tokenOfOffset(10) ?? "" } : reply,
    (reply, call) => call === 2 ? { next_page_token: "eyJvZmZzZXQiOiAwfQ==" } : reply,
    (reply, call) => call === 1 ? { next_page_token: "eyJvZmZzZXQiOiAwfQ==" } : reply,
  ];
  for (const spoil of spoils) assert.deepEqual(await read(serverOf(35, spoil)), series(35));
});

Deno.test("historyPages() ends with an error where pages never end", async () => {
  const spoils: Parameters<typeof serverOf>[1][] = [
    // MLflow 3.1 to 3.12 without max_results.
    () => ({ next_page_token: "eyJvZmZzZXQiOiAwfQ==" }),
    (reply) => ({ ...reply, next_page_token: tokenOfOffset(10) ?? "" }),
    (reply) => ({ ...reply, next_page_token: btoa('{"offset": 0, "of": "another kind"}') }),
  ];
  for (const spoil of spoils) {
    const http = serverOf(35, spoil);
    await assert.rejects(
      read(http),
      (error) => error instanceof AppError && /page tokens without end/.test(error.message),
    );
    assert.ok(http.paths.length <= 12);
  }
});
