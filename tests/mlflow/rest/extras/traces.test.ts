import assert from "node:assert/strict";
import { World } from "../../../../sandbox/world/mod.ts";
import type { CountedExtra } from "../../../../lib/source/mod.ts";
import { experiment } from "../../../source/fake_source.ts";
import { startSource } from "../sandbox_source.ts";

/** Traces of experiment 1, of which many have the same time. */
function traces(count: number): World {
  const world = new World();
  for (let number = 0; number < count; number++) {
    world.traces.push({
      id: `tr-${String(number).padStart(6, "0")}`,
      experimentId: "1",
      timestampMs: 1_700_000_000_000 + Math.floor(number / 7),
      durationMs: number,
      tags: new Map([["n", `${number}`]]),
      assessments: number === 3 ? [{ assessment_name: "quality", feedback: { value: 0.5 } }] : [],
      spans: number === 4 ? undefined : [{ name: `span ${number}` }],
    });
  }
  return world;
}

Deno.test("traces() gives every trace once, newest first, page by page", async () => {
  await using started = await startSource({ world: traces(1_234) });
  const read = started.source.extras?.traces;
  assert.ok(read !== undefined);
  const found = await Array.fromAsync(read(experiment("1"), { withSpans: false }));
  assert.equal(new Set(found.map(({ id }) => id)).size, 1_234);
  assert.equal(found.length, 1_234);
  assert.ok(
    found.every(({ requestTime }, index) => index === 0 || requestTime <= (found[index - 1]?.requestTime ?? 0)),
  );
  const third = found.find(({ id }) => id === "tr-000003");
  assert.deepEqual([third?.durationMs, third?.state, [...third?.tags ?? []]], [3, "OK", [["n", "3"]]]);
  assert.deepEqual(third?.assessments, [{ assessment_name: "quality", feedback: { value: 0.5 } }]);
  assert.equal(third?.spans, undefined);
  assert.equal(started.server.requests.filter(({ path }) => path.endsWith("traces/search")).length, 3);
  assert.deepEqual(await Array.fromAsync(read(experiment("2"), { withSpans: false })), []);
});

Deno.test("traces() brings the spans along, and says of which trace they are lost", async () => {
  await using started = await startSource({ world: traces(9) });
  const found = await Array.fromAsync(
    started.source.extras?.traces?.(experiment("1"), { withSpans: true }) ?? [],
    ({ id, spans }) => [id, spans] as const,
  );
  const spans = new Map(found);
  assert.deepEqual(spans.get("tr-000008"), [{ name: "span 8" }]);
  assert.match((spans.get("tr-000004") as { readonly error: string }).error, /^RESOURCE_DOES_NOT_EXIST: /);
});

Deno.test("count() finds the number of traces without reading them", async () => {
  for (const count of [0, 1, 2, 3, 500, 501, 1_234]) {
    await using started = await startSource({ world: traces(count) });
    assert.equal(await started.source.extras?.count?.("traces", [experiment("1"), experiment("2")]), count);
    assert.ok(started.server.requests.length <= 30, `${started.server.requests.length} calls`);
  }
});

Deno.test("count() tells nothing where an endpoint is closed to this account, and none where a release has none", async () => {
  await using started = await startSource({ world: traces(3) });
  const { count } = started.source.extras ?? {};
  assert.ok(count !== undefined);
  const kinds: CountedExtra[] = ["traces", "evaluation_datasets", "scorers", "webhooks"];
  const counts = (): Promise<(number | null)[]> => Promise.all(kinds.map((kind) => count(kind, [experiment("1")])));
  assert.deepEqual(await counts(), [3, 0, 0, 0]);
  const answer = (status: number, body: string): void =>
    started.server.setFaults(
      ["traces/search", "mlflow/traces", "datasets/search", "scorers/list", "webhooks"].map((end) => ({
        match: ({ path }) => path.endsWith(end),
        action: { kind: "status", status, body },
      })),
    );
  answer(403, "Permission denied");
  assert.deepEqual(await counts(), [null, null, null, null]);
  answer(404, "<!doctype html>\n<title>404 Not Found</title>");
  assert.deepEqual(await counts(), [0, 0, 0, 0]);
  answer(500, '{"error_code": "FEATURE_DISABLED", "message": "search_datasets is not supported with FileStore."}');
  assert.deepEqual(await counts(), [0, 0, 0, 0]);
});

Deno.test("count() asks for no scorers of a deleted experiment, which MLflow refuses to tell", async () => {
  await using started = await startSource({ world: new World() });
  const deleted = experiment("2", { lifecycleStage: "deleted" });
  assert.equal(await started.source.extras?.count?.("scorers", [experiment("1"), deleted]), 0);
  const asked = started.server.requests.filter(({ path }) => path.endsWith("scorers/list"));
  assert.equal(asked.length, 1);
});

