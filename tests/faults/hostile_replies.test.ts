import assert from "node:assert/strict";
import { join } from "node:path";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { runChild, runHere, temporaryFolder } from "./program.ts";
import { exportFlags, smallWorld } from "./truth.ts";

Deno.test("a reply of JSON nested a hundred thousand deep is a failure in words, not a crash", async () => {
  const body = `{"experiments": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
  await using mlflow = await startMlflowSandbox({
    faults: [{ match: ({ path }) => path.includes("experiments"), action: { kind: "status", status: 200, body } }],
  });
  await using folder = await temporaryFolder();
  const outcome = await runChild(["export", "--tracking-url", mlflow.url, "--base-dir", folder.path]);
  assert.equal(outcome.exitCode, 1, outcome.stderr);
  assert.match(outcome.stderr, /^ERROR: [A-Z].*MLflow/);
});

Deno.test("histories whose bulk reply is none of MLflow's are read one by one, and that is told once", async () => {
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  const world = smallWorld();
  const headers = { "content-type": "application/json" };
  for (const body of [`{"metrics": ${deep}}`, `{"metrics": [${deep}]}`, '{"metrics": 1}', "no JSON"]) {
    await using mlflow = await startMlflowSandbox({
      world,
      faults: [{ match: ({ path }) => path.endsWith("-bulk"), action: { kind: "status", status: 200, body, headers } }],
    });
    await using folder = await temporaryFolder();
    const outcome = await runHere(["export", ...exportFlags(folder.path, mlflow)]);
    assert.equal(outcome.exitCode, 0, outcome.stderr);
    assert.equal(
      outcome.stdout.match(/^\S* ?\S* ?WARNING.*Reading \d+ histories one by one: /gm)?.length,
      1,
      outcome.stdout,
    );
    assert.doesNotMatch(outcome.stdout, /trying again/);
    const rows = (await Deno.readTextFile(join(await folder.exported(), "runs.json"))).trim().split("\n");
    const points = rows.flatMap((row) => Object.values(JSON.parse(row).metrics_history)).flat();
    assert.equal(points.length, 8 * 2 * 6);
  }
});

Deno.test("a bulk reply that never ends is ended when it has more than was asked for", async () => {
  await using mlflow = await startMlflowSandbox({ world: smallWorld() });
  let [calls, ended] = [0, 0];
  const row = '{"key": "metric_0", "value": 1, "timestamp": 1, "step": 1, "run_id": "r"}, ';
  const rows = new TextEncoder().encode(row.repeat(1_000));
  await using front = passing(mlflow.url, (pathname) => {
    if (!pathname.endsWith("-bulk")) return undefined;
    calls++;
    return new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode('{"metrics": [')),
        pull: (controller) => controller.enqueue(rows),
        cancel: () => void ended++,
      }),
    );
  });
  await using folder = await temporaryFolder();
  const outcome = await runHere(["export", ...exportFlags(folder.path, front)]);
  assert.equal(outcome.exitCode, 0, outcome.stderr);
  assert.match(outcome.stdout, /it has more than the 25000 values asked for/);
  assert.ok(calls > 0);
  assert.equal(ended, calls);
});

/** Passes everything on to a sandbox, but what the test answers. */
function passing(
  target: string,
  answer: (pathname: string) => Response | undefined,
): { url: string } & AsyncDisposable {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen(): void {} },
    async (request): Promise<Response> => {
      const { pathname, search } = new URL(request.url);
      const own = answer(pathname);
      if (own !== undefined) return own;
      const body = request.method === "POST" ? await request.text() : null;
      const headers = { "content-type": "application/json" };
      return await fetch(target + pathname + search, { method: request.method, body, headers });
    },
  );
  return { url: `http://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}
