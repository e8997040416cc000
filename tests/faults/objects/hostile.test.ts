/** What whoever writes into a bucket can name its objects: nothing leaves the run's folder, and the rest comes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { filesBelow } from "../../export/artifact_files.ts";
import { runHere, temporaryFolder } from "../program.ts";
import { ALONE, keyOf, RUN_ID, startMlflowWith, STORE_KINDS } from "./stores.ts";

/** Keys below the run's artifacts, and whether they are taken on Linux. */
const KEYS: readonly (readonly [path: string, isTaken: boolean])[] = [
  ["../../../../escaped.txt", false],
  ["a/../../escaped.txt", false],
  ["/absolute.txt", false],
  ["a//b.txt", false],
  ["./c.txt", false],
  [`${"x".repeat(300)}.txt`, false],
  ["both", true],
  ["both/is a folder too.txt", false],
  ["..\\..\\evil.txt", true],
  ["C:evil.txt", true],
  ["%2e%2e/%2e%2e/plain.txt", true],
  ["?alt=x&prefix=#y", true],
];

for (const { place, start, envAt } of STORE_KINDS) {
  Deno.test({
    name: `objects in ${place} whose names would leave the run's folder are refused and told, the rest is written`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      await using store = start(Object.fromEntries(KEYS.map(([path]) => [keyOf(path), `of ${path}`])));
      await using mlflow = await startMlflowWith(place);
      await using folder = await temporaryFolder();
      const base = join(folder.path, "base");
      const args = ["export", "--tracking-url", mlflow.url, "--base-dir", base, "--download-artifacts"];
      const { exitCode, stdout, stderr } = await runHere(args, { env: { ...ALONE, ...envAt(store.url) } });
      await mlflow.close();
      assert.equal(exitCode, 3, stdout + stderr);
      const [name = ""] = [...Deno.readDirSync(base)].map((entry) => entry.name);
      const files = join(base, name, "artifacts", RUN_ID);
      // Which of two that cannot both be comes first is the disk's affair.
      const taken = (await filesBelow(files)).filter((path) => !path.startsWith("both"));
      assert.deepEqual(
        taken,
        KEYS.filter(([path, isTaken]) => isTaken && path !== "both").map(([path]) => path).sort(),
      );
      for (const path of taken) assert.equal(await Deno.readTextFile(join(files, path)), `of ${path}`);
      const [entry] = JSON.parse(await Deno.readTextFile(join(base, name, "artifacts_manifest.json")));
      assert.match(entry.artifacts_error, /^7 of 12 files failed/);
      assert.deepEqual([...Deno.readDirSync(folder.path)].map((entry) => entry.name), ["base"]);
    },
  });
}
