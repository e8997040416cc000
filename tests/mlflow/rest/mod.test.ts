import assert from "node:assert/strict";
import { silentLogger } from "../../../lib/logger.ts";
import { AppError, RefusedError, UnreachableError } from "../../../lib/errors.ts";
import { generateWorld } from "../../../sandbox/world/generator.ts";
import { startMlflowSandbox } from "../../../sandbox/mlflow/mod.ts";
import { World } from "../../../sandbox/world/mod.ts";
import { matchShare } from "../../../sandbox/faults.ts";
import type { MlflowVersion } from "../../../sandbox/mlflow/protocol/dialect.ts";
import { addressOf, readWhole, sourceFor, startSource } from "./sandbox_source.ts";

const versions: readonly MlflowVersion[] = ["3.17.2", "2.22.5", "1.24.0"];

function pointsOf(world: World, id: string): [string, unknown[]][] {
  return [...world.runs.get(id)?.metrics ?? []].map((
    [key, series],
  ) => [key, Array.from({ length: series.length }, (_, index) => series.at(index))]);
}

Deno.test("locateServer() reads every run and every point of all versions", async () => {
  for (const version of versions) {
    const world = generateWorld({ experiments: 3, runs: 130, metrics: 4, points: 7, datasets: 1 });
    await using started = await startSource({ world, version }, { runPageSize: 20 });
    const { source } = started;
    assert.equal(source.version, version === "1.24.0" ? null : version);
    const records = await readWhole(source);
    const ids = [...world.experiments.keys()].map((id) => world.runsOf(id).map((run) => run.id));
    // 2.x and later list experiments newest first, 1.x oldest first.
    assert.deepEqual(records.map(({ run }) => run.id), (version === "1.24.0" ? ids : ids.reverse()).flat());
    for (const { run, points } of records) {
      const original = world.runs.get(run.id);
      assert.deepEqual([...points], pointsOf(world, run.id));
      assert.deepEqual(run.params, original?.params);
      assert.equal(run.startTime, original?.startTime);
      assert.equal(run.datasets.length, version === "1.24.0" ? 0 : 1);
    }
  }
});

Deno.test("locateServer() asks for pages and full bulk calls, and for nothing else", async () => {
  const world = generateWorld({ experiments: 4, runs: 400, metrics: 5, points: 20 });
  await using started = await startSource({ world });
  await readWhole(started.source);
  // Version and a first call, the list of experiments ("Default" too), a page of runs each, 97 runs a bulk call.
  assert.equal(started.server.requestCount, 2 + 1 + 5 + 5 * Math.ceil(400 / 97));
});

Deno.test("locateServer() keeps NaN, infinities and steps beyond 2^53 of all versions", async () => {
  const points = [
    { step: 2n ** 62n + 1n, timestamp: 1, value: NaN },
    { step: -5, timestamp: 2, value: 1.7976931348623157e308 },
    { step: 0, timestamp: 3, value: 5e-324 },
  ];
  for (const version of versions) {
    const world = new World();
    world.addRun({ experimentId: "0", metrics: { odd: points, "ünïcode/☃ %": points } });
    await using started = await startSource({ world, version });
    const [record] = await readWhole(started.source);
    assert.deepEqual([...record?.points ?? []], [["odd", points], ["ünïcode/☃ %", points]]);
  }
});

Deno.test("locateServer() works behind a static prefix, of which 2.x knows for some endpoints only", async () => {
  for (const version of versions) {
    const world = generateWorld({ runs: 5, models: 2, files: 1 });
    await using started = await startSource({ world, version, staticPrefix: "/team/ml" });
    const { source } = started;
    assert.equal(source.version, version === "1.24.0" ? null : version);
    const [first] = await readWhole(source);
    assert.equal((await source.models()).length, 2);
    assert.ok(first !== undefined);
    const [file] = await source.artifacts(first.run);
    assert.match(await new Response((await file?.open(0))?.stream).text(), /^Run \d+, file 0\n$/);
  }
});

Deno.test("locateServer() streams a history of 60,000 points from every version", async () => {
  for (const version of versions) {
    const world = generateWorld({ runs: 1, metrics: 1, points: 60_000 });
    await using started = await startSource({ world, version });
    const [record] = await readWhole(started.source);
    assert.ok(record !== undefined);
    assert.deepEqual([...record.points], pointsOf(world, record.run.id));
  }
});

Deno.test("locateServer() leaves out what is done, and asks nothing more about it", async () => {
  const world = generateWorld({ runs: 10, metrics: 2 });
  await using started = await startSource({ world });
  const done = new Set([...world.runs.keys()].slice(0, 9));
  const records = await readWhole(started.source, { isDone: (run) => done.has(run.id) });
  assert.deepEqual(records.map(({ run }) => run.id), [...world.runs.keys()].slice(9));
  const bulk = started.server.requests.filter(({ path }) => path.includes("bulk"));
  assert.equal(bulk.length, 2);
});

