/** Each exit code of the README, shown by the real program as a child process. */
import assert from "node:assert/strict";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import { type MlflowSandbox, startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { childCommand, QUICK, runChild, temporaryFolder } from "./program.ts";
import { exportFlags, flagsFor, smallWorld } from "./truth.ts";

const ONE_RETRY = {
  ...QUICK,
  MLFLOW_HTTP_REQUEST_MAX_RETRIES: "1",
  KIROFRAME_HTTP_REQUEST_MAX_RETRIES: "1",
};

Deno.test("exit 0: all done; exit 3: Kiroframe refused a row; exit 4: it refused the token", async () => {
  await using mlflow = await startMlflowSandbox({ world: smallWorld() });
  await using kiroframe = await startKiroframeSandbox({
    faults: [{ match: ({ importType }) => importType === 2, times: 1, action: { kind: "status", status: 422 } }],
  });
  await using folder = await temporaryFolder();
  const flags = flagsFor(folder.path, mlflow, kiroframe);
  const incomplete = await runChild(flags);
  assert.equal(incomplete.exitCode, 3, incomplete.stderr);
  assert.match(incomplete.stderr, /^ERROR: Finished, but Kiroframe did not take 1 row/);
  const refused = await runChild(["import", await folder.exported(), ...flags.slice(-4, -1), "wrong-token"]);
  assert.equal(refused.exitCode, 4, refused.stderr);
  assert.match(refused.stderr, /^ERROR: Kiroframe answered .* with status 401.*\n.*Check --profiling-token/);
  const done = await runChild(["import", await folder.exported(), ...flags.slice(-4)]);
  assert.deepEqual([done.exitCode, done.stderr], [0, ""]);
  assert.equal(kiroframe.runs.size, 8);
});

Deno.test("exit 1: a web page answers in place of MLflow; 4: a login page; 5: nobody; all say why", async () => {
  await using folder = await temporaryFolder();
  const pageOf = (content: string): Promise<MlflowSandbox> => {
    const body = `<html>${content}</html>`;
    return startMlflowSandbox({ faults: [{ action: { kind: "status", status: 200, body } }] });
  };
  await using gateway = await pageOf("<form method=post><input type=password></form>");
  const refused = await runChild(["export", ...exportFlags(folder.path, gateway)], { env: ONE_RETRY });
  assert.equal(refused.exitCode, 4, refused.stderr);
  assert.match(refused.stderr, /^ERROR: MLflow answered .* with a login page in place of JSON: .*\n.*single sign-on/);
  const mlflow = await pageOf("<title>Grafana</title>");
  const failed = await runChild(["export", ...exportFlags(folder.path, mlflow)], { env: ONE_RETRY });
  assert.equal(failed.exitCode, 1, failed.stderr);
  assert.match(failed.stderr, /^ERROR: Cannot find MLflow at the tracking URL: .*web page/);
  await mlflow.close();
  const unreachable = await runChild(["export", ...exportFlags(folder.path, mlflow)], { env: ONE_RETRY });
  assert.equal(unreachable.exitCode, 5, unreachable.stderr);
  assert.match(
    unreachable.stderr,
    /^ERROR: Cannot reach MLflow at http:\/\/127\.0\.0\.1:\d+.*refused.*\nCheck that the server runs/i,
  );
});

Deno.test("exit 2: usage, and nothing is written", async () => {
  await using folder = await temporaryFolder();
  const cases = [
    ["--base-dir", folder.path],
    ["export", "--tracking-url", "sqlite:///mlflow.db", "--base-dir", folder.path],
    ["export", "--tracking-url", "http://127.0.0.1:1", "--base-dir", folder.path, "--nonsense"],
    ["import", `${folder.path}/none`, "--kiroframe-url", "http://127.0.0.1:1", "--profiling-token", "t"],
    ["export", "--tracking-url", "http://127.0.0.1:1", "--base-dir", folder.path, "--resume", "latest"],
  ];
  for (const outcome of await Promise.all(cases.map((args) => runChild(args)))) {
    assert.equal(outcome.exitCode, 2, outcome.stderr);
    assert.match(outcome.stderr, /^ERROR: /);
  }
  assert.deepEqual(await Array.fromAsync(Deno.readDir(folder.path)), []);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`exit 130: ${signal} ends export and import within 2 seconds and says how to go on`, async () => {
    await using mlflow = await startMlflowSandbox({ world: smallWorld(), latencyMs: 40 });
    await using kiroframe = await startKiroframeSandbox({ latencyMs: 300 });
    await using folder = await temporaryFolder();
    const flags = flagsFor(folder.path, mlflow, kiroframe);

    const exporting = await stopped(flags, { signal, when: () => mlflow.requestCount > 8 });
    assert.equal(exporting.code, 130, exporting.said);
    assert.ok(exporting.tookMs < 2000, `${exporting.tookMs} ms`);
    const path = await folder.exported();
    assert.match(exporting.said, new RegExp(`ERROR: Interrupted by ${signal}\n.*--resume ${path}`));

    const importing = await stopped([...flags, "--resume", path], { signal, when: () => kiroframe.requestCount > 2 });
    assert.equal(importing.code, 130, importing.said);
    assert.ok(importing.tookMs < 2000, `${importing.tookMs} ms`);
    assert.match(importing.said, new RegExp(`kiroframe-importer import ${path}`));

    const done = await runChild(["import", path, ...flags.slice(-4)]);
    assert.equal(done.exitCode, 0, done.stderr);
    assert.equal(kiroframe.runs.size, 8);
    assert.ok([...kiroframe.runs.values()].every(({ imports }) => imports === 1), "a run was sent twice");
    assert.deepEqual(kiroframe.violations, []);
  });
}

/** Starts the program, sends it a signal when it is in the middle of its work, and waits for its end. */
async function stopped(
  args: readonly string[],
  options: { readonly signal: Deno.Signal; readonly when: () => boolean },
): Promise<{ code: number; said: string; tookMs: number }> {
  const child = childCommand(args).spawn();
  const output = child.output();
  while (!options.when()) await new Promise((resolve) => setTimeout(resolve, 5));
  const startMs = performance.now();
  child.kill(options.signal);
  const { code, stderr } = await output;
  return { code, said: new TextDecoder().decode(stderr), tookMs: performance.now() - startMs };
}

Deno.test("a second process on the same folder is refused: exit 2", async () => {
  // One reply takes so long that the others start meanwhile, however busy the machine.
  await using mlflow = await startMlflowSandbox({
    world: smallWorld(),
    faults: [{
      match: ({ path }) => path.includes("get-history"),
      times: 1,
      action: { kind: "slow", pieces: 10, pauseMs: 1_000 },
    }],
  });
  await using kiroframe = await startKiroframeSandbox();
  await using folder = await temporaryFolder();
  const first = runChild(["export", ...exportFlags(folder.path, mlflow)]);
  // The folder is there once experiments are listed; histories are asked for after that.
  while (!mlflow.requests.some(({ path }) => path.includes("get-history"))) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const path = await folder.exported();
  const flags = flagsFor(folder.path, mlflow, kiroframe);
  const seconds = await Promise.all([
    runChild(["export", ...exportFlags(folder.path, mlflow), "--resume", path]),
    runChild(["import", path, ...flags.slice(-4)]),
  ]);
  for (const { exitCode, stderr } of seconds) {
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, /^ERROR: Cannot use this folder: another process is working on it/);
  }
  assert.equal((await first).exitCode, 0);
  assert.equal(kiroframe.requestCount, 0);
});
