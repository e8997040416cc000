/** Which folder --resume goes on with, on the whole program. */
import assert from "node:assert/strict";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FolderState } from "../../../lib/folder/state.ts";
import { execute, openDatabase } from "../../../lib/runtime/sqlite.ts";
import { startMlflowSandbox } from "../../../sandbox/mlflow/mod.ts";
import { digitsWorld } from "../../../sandbox/world/digits.ts";
import { Lab, type Outcome, runProgram } from "../../cli/run_program.ts";

/** Runs an export that Kiroframe's 401 keeps from its end, and returns its folder. */
async function leaveUnended(lab: Lab, ...flags: string[]): Promise<string> {
  lab.kiroframe.setFaults([{ action: { kind: "status", status: 401 } }]);
  assert.equal((await runProgram([...lab.exportFlags, ...lab.importFlags, ...flags])).code, 4);
  lab.kiroframe.setFaults([]);
  return (await lab.folders()).at(-1) ?? "";
}

/** Runs the export again with --resume auto, and returns whether it went on with an old folder: the path, or null for a new one. */
async function auto(
  lab: Lab,
  ...flags: string[]
): Promise<{ readonly wentOn: string | null; readonly stdout: string }> {
  const before = await lab.folders();
  const { code, stdout, stderr } = await runProgram(["export", ...lab.exportFlags, "--resume", "auto", ...flags]);
  assert.equal(code, 0, stderr);
  const after = await lab.folders();
  const wentOn = /Resuming in working directory: (.*)$/m.exec(stdout)?.[1] ?? null;
  assert.equal(after.length - before.length, wentOn === null ? 1 : 0);
  return { wentOn, stdout };
}

async function resume(lab: Lab, folder: string, ...flags: string[]): Promise<Outcome> {
  return await runProgram(["export", ...lab.exportFlags, "--resume", folder, ...flags]);
}

Deno.test("--resume auto goes on with the newest export of this server, whatever newer ones of others there are", async () => {
  await using lab = await Lab.open();
  await using other = await startMlflowSandbox({ world: digitsWorld() });
  const folder = await leaveUnended(lab);
  const elsewhere = ["export", "--tracking-url", other.url, "--base-dir", lab.base, "--resume", "auto"];
  assert.equal((await runProgram(elsewhere)).code, 0);
  assert.equal((await lab.folders()).length, 2, "the other server's export is a new one");
  assert.equal((await auto(lab)).wentOn, folder);
  assert.equal((await auto(lab)).wentOn, null, "now it has ended");
});

Deno.test("--resume auto begins a new export where the newest one was begun with other options", async () => {
  await using lab = await Lab.open();
  await leaveUnended(lab, "--download-artifacts");
  assert.equal((await auto(lab)).wentOn, null);
  await leaveUnended(lab, "--redact", "x");
  assert.equal((await auto(lab)).wentOn, null);
  const shard = await leaveUnended(lab, "--shard", "1/2");
  await leaveUnended(lab, "--shard", "2/2");
  assert.equal((await auto(lab, "--shard", "1/2")).wentOn, shard);
});

Deno.test("--resume auto goes on with an export whose --since is the same age, though another moment", async () => {
  await using lab = await Lab.open();
  const folder = await leaveUnended(lab, "--since", "99999h");
  assert.equal((await auto(lab, "--since", "88888h")).wentOn, null);
  assert.equal((await auto(lab, "--since", "99999h")).wentOn, folder);
});

Deno.test("--resume auto leaves an export alone that did not end, where a later one did", async () => {
  await using lab = await Lab.open();
  await leaveUnended(lab);
  assert.equal((await runProgram(["export", ...lab.exportFlags])).code, 0);
  assert.equal((await auto(lab)).wentOn, null);
});

Deno.test("--resume auto passes over folders that cannot be gone on with, and says so", async () => {
  const damages: Readonly<Record<string, (folder: string) => Promise<void>>> = {
    "a broken export.json": (folder) => writeFile(join(folder, "export.json"), "{"),
    "a damaged state": (folder) => writeFile(join(folder, ".state.sqlite"), "x".repeat(5000)),
    "a state of a later version": (folder) => {
      const state = openDatabase(join(folder, ".state.sqlite"));
      execute(state, "PRAGMA user_version = 99");
      state.close();
      return Promise.resolve();
    },
  };
  await using lab = await Lab.open();
  for (const [what, damage] of Object.entries(damages)) {
    const folder = await leaveUnended(lab);
    await damage(folder);
    const { wentOn, stdout } = await auto(lab);
    assert.equal(wentOn, null, what);
    assert.match(stdout, /WARNING: Passed over a folder that cannot be gone on with: Cannot (?:use|read) /, what);
    for (const path of await lab.folders()) await rm(path, { recursive: true });
  }
});

Deno.test("--resume auto refuses where another process is at this very export", async () => {
  await using lab = await Lab.open();
  const folder = await leaveUnended(lab);
  const held = new FolderState(join(folder, ".state.sqlite"));
  const { code, stderr } = await resume(lab, "auto");
  held.close();
  assert.equal(code, 2);
  assert.match(stderr, /another process is working on it/);
  assert.equal((await lab.folders()).length, 1);
});

