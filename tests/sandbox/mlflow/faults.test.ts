import assert from "node:assert/strict";
import type { MlflowFaultAction } from "../../../sandbox/mlflow/faults.ts";
import { type MlflowSandbox, startMlflowSandbox } from "../../../sandbox/mlflow/mod.ts";
import { generateWorld } from "../../../sandbox/world/generator.ts";

function startFaulty(action: MlflowFaultAction): Promise<MlflowSandbox> {
  return startMlflowSandbox({ world: generateWorld({ runs: 6 }), faults: [{ action, times: 1 }] });
}

async function search(server: MlflowSandbox, token?: string): Promise<Response> {
  const body = JSON.stringify({
    experiment_ids: ["1"],
    max_results: 2,
    ...(token === undefined ? {} : { page_token: token }),
  });
  const headers = { "content-type": "application/json" };
  return await fetch(`${server.url}/api/2.0/mlflow/runs/search`, { method: "POST", headers, body });
}

async function names(reply: Response): Promise<string[]> {
  const { runs = [] } = await reply.json();
  return runs.map(({ info }: { readonly info: { readonly run_name: string } }) => info.run_name);
}

Deno.test("a status fault answers once in the place of the server", async () => {
  await using server = await startFaulty({
    kind: "status",
    status: 429,
    body: "slow",
    headers: { "retry-after": "2" },
  });
  const reply = await search(server);
  assert.deepEqual([reply.status, await reply.text(), reply.headers.get("retry-after")], [429, "slow", "2"]);
  assert.deepEqual(await names(await search(server)), ["run 5", "run 4"]);
});

Deno.test("a redirect fault names another address", async () => {
  await using server = await startFaulty({ kind: "redirect", location: "http://127.0.0.1:1/x" });
  const reply = await fetch(`${server.url}/version`, { redirect: "manual" });
  await reply.body?.cancel();
  assert.deepEqual([reply.status, reply.headers.get("location")], [307, "http://127.0.0.1:1/x"]);
});

Deno.test("a reset fault drops the connection instead of an answer", async () => {
  await using server = await startFaulty({ kind: "reset" });
  await assert.rejects(search(server));
  assert.equal(server.requests[0]?.status, 0);
  assert.equal((await names(await search(server))).length, 2);
});

Deno.test("a cut fault drops the connection in the middle of the body", async () => {
  await using server = await startFaulty({ kind: "cut" });
  const reply = await search(server);
  assert.equal(reply.status, 200);
  await assert.rejects(reply.text());
});

Deno.test("a truncate fault sends half of the JSON as a whole reply", async () => {
  await using server = await startFaulty({ kind: "truncate" });
  const text = await (await search(server)).text();
  assert.throws(() => JSON.parse(text), SyntaxError);
  assert.equal(text, (await (await search(server)).text()).slice(0, text.length));
});

Deno.test("stalls last until the client gives up, before the head or in the body", async () => {
  for (const kind of ["stall", "stallBody"] as const) {
    await using server = await startFaulty({ kind });
    const aborted = fetch(`${server.url}/version`, { signal: AbortSignal.timeout(100) }).then((reply) => reply.text());
    await assert.rejects(aborted);
    assert.equal(server.requests[0]?.status, kind === "stall" ? 0 : 200);
  }
});

Deno.test("gzip and slow faults send the right answer in another way", async () => {
  for (const action of [{ kind: "gzip" }, { kind: "slow", pieces: 4, pauseMs: 1 }] satisfies MlflowFaultAction[]) {
    await using server = await startFaulty(action);
    const reply = await search(server);
    assert.equal(reply.headers.get("content-encoding"), action.kind === "gzip" ? "gzip" : null);
    assert.deepEqual(await names(reply), ["run 5", "run 4"]);
  }
});

Deno.test("a repeatToken fault leads back to the page it came with", async () => {
  await using server = await startFaulty({ kind: "repeatToken" });
  const token = btoa('{"offset": 2}');
  const reply = await (await search(server, token)).json();
  assert.equal(reply.next_page_token, token);
  assert.equal(reply.runs[0].info.run_name, "run 3");
});

Deno.test("an emptyPage fault gives no items and a token to the page that was asked for, also to the first", async () => {
  for (const offset of [undefined, 2]) {
    await using server = await startFaulty({ kind: "emptyPage" });
    const empty = await (await search(server, offset === undefined ? offset : btoa(`{"offset": ${offset}}`))).json();
    assert.deepEqual(Object.keys(empty), ["next_page_token"]);
    // A client takes an empty token for the end.
    assert.notEqual(empty.next_page_token, "");
    assert.deepEqual(await names(await search(server, empty.next_page_token)), [
      `run ${5 - (offset ?? 0)}`,
      `run ${4 - (offset ?? 0)}`,
    ]);
  }
});

Deno.test("a duplicatePage fault gives the page before once more, then goes on", async () => {
  await using server = await startFaulty({ kind: "duplicatePage" });
  const doubled = await (await search(server, btoa('{"offset": 4}'))).json();
  assert.equal(doubled.runs[0].info.run_name, "run 3");
  assert.deepEqual(await names(await search(server, doubled.next_page_token)), ["run 1", "run 0"]);
});

Deno.test("page faults strike histories too", async () => {
  await using server = await startFaulty({ kind: "emptyPage" });
  const id = server.world.runsOf("1")[0]?.id;
  const path = `${server.url}/api/2.0/mlflow/metrics/get-history?run_id=${id}&metric_key=metric_0&max_results=4`;
  const { next_page_token } = await (await fetch(path)).json();
  const page = await (await fetch(`${path}&page_token=${encodeURIComponent(next_page_token)}`)).json();
  assert.equal(page.metrics[0].step, 0);
});

Deno.test("a fault strikes what it matches, and setFaults() puts others in its place", async () => {
  await using server = await startMlflowSandbox({
    faults: [{ match: ({ path }) => path === "/version", action: { kind: "status", status: 503 } }],
  });
  const status = async (path: string): Promise<number> => {
    const reply = await fetch(server.url + path);
    await reply.body?.cancel();
    return reply.status;
  };
  assert.deepEqual([await status("/health"), await status("/version"), await status("/version")], [200, 503, 503]);
  server.setFaults([]);
  assert.equal(await status("/version"), 200);
});
