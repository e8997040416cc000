import assert from "node:assert/strict";
import { serverProbes } from "../../../lib/mlflow/rest/probes.ts";
import type { Seen } from "../../../lib/source/mod.ts";
import { fakeClient, FakeHistories } from "./history/fake_histories.ts";

/** What a probe sees of a server whose answers carry this date, and take so long. */
async function seen(
  check: string,
  { date = null, ms = 0 }: { readonly date?: string | null; readonly ms?: number },
): Promise<Seen> {
  const http = new FakeHistories(new Map());
  const headers = new Headers(date === null ? {} : { date });
  http.request = () => Promise.resolve({ status: 200, headers, text: "3.17.2" });
  http.json = () => new Promise((resolve) => setTimeout(() => resolve({ experiments: [] }), ms));
  const probe = serverProbes(fakeClient(http), { run: undefined, scheme: undefined }).find((one) =>
    one.check === check
  );
  return await probe?.look() ?? assert.fail(check);
}

Deno.test("the clock's probe tells clocks that are apart, and bears seconds", async () => {
  const at = (ms: number): string => new Date(Date.now() + ms).toUTCString();
  assert.deepEqual(await seen("clock", { date: at(0) }), { found: "as here" });
  assert.deepEqual(await seen("clock", { date: at(-20_000) }), { found: "as here" });
  const behind = await seen("clock", { date: at(-600_000) });
  assert.match(behind.found, /^(600|601) s behind the one here$/);
  assert.match(behind.hint ?? "", /--since/);
  assert.match((await seen("clock", { date: at(3_600_000) })).found, /^(3599|3600) s ahead of the one here$/);
  assert.deepEqual(await seen("clock", {}), { found: "the server does not tell its time" });
});

Deno.test("the latency's probe tells a long way", async () => {
  assert.equal((await seen("latency", {})).hint, undefined);
  const slow = await seen("latency", { ms: 350 });
  assert.match(slow.found, /^3\d\d ms for a small call$/);
  assert.match(slow.hint ?? "", /--concurrency/);
});

Deno.test("the probe of bulk histories needs a run with metrics", async () => {
  assert.equal((await seen("bulk histories", {})).found, "not tried: no run with metrics was found");
});
