/**
 * --download-artifacts on real servers, plain and below a static prefix: what lies on the server's disk is the judge.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readExport, readLines, readTree } from "./parts/folders.ts";
import { type Outcome, runOurs, runReference } from "./parts/programs.ts";
import { SeedApi } from "./seed/api.ts";
import { artifactNames, seedArtifacts, seedLoggedModel } from "./seed/artifacts.ts";
import { type MlflowVersion, type RealMlflow, startRealMlflow } from "./parts/servers.ts";

const exportOnly = ["--download-artifacts", "--no-import-to-kiroframe"];

interface Downloaded extends AsyncDisposable {
  readonly server: RealMlflow;
  readonly runIds: readonly string[];
  readonly baseDir: string;
  readonly ours: Outcome;
}

async function download(version: MlflowVersion): Promise<Downloaded> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startRealMlflow(version));
  const api = new SeedApi(server.url);
  const runIds = await seedArtifacts(api);
  if (version === "3.17.2") await seedLoggedModel(api, runIds[0] as string);
  const baseDir = await Deno.makeTempDir({ prefix: "exports-" });
  stack.defer(() => Deno.remove(baseDir, { recursive: true }));
  const ours = await runOurs({ trackingUrl: server.url, baseDir: join(baseDir, "ours"), args: exportOnly });
  const owned = stack.move();
  return { server, runIds, baseDir, ours, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** The files of a run on the server's disk; none when the run has no folder there. */
async function stored(server: RealMlflow, runId: string): Promise<Map<string, string>> {
  for await (const experiment of Deno.readDir(join(server.folder, "artifacts"))) {
    const folder = join(server.folder, "artifacts", experiment.name, runId, "artifacts");
    if (await Deno.stat(folder).then(() => true, () => false)) return await readTree(folder);
  }
  return new Map();
}

async function manifestOf(
  folder: string,
): Promise<{ run_id: string; artifacts_path?: string; artifacts_error?: string }[]> {
  return JSON.parse(await readExport(folder, "artifacts_manifest.json"));
}

for (const version of ["3.17.2", "2.22.5", "1.24.0"] as const) {
  Deno.test(`--download-artifacts on ${version} fetches every file, whatever its name, and a run without any is no error`, async () => {
    await using world = await download(version);
    const { ours, server, runIds } = world;
    assert.equal(ours.exitCode, 0, ours.said);
    for (const runId of runIds) {
      const files = await readTree(join(ours.folder, "artifacts", runId)).catch(() => new Map<string, string>());
      const expected = await stored(server, runId);
      for (const [path, content] of expected) assert.ok(files.get(path) === content, `${path} of ${runId} differs`);
      if (version !== "3.17.2") assert.deepEqual([...files.keys()], [...expected.keys()]);
    }
    assert.equal((await stored(server, runIds[0] as string)).size, artifactNames.length);
    const runOrder = (await readLines(ours.folder, "runs.json")).map((line) => JSON.parse(line).run_id as string);
    assert.deepEqual(
      await manifestOf(ours.folder),
      runOrder.map((runId) => ({ run_id: runId, artifacts_path: join(ours.folder, "artifacts", runId) })),
    );
    if (version === "3.17.2") await assertLoggedModels(world);
    if (version !== "1.24.0") await assertAllThatTheReferenceHas(world);
    if (version !== "1.24.0") await assertSameBelowPrefix(world, version);
    await assertOneBadNameIsNotTheEnd(world);
  });
}

/** The model files of a run lie in folders of the run named for the model: the reference leaves them on the server. */
async function assertLoggedModels({ ours, server }: Downloaded): Promise<void> {
  const onDisk = [...await readTree(join(server.folder, "artifacts"))].filter(([path]) => path.includes("/models/"));
  assert.equal(onDisk.length, 6);
  const fetched = [...await readTree(join(ours.folder, "artifacts"))];
  for (const [path, content] of onDisk) {
    const file = path.split("/artifacts/")[1] ?? "";
    const found = fetched.filter(([, bytes]) => bytes === content).map(([ours]) => ours.replace(/^[0-9a-f]{32}\//, ""));
    assert.equal(found.length, 1, path);
    assert.match(found[0] ?? "", /^classifier(-m-[0-9a-f]+)?\//);
    assert.ok(found[0]?.endsWith(`/${file}`), `${path} became ${found}`);
  }
}

/** Its retries are off: on 2.x it would spend four minutes of them on each run without artifacts. */
async function assertAllThatTheReferenceHas({ ours, server, baseDir }: Downloaded): Promise<void> {
  const reference = await runReference({
    trackingUrl: server.url,
    baseDir: join(baseDir, "reference"),
    args: exportOnly,
    env: { MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0" },
  });
  assert.equal(reference.exitCode, 0, reference.said);
  const files = await readTree(join(ours.folder, "artifacts"));
  const theirs = await readTree(join(reference.folder, "artifacts"));
  assert.ok(theirs.size > 1);
  for (const [path, content] of theirs) assert.ok(files.get(path) === content, path);
  const manifest = await manifestOf(ours.folder);
  const theirManifest = await manifestOf(reference.folder);
  assert.deepEqual(manifest.map((entry) => entry.run_id), theirManifest.map((entry) => entry.run_id));
  // The fault: a run without artifacts.
  assert.ok(theirManifest.some((entry) => entry.artifacts_error !== undefined));
  for (const [index, entry] of theirManifest.entries()) {
    if (entry.artifacts_path === undefined) continue;
    assert.equal(manifest[index]?.artifacts_path, entry.artifacts_path.replace(reference.folder, ours.folder));
  }
}

/** The same data served below /ml gives the same export. */
async function assertSameBelowPrefix({ ours, server, baseDir }: Downloaded, version: MlflowVersion): Promise<void> {
  await using below = await startRealMlflow(version, { dataOf: server, staticPrefix: "/ml" });
  const again = await runOurs({ trackingUrl: below.url, baseDir: join(baseDir, "prefixed"), args: exportOnly });
  assert.equal(again.exitCode, 0, again.said);
  assert.deepEqual(await readTree(join(again.folder, "artifacts")), await readTree(join(ours.folder, "artifacts")));
  for (const name of ["runs.json", "experiment_summary.json", "models.json", "runs.csv"]) {
    assert.equal(await readExport(again.folder, name), await readExport(ours.folder, name), name);
  }
}

/** No release sends a file with a newline in its name: it is recorded, the run's others come, the export goes on. */
async function assertOneBadNameIsNotTheEnd({ server, runIds, baseDir }: Downloaded): Promise<void> {
  const runId = runIds[1] as string;
  const [experiment] = (await Array.fromAsync(Deno.readDir(join(server.folder, "artifacts"))))
    .filter((entry) =>
      [...Deno.readDirSync(join(server.folder, "artifacts", entry.name))].some((run) => run.name === runId)
    );
  await Deno.writeTextFile(
    join(server.folder, "artifacts", experiment?.name ?? "", runId, "artifacts", "new\nline.txt"),
    "x",
  );
  const ours = await runOurs({ trackingUrl: server.url, baseDir: join(baseDir, "bad name"), args: exportOnly });
  assert.equal(ours.exitCode, 3, ours.said);
  const entry = (await manifestOf(ours.folder)).find((entry) => entry.run_id === runId);
  assert.match(entry?.artifacts_error ?? "", /line\.txt/);
  const files = await readTree(join(ours.folder, "artifacts"));
  assert.ok(files.has(`${runId}/one.txt`));
  assert.ok([...files.keys()].filter((path) => path.startsWith(runIds[0] as string)).length >= artifactNames.length);
}
