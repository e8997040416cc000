/** What this version says of folders that only a later one can read. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { VERSION } from "../../lib/version.ts";
import { temporaryFolder } from "../faults/program.ts";
import { copy } from "./kept.ts";
import { EXPORT_FLAGS, IMPORT_FLAGS, Servers } from "./servers.ts";

const STATE = ".state.sqlite";

Deno.test("a folder whose state has a later version's form is refused by every command, and stays as it is", async () => {
  await using base = await temporaryFolder();
  await using servers = await Servers.start();
  const folder = await copy(base, "0.1.0", "unfinished");
  setForm(folder, 99);
  const before = await readFile(join(folder, STATE));
  const commands = [
    ["verify", folder],
    ["import", folder, ...IMPORT_FLAGS],
    ["export", ...EXPORT_FLAGS, "--resume", folder],
    ["merge", folder, "--base-dir", base.path],
  ];
  const makers = {
    "99.10.0": "kiroframe-importer 99.10.0 made it",
    "0.1.0": "a later kiroframe-importer has worked on it",
  };
  for (const [maker, says] of Object.entries(makers)) {
    await changeAbout(folder, { importer_version: maker });
    for (const args of commands) {
      const { exitCode, stderr } = await servers.run(args);
      assert.equal(exitCode, 2, stderr);
      const reason = `ERROR: Cannot use ${folder}: ${says}, and this is ${VERSION}\n`;
      assert.ok(stderr.includes(`${reason}Use that version or a newer one, or export again`), stderr);
    }
  }
  assert.deepEqual(await readFile(join(folder, STATE)), before);
  assert.equal(servers.kiroframe.requestCount, 0);
});

Deno.test("a folder whose export.json a later version writes otherwise is refused by its version; a broken one as broken", async () => {
  await using base = await temporaryFolder();
  await using servers = await Servers.start();
  const folder = await copy(base, "0.1.0", "finished");
  await changeAbout(folder, { importer_version: "99.10.0", tracking_url: undefined });
  const later = await servers.run(["import", folder, ...IMPORT_FLAGS]);
  assert.equal(later.exitCode, 2);
  assert.match(later.stderr, /: kiroframe-importer 99\.10\.0 made it, and this is /);
  await changeAbout(folder, { importer_version: "0.0.9" });
  const broken = await servers.run(["import", folder, ...IMPORT_FLAGS]);
  assert.equal(broken.exitCode, 2);
  assert.match(broken.stderr, /export\.json: it is not what an export writes/);
});

Deno.test("a state file says its form from the first time that this version opens it", async () => {
  await using base = await temporaryFolder();
  await using servers = await Servers.start();
  const folder = await copy(base, "0.1.0", "finished");
  assert.equal(formOf(folder), 0);
  assert.equal((await servers.run(["import", folder, ...IMPORT_FLAGS])).exitCode, 0);
  assert.ok(formOf(folder) >= 1);
});

async function changeAbout(folder: string, changes: Readonly<Record<string, unknown>>): Promise<void> {
  const path = join(folder, "export.json");
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), ...changes }));
}

function setForm(folder: string, form: number): void {
  const state = new DatabaseSync(join(folder, STATE));
  state.exec(`PRAGMA user_version = ${form}`);
  state.close();
}

function formOf(folder: string): number {
  const state = new DatabaseSync(join(folder, STATE), { readOnly: true });
  const form = Number(state.prepare("PRAGMA user_version").get()?.["user_version"]);
  state.close();
  return form;
}