Deno.test("locateServer() reads deleted experiments and runs only when asked", async () => {
  const world = new World();
  world.addRun({ experimentId: "0", name: "kept" });
  world.addRun({ experimentId: "0", name: "deleted", lifecycleStage: "deleted" });
  world.addExperiment({ id: "1", name: "gone", lifecycleStage: "deleted" });
  world.addRun({ experimentId: "1", name: "gone", lifecycleStage: "deleted" });
  await using started = await startSource({ world });
  assert.equal((await readWhole(started.source)).length, 1);
  const all = await readWhole(started.source, { includeDeleted: true, includeDeletedExperiments: true });
  assert.deepEqual(all.map(({ run }) => run.lifecycleStage).toSorted(), ["active", "deleted", "deleted"]);
});

Deno.test("locateServer() hands a filter on, and shows MLflow's own words for a wrong one", async () => {
  const world = new World();
  world.addRun({ experimentId: "0", params: [["lr", "1"]] });
  world.addRun({ experimentId: "0", params: [["lr", "2"]] });
  await using started = await startSource({ world });
  const found = await readWhole(started.source, { filter: 'params.lr = "2"' });
  assert.deepEqual(found.map(({ run }) => run.params.get("lr")), ["2"]);
  await assert.rejects(
    readWhole(started.source, { filter: "nonsense" }),
    (error) => error instanceof AppError && /filter/i.test(error.message),
  );
});

Deno.test("locateServer() makes pages smaller when the server fails over their size", async () => {
  const world = generateWorld({ runs: 300, metrics: 1 });
  const sizes: number[] = [];
  await using started = await startSource({ world }, { runPageSize: 200 });
  started.server.setFaults([{
    match: ({ path, number }) => path.endsWith("/runs/search") && number > 0 && sizes.push(number) <= 4,
    action: { kind: "status", status: 502, body: "<html>Bad Gateway</html>" },
  }]);
  assert.equal((await readWhole(started.source)).length, 300);
  assert.match(started.log.join("\n"), /could not list 200 runs in one call: asking for 100/);
});

Deno.test("locateServer() loses nothing while two of a hundred calls fail", async () => {
  const world = generateWorld({ experiments: 5, runs: 500, metrics: 3, points: 5 });
  for (const kind of ["reset", "cut", "truncate"] as const) {
    await using started = await startSource({
      world,
      faults: [{ match: matchShare(0.02, 7), action: { kind } }],
    }, { runPageSize: 20, concurrency: 4 });
    const records = await readWhole(started.source);
    assert.equal(records.length, 500);
    for (const { run, points } of records) assert.deepEqual([...points], pointsOf(world, run.id));
  }
});

Deno.test("locateServer() tells a restricted account that its export is not whole, and counts", async () => {
  const world = generateWorld({ experiments: 2, runs: 4 });
  const auth = {
    users: [
      { name: "root", password: "secret-1", isAdmin: true },
      { name: "guest", password: "secret-2", deniedExperiments: ["1"] },
    ],
  };
  await using server = await startMlflowSandbox({ world, auth });
  const { url } = server;
  const guest = (await sourceFor(url.replace("//", "//guest:secret-2@"))).source;
  assert.match(
    (await guest.warnings()).join(),
    /not an admin's.* 1 experiment, 0 registered models.*it sees 2: it may not read the other 1/,
  );
  assert.deepEqual(new Set((await readWhole(guest)).map(({ run }) => run.experimentId)), new Set(["2"]));
  const root = (await sourceFor(url.replace("//", "//root:secret-1@"))).source;
  assert.deepEqual(await root.warnings(), []);
  await assert.rejects(
    (await addressOf(url)).connect(),
    (error) => error instanceof RefusedError && /MLFLOW_TRACKING_USERNAME/.test(error.hint ?? ""),
  );
  for (const source of [guest, root]) {
    assert.doesNotMatch(source.identity.displayUrl, /secret/);
    await source.close();
  }
});

Deno.test("locateServer() computes the id of the source from the address as given", async () => {
  const ids = ["http://localhost:5000", "http://localhost:5000/", "http://user:pw@localhost:5000"].map(async (url) =>
    (await addressOf(url)).identity.sourceId
  );

  assert.deepEqual(await Promise.all(ids), ["8f54cda5ba", "8f54cda5ba", "1d3f53cbc5"]);
});

Deno.test("locateServer() says before the first contact what the login lacks", async () => {
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  await addressOf("http://ada@127.0.0.1:1", { logger });
  assert.deepEqual(warnings, ["The tracking URL has a user and no password: an empty one is sent"]);
});

Deno.test("locateServer() ends with one clear error where no server listens", async () => {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen(): void {} }, () => new Response());
  const { port } = server.addr;
  await server.shutdown();
  const address = await addressOf(`http://127.0.0.1:${port}`);
  await assert.rejects(
    address.connect(),
    (error) => error instanceof UnreachableError && /refused/.test(error.message),
  );
});
