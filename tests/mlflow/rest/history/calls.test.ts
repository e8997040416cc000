import assert from "node:assert/strict";
import { RefusedError, UnreachableError } from "../../../../lib/errors.ts";
import { generateWorld } from "../../../../sandbox/world/generator.ts";
import { REFUSALS, startGateway } from "../gateway.ts";
import { readWhole, sourceFor, startSource, type WholeRecord } from "../sandbox_source.ts";
import { BadReplyError, errorOfReply } from "../../../../lib/http/failure/errors.ts";
import { fakeClient, FakeHistories, type FakeRuns, readAll, runId, series } from "./fake_histories.ts";

function pointsOf(records: readonly WholeRecord[]): unknown {
  return records.map(({ run, points }) => [run.id, [...points].map(([key, history]) => [key, [...history as []]])]);
}

for (const [name, refuse] of Object.entries(REFUSALS)) {
  Deno.test(`HistoryCalls reads histories one by one behind a gateway that answers ${name} to bulk, and asks no more for that`, async () => {
    const world = generateWorld({ experiments: 1, runs: 12, metrics: 3, points: 4 });
    await using started = await startSource({ world });
    await using gateway = startGateway(started.server.url, refuse);
    const { source } = await sourceFor(gateway.url);
    assert.deepEqual(pointsOf(await readWhole(source)), pointsOf(await readWhole(started.source)));
    const asked = gateway.refused.filter((path) => path.endsWith("get-history-bulk")).length;
    // The calls for all metrics are on their way before the first is refused; a 403 may be one run's, which is looked for.
    assert.ok(asked > 0 && asked <= (name === "403" ? 18 : 3), `${asked}`);
    await source.close();
  });
}

Deno.test("HistoryCalls ends all where get-history does not take the login either", async () => {
  await using started = await startSource({
    world: generateWorld({ experiments: 1, runs: 2, metrics: 1, points: 1 }),
    faults: [{ match: ({ path }) => path.includes("get-history"), action: { kind: "status", status: 401 } }],
  });
  await assert.rejects(readWhole(started.source), (error) => error instanceof RefusedError && error.isForAll);
});

const info = { service: "MLflow", method: "GET", url: "http://fake/" };
const crash = errorOfReply({ ...info, status: 500, body: "<html>Internal Server Error</html>" });

type Kind = "bulk" | "single" | "control";

/** Runs of one metric each, of so many points. */
function runsOf(...lengths: readonly number[]): FakeRuns {
  return new Map(lengths.map((length, index) => [runId(index), new Map([["a", series(length)]])]));
}

/** Reads all histories from a server that fails as the test says; the control is the simplest call. */
async function read(
  runs: FakeRuns,
  { failureOf, maxRows }: { readonly failureOf: (kind: Kind, path: string) => unknown; readonly maxRows?: number },
): Promise<{ readonly points: unknown[]; readonly kinds: Kind[] }> {
  const http = new FakeHistories(runs, { pageRows: 10 });
  const json = http.json.bind(http);
  const kinds: Kind[] = [];
  http.json = (request) => {
    const kind = request.path.includes("-bulk") ? "bulk" : request.path.includes("get-history") ? "single" : "control";
    kinds.push(kind);
    const failure = failureOf(kind, request.path);
    if (failure !== undefined) return Promise.reject(failure);
    return kind === "control" ? Promise.resolve({}) : json(request);
  };
  const all = await readAll(runs, { client: fakeClient(http), maxRows, concurrency: 1 });
  return { points: all.map(({ points }) => points["a"]), kinds };
}

Deno.test("HistoryCalls asks one by one where something else than MLflow answers the bulk call, or gives it up", async () => {
  const failures = [
    new BadReplyError(info, { reason: "html", detail: "a web page" }),
    errorOfReply({ ...info, status: 504, body: "" }),
    errorOfReply({ ...info, status: 500, body: '{"error_code": "INTERNAL_ERROR", "message": "damaged"}' }),
  ];
  for (const failure of failures) {
    const runs = runsOf(2, 3);
    const { points } = await read(runs, { failureOf: (kind) => kind === "bulk" ? failure : undefined });
    assert.deepEqual(points, [series(2), series(3)]);
  }
});

Deno.test("HistoryCalls puts a failure in the place of one history where the server is well", async () => {
  const failureOf = (kind: Kind, path: string): unknown =>
    kind === "bulk" || kind === "single" && path.includes(runId(1)) ? crash : undefined;
  const { points, kinds } = await read(runsOf(2, 3, 4), { failureOf });
  assert.deepEqual(points, [series(2), { error: crash.message, status: 500 }, series(4)]);
  assert.equal(kinds.filter((kind) => kind === "control").length, 1);
});

Deno.test("HistoryCalls ends everything where the server fails at its simplest call as well", async () => {
  await assert.rejects(read(runsOf(2, 3), { failureOf: () => crash }), UnreachableError);
});

Deno.test("SingleHistories asks whose failure it is where a long history breaks on its way", async () => {
  const isLater = (path: string): boolean => path.includes("page_token");
  const broken = async (isWell: boolean): Promise<readonly unknown[]> => {
    const failureOf = (kind: Kind, path: string): unknown =>
      kind === "single" && isLater(path) || kind === "control" && !isWell ? crash : undefined;
    return (await read(runsOf(40), { maxRows: 10, failureOf })).points;
  };
  assert.deepEqual(await broken(true), [{ error: crash.message }]);
  assert.deepEqual(await broken(false), [{ error: `MLflow fails at its simplest call as well: ${crash.message}` }]);
});