Deno.test("--resume with a folder or latest refuses an export of another server, both sides named", async () => {
  await using lab = await Lab.open();
  const folder = await leaveUnended(lab);
  const url = new URL(lab.mlflow.url);
  const others = {
    [`${url}/`]: `${url}/`,
    [`http://localhost:${url.port}`]: `http://localhost:${url.port}`,
  };
  for (const [given, shown] of Object.entries(others)) {
    for (const which of [folder, "latest"]) {
      const { code, stderr } = await resume(lab, which, "--tracking-url", given);
      assert.equal(code, 2);
      assert.ok(stderr.includes(`it is an export of ${lab.mlflow.url}, not of ${shown}\n`), stderr);
    }
  }
  const { code, stderr } = await resume(lab, folder, "--tracking-url", lab.mlflow.url.replace("://", "://u:hunter2@"));
  assert.equal(code, 2);
  assert.match(stderr, /it is an export of http:\/\/127\S+ with another user or password in the URL\n/);
  assert.doesNotMatch(stderr, /hunter2/);
});

Deno.test("--resume refuses each option that was given and is not the folder's, both sides named", async () => {
  await using lab = await Lab.open();
  const folder = await leaveUnended(lab);
  const before = await readFile(join(folder, "export.json"), "utf8");
  const refused: readonly (readonly [flags: readonly string[], begun: string, given: string])[] = [
    [["--experiment", "x"], "no --experiment", "--experiment x"],
    [["--download-artifacts"], "--no-download-artifacts", "--download-artifacts"],
    [["--no-export-models"], "--export-models", "--no-export-models"],
    [["--no-include-schema-profile"], "--include-schema-profile", "--no-include-schema-profile"],
    [["--include-deleted"], "--no-include-deleted", "--include-deleted"],
    [["--since", "2026-01-02"], "no --since", "--since 2026-01-02T00:00:00.000Z"],
    [["--until", "36h"], "no --until", "--until 36h"],
    [["--run-filter", "params.a = 'b'"], "no --run-filter", `--run-filter "params.a = 'b'"`],
    [["--shard", "1/2"], "no --shard", "--shard 1/2"],
  ];
  for (const [flags, begun, given] of refused) {
    const { code, stderr } = await resume(lab, folder, ...flags);
    assert.equal(code, 2, flags.join(" "));
    assert.ok(stderr.includes(`: it was begun with ${begun}; given now: ${given}\n`), stderr);
  }
  const requests = lab.mlflow.requestCount;
  const variable = await runProgram(["export", ...lab.exportFlags, "--resume", folder], {
    env: { DOWNLOAD_ARTIFACTS: "yes", JOB_COMPLETION_INDEX: "0", JOB_COMPLETIONS: "2" },
  });
  assert.match(
    variable.stderr,
    /with --no-download-artifacts, no --shard; given now: --download-artifacts, --shard 1\/2/,
  );
  const rules = await resume(lab, folder, "--redact", "x");
  assert.match(rules.stderr, /--redact, --exclude-tag or --exclude-param differ from those it was begun with/);
  assert.equal(lab.mlflow.requestCount, requests, "MLflow was not asked");
  assert.equal(await readFile(join(folder, "export.json"), "utf8"), before);
});

Deno.test("--resume takes options that are the folder's, and keeps the folder's where none are given", async () => {
  await using lab = await Lab.open();
  const begun = ["--experiment", "digits/*", "--since", "99999h", "--no-export-models"];
  const folder = await leaveUnended(lab, ...begun);
  const rows = await lab.rows("runs.json");
  assert.equal((await resume(lab, folder, ...begun)).code, 0);
  assert.equal((await resume(lab, folder)).code, 0);
  assert.deepEqual(await lab.rows("runs.json"), rows);
  const { options } = JSON.parse(await readFile(join(folder, "export.json"), "utf8"));
  assert.equal(options.sinceAge, "99999h");
});

Deno.test("--resume says in one sentence what folder it cannot go on with", async () => {
  await using lab = await Lab.open();
  const folder = await leaveUnended(lab);
  const path = join(folder, "export.json");
  const about = JSON.parse(await readFile(path, "utf8"));
  await writeFile(path, JSON.stringify({ ...about, options: { shard: null, experiments: "all" } }));
  const unknown = await resume(lab, folder);
  assert.equal(unknown.code, 2);
  assert.equal(
    unknown.stderr,
    `ERROR: Cannot resume ${folder}: its export.json does not tell the options it was begun with\n` +
      "Leave --resume out to export anew\n",
  );
  assert.equal((await auto(lab)).wentOn, null);
  const none = await resume(lab, join(lab.base, "none"));
  assert.equal(none.code, 2);
  assert.match(none.stderr, /^ERROR: Cannot resume .*none: there is no such folder\n/);
  const base = await resume(lab, lab.base);
  assert.equal(base.code, 2);
  assert.equal(
    base.stderr,
    `ERROR: Cannot resume ${lab.base}: it is no export folder, but has some in it\n` +
      `Give the path of one: the newest is ${(await lab.folders()).at(-1)}\n`,
  );
  await rm(path);
  const reference = await resume(lab, folder);
  assert.equal(reference.code, 2);
  assert.match(reference.stderr, /it holds no export\.json, so it is no export of this program/);
  assert.deepEqual((await readdir(lab.base)).filter((name) => !/^\d{8}_/.test(name)), []);
});

Deno.test("--since after --until is refused before anything is asked", async () => {
  await using lab = await Lab.open();
  const { code, stderr } = await runProgram(["export", ...lab.exportFlags, "--since", "1h", "--until", "2026-01-01"]);
  assert.equal(code, 2);
  assert.match(
    stderr,
    /^ERROR: Cannot use --since 1h with --until 2026-01-01T00:00:00\.000Z: no run starts at or after/,
  );
  assert.equal(lab.mlflow.requestCount, 0);
});
