/** Artifacts, end to end: gateways that let only the API through, files that fail, and folders that were damaged since. */
import assert from "node:assert/strict";
import { cp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { MlflowFault } from "../../sandbox/mlflow/faults.ts";
import { type MlflowSandbox, startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { World } from "../../sandbox/world/mod.ts";
import { filesBelow } from "../export/artifact_files.ts";
import { REFUSALS, startGateway } from "../mlflow/rest/gateway.ts";
import { type Outcome, QUICK, runHere, temporaryFolder } from "./program.ts";

/** Two runs with metrics, files (an empty one too) and a logged model; the first one's id holds a status. */
function artifactWorld(): World {
  const world = new World();
  const metrics = { loss: [0, 1, 2].map((step) => ({ step, timestamp: 1_700_000_000_000 + step, value: step / 3 })) };
  const runs = ["4010".repeat(8), "b".repeat(32)].map((id, index) =>
    world.addRun({ id, experimentId: "0", startTime: 1_700_000_000_000 - index, metrics })
  );
  for (const { id } of runs) {
    world.files.put(`0/${id}/artifacts/notes/a b.txt`, `notes of ${id}`);
    world.files.put(`0/${id}/artifacts/empty.bin`, "");
  }
  const artifactUri = "mlflow-artifacts:/0/models/m-1/artifacts";
  const of = { experimentId: "0", sourceRunId: runs[0]?.id ?? "", status: "LOGGED_MODEL_READY" };
  world.loggedModels.set("m-1", { id: "m-1", name: "model", artifactUri, creationTimestamp: 1, ...of });
  world.files.put("0/models/m-1/artifacts/MLmodel", "flavors: {}\n");
  runs[0]?.modelOutputs.push({ modelId: "m-1", step: 0 });
  return world;
}

const PATHS = [
  "4010".repeat(8) + "/empty.bin",
  "4010".repeat(8) + "/model/MLmodel",
  "4010".repeat(8) + "/notes/a b.txt",
  "b".repeat(32) + "/empty.bin",
  "b".repeat(32) + "/notes/a b.txt",
];

function exportHere(url: string, base: string, ...more: readonly string[]): Promise<Outcome> {
  const args = ["export", "--tracking-url", url, "--base-dir", base, "--download-artifacts", ...more];
  return runHere(args, { env: { ...QUICK, MLFLOW_HTTP_REQUEST_MAX_RETRIES: "2" } });
}

/** A world, a server for it, and a folder to export to. */
class Place implements AsyncDisposable {
  private constructor(readonly mlflow: MlflowSandbox, readonly path: string, readonly end: () => PromiseLike<void>) {}

  static async open(faults: readonly MlflowFault[] = []): Promise<Place> {
    const mlflow = await startMlflowSandbox({ world: artifactWorld(), faults });
    const folder = await temporaryFolder();
    return new Place(mlflow, folder.path, () => folder[Symbol.asyncDispose]());
  }

  async exported(): Promise<string> {
    const names = (await readdir(this.path)).filter((name) => /^\d{8}_/.test(name));
    assert.equal(names.length, 1);
    return join(this.path, names[0] ?? "");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.mlflow.close();
    await this.end();
  }
}

for (const [name, refuse] of Object.entries(REFUSALS)) {
  Deno.test(`export is whole behind a gateway that answers ${name} to all but the API`, async () => {
    await using direct = await Place.open();
    assert.equal((await exportHere(direct.mlflow.url, direct.path)).exitCode, 0);
    await using place = await Place.open();
    await using gateway = startGateway(place.mlflow.url, refuse);
    const { exitCode, stderr, stdout } = await exportHere(gateway.url, place.path);
    assert.equal(exitCode, 0, stderr + stdout);
    const [folder, expected] = [await place.exported(), await direct.exported()];
    assert.deepEqual(await filesBelow(join(folder, "artifacts")), PATHS);
    for (const file of ["runs.json", "runs.csv", "artifacts_files.jsonl", "models.json", "experiment_summary.json"]) {
      assert.equal(await readFile(join(folder, file), "utf8"), await readFile(join(expected, file), "utf8"), file);
    }
  });
}

Deno.test("export takes no login page for an artifact, and leaves nothing of it", async () => {
  const headers = { "content-type": "text/html" };
  await using place = await Place.open([{
    match: ({ path }) => /get-artifact|artifacts\/files|mlflow-artifacts|artifacts\/get/.test(path),
    action: { kind: "status", status: 200, body: "<html>Log in</html>", headers },
  }]);
  const { exitCode, stdout } = await exportHere(place.mlflow.url, place.path);
  assert.equal(exitCode, 3);
  assert.match(stdout, /empty\.bin: No way leads to it: .*in place of the artifact/);
  assert.match(stdout, /Artifacts of 0 of 2 runs are there: 0 files, 0 bytes/);
  assert.deepEqual(await filesBelow(join(await place.exported(), "artifacts")), []);
});

Deno.test("export takes a 403 of one artifact for that of the file, though the run's id holds 401; --resume fetches it", async () => {
  const isOne = ({ path, query }: { readonly path: string; readonly query: URLSearchParams }): boolean =>
    /empty/.test(path) || query.get("path") === "empty.bin";
  await using place = await Place.open([{ match: isOne, action: { kind: "status", status: 403, body: "no" } }]);
  const failed = await exportHere(place.mlflow.url, place.path);
  assert.equal(failed.exitCode, 3, failed.stderr);
  const folder = await place.exported();
  assert.deepEqual(await filesBelow(join(folder, "artifacts")), PATHS.filter((path) => !path.includes("empty")));
  const counts = async (): Promise<unknown[]> => {
    const summary = JSON.parse(await readFile(join(folder, "summary.json"), "utf8"));
    return [summary.artifact_errors, summary.artifact_files];
  };
  assert.deepEqual(await counts(), [2, 3]);
  assert.equal((await runHere(["verify", folder])).exitCode, 0);
  place.mlflow.setFaults([]);
  const resumed = await exportHere(place.mlflow.url, place.path, "--resume", "latest");
  assert.equal(resumed.exitCode, 0, resumed.stderr);
  assert.deepEqual(await counts(), [0, 5]);
  assert.deepEqual(await filesBelow(join(folder, "artifacts")), PATHS);
  const manifest = JSON.parse(await readFile(join(folder, "artifacts_manifest.json"), "utf8"));
  assert.deepEqual(manifest.map((entry: object) => Object.keys(entry)), Array(2).fill(["run_id", "artifacts_path"]));
  assert.equal((await runHere(["verify", folder])).exitCode, 0);
});

for (const [what, path] of [["an artifact", /get-artifact/], ["a history", /get-history/]] as const) {
  Deno.test(`export ends with 5 when ${what} answers 503 for ever, and with 4 when it answers 401 as all else does`, async () => {
    await using place = await Place.open([{
      match: (target) => path.test(target.path),
      action: { kind: "status", status: 503 },
    }]);
    const busy = await exportHere(place.mlflow.url, place.path);
    assert.equal(busy.exitCode, 5, busy.stderr);
    let isOut = false;
    place.mlflow.setFaults([{
      match: (target) => isOut ||= path.test(target.path),
      action: { kind: "status", status: 401 },
    }]);
    const refused = await exportHere(place.mlflow.url, place.path, "--resume", "latest");
    assert.equal(refused.exitCode, 4, refused.stderr);
    place.mlflow.setFaults([]);
    const done = await exportHere(place.mlflow.url, place.path, "--resume", "latest");
    assert.equal(done.exitCode, 0, done.stderr);
    assert.deepEqual(await filesBelow(join(await place.exported(), "artifacts")), PATHS);
  });
}

Deno.test("verify names each artifact that is gone, cut or changed since it was fetched, in a copy as well, and writes nothing", async () => {
  await using place = await Place.open();
  assert.equal((await exportHere(place.mlflow.url, place.path)).exitCode, 0);
  const copy = join(place.path, "copy");
  await cp(await place.exported(), copy, { recursive: true });
  const before = await filesBelow(copy);
  const well = await runHere(["verify", copy]);
  assert.equal(well.exitCode, 0, well.stderr);
  assert.match(well.stdout, /artifacts_manifest\.json: 2 rows\n.*artifacts\/: 5 files\n/s);
  const [first, second] = ["4010".repeat(8), "b".repeat(32)];
  await rm(join(copy, "artifacts", first ?? "", "model/MLmodel"));
  await truncate(join(copy, "artifacts", first ?? "", "notes/a b.txt"), 3);
  await writeFile(join(copy, "artifacts", second ?? "", "notes/a b.txt"), "Notes of " + second);
  const { exitCode, stderr, stdout } = await runHere(["verify", copy]);
  assert.equal(exitCode, 3, stderr);
  assert.match(stderr, /copy is not as its export left it: 3 problems/);
  assert.match(stdout, /artifacts\/4010.*\/model\/MLmodel: it is missing \(12 bytes were fetched\)/);
  assert.match(stdout, /artifacts\/4010.*\/notes\/a b\.txt: it has 3 bytes, 41 were fetched/);
  assert.match(stdout, /artifacts\/b+\/notes\/a b\.txt: it was changed since it was fetched/);
  assert.deepEqual(await filesBelow(copy), before.filter((name) => !name.endsWith("MLmodel")));
});