Deno.test("count() asks for the scorers of a hundred experiments, and of more it tells nothing", async () => {
  await using started = await startSource({ world: new World() });
  const isAsked = ({ path }: { readonly path: string }): boolean => path.endsWith("scorers/list");
  const experiments = Array.from({ length: 101 }, (_, number) => experiment(`${number}`));
  assert.equal(await started.source.extras?.count?.("scorers", experiments), null);
  assert.equal(started.server.requests.filter(isAsked).length, 0);
  assert.equal(await started.source.extras?.count?.("scorers", experiments.slice(1)), 0);
  assert.equal(started.server.requests.filter(isAsked).length, 100);
});

Deno.test("count() does not insist where a server fails over what its store never has", async () => {
  await using started = await startSource({ world: new World() });
  const isAsked = ({ path }: { readonly path: string }): boolean => path.endsWith("scorers/list");
  const body = "<!doctype html>\n<title>500 Internal Server Error</title>";
  started.server.setFaults([{ match: isAsked, action: { kind: "status", status: 500, body } }]);
  await assert.rejects(async () => await started.source.extras?.count?.("scorers", [experiment("1")]), { status: 500 });
  assert.equal(started.server.requests.filter(isAsked).length, 2);
});

Deno.test("traces() and count() read the older listing of MLflow 2, spans and all, by one endpoint alone", async () => {
  await using started = await startSource({ version: "2.22.5", world: traces(1_234) });
  const { extras } = started.source;
  assert.equal(await extras?.count?.("traces", [experiment("1"), experiment("2")]), 1_234);
  const found = await Array.fromAsync(extras?.traces?.(experiment("1"), { withSpans: false }) ?? []);
  assert.equal(new Set(found.map(({ id }) => id)).size, 1_234);
  const third = found.find(({ id }) => id === "tr-000003");
  assert.deepEqual([third?.durationMs, third?.state, [...third?.tags ?? []]], [3, "OK", [["n", "3"]]]);
  assert.equal(started.server.requests.filter(({ path }) => path.endsWith("traces/search")).length, 0);
  started.server.world.traces.splice(9);
  const spans = new Map(
    await Array.fromAsync(extras?.traces?.(experiment("1"), { withSpans: true }) ?? [], (one) => [one.id, one.spans]),
  );
  assert.deepEqual(spans.get("tr-000008"), [{ name: "span 8" }]);
  assert.equal("error" in (spans.get("tr-000004") ?? {}), true);
});

Deno.test("a trace that is still going on has no spans yet, which is no failure", async () => {
  const world = traces(2);
  world.traces.push({
    ...traces(5).traces[4] as World["traces"][number],
    id: "tr-going",
    state: "IN_PROGRESS",
  });
  for (const version of ["3.17.2", "2.22.5"] as const) {
    await using started = await startSource({ version, world });
    const read = started.source.extras?.traces?.(experiment("1"), { withSpans: true }) ?? [];
    const going = (await Array.fromAsync(read)).find(({ id }) => id === "tr-going");
    assert.deepEqual([going?.state, going?.durationMs, going?.spans], ["IN_PROGRESS", null, []], version);
  }
});

Deno.test("servers older than MLflow 2.14 are asked for nothing of it, 2.22 for prompts and traces", async () => {
  for (const version of ["1.24.0", "2.22.5"] as const) {
    await using started = await startSource({ version });
    const { loggedModels, prompts, traces, count } = started.source.extras ?? {};
    assert.equal(loggedModels, undefined);
    assert.deepEqual([prompts, traces, count].map((one) => one === undefined), Array(3).fill(version === "1.24.0"));
    assert.equal(await count?.("webhooks", [experiment("1")]) ?? 0, 0);
    assert.equal(started.server.requests.filter(({ path }) => path.endsWith("webhooks")).length, 0);
  }
});

Deno.test("a server that does not tell its version is asked for what it has, and of what it lacks one call is enough", async () => {
  await using started = await startSource({
    version: "2.22.5",
    world: traces(3),
    faults: [{ match: ({ path }) => path === "/version", action: { kind: "status", status: 404, body: "" } }],
  });
  const { extras } = started.source;
  assert.equal(started.source.version, null);
  assert.deepEqual(await Array.fromAsync(extras?.loggedModels?.([experiment("1")]) ?? []), []);
  assert.equal(await extras?.count?.("traces", [experiment("1")]), 3);
  assert.equal(await extras?.count?.("webhooks", [experiment("1")]), 0);
  const asked = started.server.requests.filter(({ path }) => /traces|webhooks/.test(path)).map(({ path }) => path);
  assert.deepEqual(new Set(asked), new Set(["/api/2.0/mlflow/traces"]));
});
