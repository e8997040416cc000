import assert from "node:assert/strict";
import { World } from "../../../../sandbox/world/mod.ts";
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

Deno.test("countTraces() finds the number of traces without reading them", async () => {
  for (const count of [0, 1, 2, 3, 500, 501, 1_234]) {
    await using started = await startSource({ world: traces(count) });
    assert.equal(await started.source.extras?.countTraces?.([experiment("1"), experiment("2")]), count);
    assert.ok(started.server.requests.length <= 30, `${started.server.requests.length} calls`);
  }
});

Deno.test("countTraces() tells nothing where they are closed to this account, and none where a release has none", async () => {
  await using started = await startSource({ world: traces(3) });
  const count = (): Promise<number | null> | undefined => started.source.extras?.countTraces?.([experiment("1")]);
  assert.equal(await count(), 3);
  const answer = (status: number, body: string): void =>
    started.server.setFaults(["traces/search", "mlflow/traces"].map((end) => ({
      match: ({ path }) => path.endsWith(end),
      action: { kind: "status", status, body },
    })));
  answer(403, "Permission denied");
  assert.equal(await count(), null);
  answer(404, "<!doctype html>\n<title>404 Not Found</title>");
  assert.equal(await count(), 0);
});

Deno.test("traces() and countTraces() read the older listing of MLflow 2, spans and all, by one endpoint alone", async () => {
  await using started = await startSource({ version: "2.22.5", world: traces(1_234) });
  const { extras } = started.source;
  assert.equal(await extras?.countTraces?.([experiment("1"), experiment("2")]), 1_234);
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
    const { extras = {} } = started.source;
    const there = version === "1.24.0" ? [] : ["traces", "countTraces", "prompts"];
    assert.deepEqual(Object.entries(extras).filter(([, member]) => member !== undefined).map(([name]) => name), there);
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
  assert.equal(await extras?.countTraces?.([experiment("1")]), 3);
  assert.deepEqual(await extras?.webhooks?.(), []);
  const asked = started.server.requests.filter(({ path }) => /traces|webhooks/.test(path)).map(({ path }) => path);
  assert.deepEqual(new Set(asked), new Set(["/api/2.0/mlflow/traces"]));
});
