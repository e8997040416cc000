/** deploy/systemd: what systemd says to it, and its command run as systemd runs it. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startKiroframeSandbox } from "../../../sandbox/kiroframe/mod.ts";
import { startMlflowSandbox } from "../../../sandbox/mlflow/mod.ts";
import { digitsWorld } from "../../../sandbox/world/digits.ts";
import { ROOT } from "../parts/clone.ts";
import { type Ended, execute, run } from "../parts/command.ts";
import { callsOf, writeProgram } from "../parts/program.ts";

const UNITS = ["kiroframe-sync.service", "kiroframe-sync.timer"];

/** A system with nothing but the units, what they stand on, and the program. */
async function systemWith(change: (unit: string) => string): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "kiroframe-importer-systemd-"));
  for (const path of ["etc/systemd/system", "usr/local/bin", "lib/systemd"]) {
    await Deno.mkdir(join(root, path), { recursive: true });
  }
  await run(["cp", "-r", "/lib/systemd/system", join(root, "lib/systemd")]);
  await writeProgram(join(root, "usr/local/bin"));
  for (const unit of UNITS) {
    const text = await Deno.readTextFile(join(ROOT, "deploy/systemd", unit));
    await Deno.writeTextFile(join(root, "etc/systemd/system", unit), change(text));
  }
  return root;
}

async function verify(change: (unit: string) => string): Promise<Ended> {
  const root = await systemWith(change);
  const ended = await execute(["systemd-analyze", `--root=${root}`, "--recursive-errors=no", "verify", ...UNITS]);
  await rm(root, { recursive: true });
  return ended;
}

Deno.test("systemd-analyze verify has nothing to say to the units, and would have to wrong ones", async () => {
  const right = await verify((unit) => unit);
  assert.deepEqual([right.code, right.stdout + right.stderr], [0, ""]);
  assert.match((await verify((unit) => unit.replace("DynamicUser", "DynamicUsers"))).stderr, /Unknown key/);
  assert.match((await verify((unit) => unit.replace("*:17", "*:77"))).stderr, /Failed to parse calendar/);
});

Deno.test("the service's command syncs, and goes on from its state folder the next time", async () => {
  await using mlflow = await startMlflowSandbox({ world: digitsWorld() });
  await using kiroframe = await startKiroframeSandbox();
  const folder = await mkdtemp(join(tmpdir(), "kiroframe-importer-service-"));
  const unit = await Deno.readTextFile(join(ROOT, "deploy/systemd/kiroframe-sync.service"));
  const [, loaded] = /^LoadCredential=([^:]+):/m.exec(unit) ?? [];
  const [, state] = /^StateDirectory=(.+)$/m.exec(unit) ?? [];
  assert.ok(loaded !== undefined && state !== undefined);
  await Deno.mkdir(join(folder, "state", state), { recursive: true });
  await Deno.writeTextFile(
    join(folder, loaded),
    `export TRACKING_URI=${mlflow.url} KIROFRAME_URL=${kiroframe.url}\nexport PROFILING_TOKEN=${kiroframe.token}\n`,
  );
  const program = await writeProgram(folder);
  const words = (/^ExecStart=(.+)$/m.exec(unit)?.[1] ?? "").split(" ")
    .map((word) => word.replace("%d", folder).replace("%S", join(folder, "state")));
  assert.equal(words.shift(), "/usr/local/bin/kiroframe-importer");
  const start = (): Promise<Ended> => execute([program, ...words]);
  const first = await start();
  assert.equal(first.code, 0, first.stderr);
  const sent = kiroframe.requestCount;
  const second = await start();
  assert.equal(second.code, 0, second.stderr);
  assert.match(second.stdout + second.stderr, /4 runs listed, 3 unchanged, 1 read/);
  assert.equal(kiroframe.requestCount, sent);
  assert.equal((await callsOf(program)).length, 2);
  await rm(folder, { recursive: true });
});
