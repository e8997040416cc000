/** Folders outlive versions: what each version left in tests/fixtures/folders, this one goes on with, imports, verifies and merges. */
import assert from "node:assert/strict";
import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { VERSION } from "../../lib/version.ts";
import { temporaryFolder } from "../faults/program.ts";
import { copy, KEPT, VERSIONS } from "./kept.ts";
import { EXPORT_FLAGS, IMPORT_FLAGS, Servers } from "./servers.ts";
import { keptWorld } from "./world.ts";

/** Files that tell of the run rather than of what was exported. */
const OF_THE_RUN = ["export.json", "export.log", "report.html", ".state.sqlite", "artifacts"];

Deno.test("this version has left its folders, for the next ones to read", () => {
  assert.ok(VERSIONS.includes(VERSION), `Make them: deno run -A tests/versions/make_folders.ts`);
});

for (const version of VERSIONS) {
  Deno.test(`verify says of the folders of ${version} what is true of them`, async () => {
    await using base = await temporaryFolder();
    await using servers = await Servers.start();
    for (const name of ["finished", "finished-artifacts", "sent", "shard-1-of-2", "shard-2-of-2"]) {
      const { exitCode, stdout, stderr } = await servers.run(["verify", await copy(base, version, name)]);
      assert.equal(exitCode, 0, `${name}: ${stderr}`);
      assert.match(stdout, /\nAll is well\.\n$/, name);
    }
    const unfinished = await servers.run(["verify", await copy(base, version, "unfinished")]);
    assert.equal(unfinished.exitCode, 3, unfinished.stderr);
    assert.match(
      unfinished.stderr,
      /unfinished is not as its export left it: \d+ problems\n.*resume if the export did not/,
    );
    const halfSent = await servers.run(["verify", await copy(base, version, "half-sent")]);
    assert.equal(halfSent.exitCode, 3, halfSent.stderr);
    assert.match(halfSent.stderr, /half-sent is whole, but not all of it was imported/);
  });

  Deno.test(`export --resume goes on with the unfinished folder of ${version}, to the bytes of the finished one`, async () => {
    await using base = await temporaryFolder();
    await using servers = await Servers.start();
    const folder = await copy(base, version, "unfinished");
    // What is done stays done: an export that began again would miss these runs.
    const done = (await readFile(join(folder, "experiment_summary.json"), "utf8")).trimEnd().split("\n")
      .map((line) => JSON.parse(line).experiment_id);
    const gone = [...servers.mlflow.world.runs.values()].filter((run) => done.includes(run.experimentId));
    assert.ok(gone.length > 0);
    for (const { id } of gone) servers.mlflow.world.deleteRun(id);
    const { exitCode, stderr } = await servers.run(["export", ...EXPORT_FLAGS, "--resume", folder]);
    assert.equal(exitCode, 0, stderr);
    await assertSameData(folder, join(KEPT, version, "finished"));
    assert.equal((await servers.run(["verify", folder])).exitCode, 0);
  });

  Deno.test(`import sends every row of the finished folders of ${version}`, async () => {
    for (const name of ["finished", "finished-artifacts"]) {
      await using base = await temporaryFolder();
      await using servers = await Servers.start();
      const { exitCode, stderr } = await servers.run(["import", await copy(base, version, name), ...IMPORT_FLAGS]);
      assert.equal(exitCode, 0, stderr);
      assert.deepEqual(sentIn(servers), allRows());
      assertHolds(servers);
    }
  });

  Deno.test(`import sends nothing again of the folder of ${version} that was sent`, async () => {
    await using base = await temporaryFolder();
    await using servers = await Servers.start();
    const { exitCode, stderr } = await servers.run(["import", await copy(base, version, "sent"), ...IMPORT_FLAGS]);
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(sentIn(servers), []);
  });

  Deno.test(`import --only-changed knows from ${version} what Kiroframe acknowledged, whatever the folder`, async () => {
    await using base = await temporaryFolder();
    await using servers = await Servers.start();
    const stores = (await readdir(join(KEPT, version))).filter((name) => name.startsWith("acknowledged_"));
    assert.equal(stores.length, 1);
    for (const name of stores) await cp(join(KEPT, version, name), join(base.path, name));
    const folder = await copy(base, version, "finished");
    const { exitCode, stderr } = await servers.run(["import", folder, ...IMPORT_FLAGS, "--only-changed"]);
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(sentIn(servers), []);
  });

  Deno.test(`import sends exactly what is missing of the folder of ${version} that was half sent`, async () => {
    await using base = await temporaryFolder();
    const { acknowledged } = JSON.parse(await readFile(join(KEPT, version, "half-sent.json"), "utf8"));
    // The Kiroframe that has those rows, and no others.
    await using servers = await Servers.start({
      kiroframe: {
        faults: [{
          match: ({ rowId }) => !acknowledged.includes(rowId),
          action: { kind: "status", status: 422 },
        }],
      },
    });
    await servers.run(["import", await copy(base, version, "finished"), ...IMPORT_FLAGS]);
    servers.kiroframe.setFaults([]);
    const before = servers.kiroframe.requestCount;
    const folder = await copy(base, version, "half-sent");
    const { exitCode, stderr } = await servers.run(["import", folder, ...IMPORT_FLAGS]);
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(sentIn(servers, before), allRows().filter((id) => !acknowledged.includes(id)));
    assertHolds(servers);
    assert.equal((await servers.run(["verify", folder])).exitCode, 0);
  });

  Deno.test(`merge makes of the shards of ${version} the bytes of its finished folder`, async () => {
    await using base = await temporaryFolder();
    await using merged = await temporaryFolder();
    await using servers = await Servers.start();
    const shards = [await copy(base, version, "shard-1-of-2"), await copy(base, version, "shard-2-of-2")];
    const { exitCode, stderr } = await servers.run(["merge", ...shards, "--base-dir", merged.path]);
    assert.equal(exitCode, 0, stderr);
    await assertSameData(await merged.exported(), join(KEPT, version, "finished"));
    assert.equal((await servers.run(["verify", await merged.exported()])).exitCode, 0);
  });
}

async function assertSameData(folder: string, expected: string): Promise<void> {
  const data = async (path: string): Promise<string[]> =>
    (await readdir(path)).filter((name) => !OF_THE_RUN.includes(name)).sort();
  assert.deepEqual(await data(folder), await data(expected));
  for (const name of await data(expected)) {
    // As text, so that a difference can be read.
    assert.equal(await readFile(join(folder, name), "utf8"), await readFile(join(expected, name), "utf8"), name);
  }
}

/** The rows of the kept world as Kiroframe calls them, sorted. */
function allRows(): string[] {
  const { experiments, runs } = keptWorld();
  return [...experiments.keys(), ...runs.keys(), "models"].sort();
}

/** The rows that came after the first requests, sorted. */
function sentIn({ kiroframe }: Servers, first = 0): (string | null)[] {
  return kiroframe.requests.slice(first).map(({ rowId }) => rowId).sort();
}

/** Asserts that Kiroframe took in every row of the kept world once. */
function assertHolds({ kiroframe }: Servers): void {
  assert.deepEqual(kiroframe.violations, []);
  const rows = [...kiroframe.experiments.entries(), ...kiroframe.runs.entries()];
  assert.deepEqual([...rows.map(([id]) => id), "models"].sort(), allRows());
  assert.ok(rows.every(([, { imports }]) => imports === 1));
  assert.equal(kiroframe.models?.length, keptWorld().models.size);
}
