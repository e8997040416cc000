import assert from "node:assert/strict";
import { AppError, UnreachableError } from "../../../../lib/errors.ts";
import { offsetOfToken, tokenOfOffset } from "../../../../lib/mlflow/rest/paging/page_order.ts";
import { RunSearch } from "../../../../lib/mlflow/rest/listing/search.ts";
import { streamRuns } from "../../../../lib/mlflow/rest/listing/stream.ts";
import type { Experiment } from "../../../../lib/source/mod.ts";
import { silentLogger } from "../../../../lib/logger.ts";
import { fakeClient, FakeHistories } from "../history/fake_histories.ts";

interface Fake {
  readonly search: RunSearch;
  readonly asked: string[];
  /** Runs that were given. */
  given: number;
  peak: number;
}

/** Experiments with a number of runs each; earlier ones answer later. */
function fakeOf(counts: readonly number[], pageSize = 100, delayMs = 1): Fake {
  const http = new FakeHistories(new Map());
  let active = 0;
  const fake: Fake = {
    search: new RunSearch(fakeClient(http), {
      filter: "",
      includeDeleted: false,
      pageSize,
      logger: silentLogger,
      signal: new AbortController().signal,
    }),
    asked: [],
    given: 0,
    peak: 0,
  };
  http.json = async (request) => {
    const { experiment_ids: ids, page_token: token, max_results: size } = JSON.parse(String(request.body));
    fake.asked.push(ids.join(" "));
    fake.peak = Math.max(fake.peak, ++active);
    await new Promise((go) => setTimeout(go, delayMs * (3 - Number(ids[0]) % 3)));
    active--;
    request.signal?.throwIfAborted();
    const offset = offsetOfToken(token ?? "") ?? 0;
    const all = (ids as string[]).flatMap((id) => {
      const count = counts[Number(id)] ?? 0;
      return Array.from({ length: count }, (_, run) => ({
        info: { run_id: `${id}-${run}`, experiment_id: id, start_time: count - run },
      }));
    }).sort((a, b) => b.info.start_time - a.info.start_time);
    const runs = all.slice(offset, offset + size);
    fake.given += runs.length;
    return { runs, ...(offset + size < all.length && { next_page_token: tokenOfOffset(offset + size) }) };
  };
  return fake;
}

function experimentsOf(counts: readonly number[]): Experiment[] {
  return counts.map((_, id) => ({
    id: `${id}`,
    name: "",
    artifactLocation: "",
    lifecycleStage: "active",
    tags: new Map(),
  }));
}

Deno.test("streamRuns() lists many small experiments together, and gives their runs in order", async () => {
  const counts = Array.from({ length: 60 }, (_, index) => index % 3);
  const { search, asked, ...fake } = fakeOf(counts, 1_000);
  const found = await Array.fromAsync(streamRuns(experimentsOf(counts), { search, concurrency: 5 }));
  assert.deepEqual(
    found.map(({ experiment, run }) => [experiment.id, run.id]),
    counts.flatMap((count, id) => Array.from({ length: count }, (_, run) => [`${id}`, `${id}-${run}`])),
  );
  assert.ok(asked.length <= 8, `${asked.length} calls`);
  assert.ok(fake.peak <= 5);
});

Deno.test("streamRuns() needs few calls for three thousand experiments of one run, and no more for one that is large", async () => {
  const small = Array.from({ length: 3_005 }, () => 1);
  const { search, asked } = fakeOf(small, 1_000, 0);
  assert.equal((await Array.fromAsync(streamRuns(experimentsOf(small), { search, concurrency: 8 }))).length, 3_005);
  assert.ok(asked.length <= 45, `${asked.length} calls`);
  const large = fakeOf([2_000], 1_000, 0);
  await Array.fromAsync(streamRuns(experimentsOf([2_000]), { search: large.search, concurrency: 8 }));
  assert.ok(large.asked.length <= 4, `${large.asked.length} calls`);
});

Deno.test("streamRuns() gives the same whatever the sizes, where experiments that were searched together do not fit", async () => {
  for (let seed = 1; seed <= 30; seed++) {
    // Mostly small, with large ones where small ones are expected.
    const counts = Array.from(
      { length: 120 },
      (_, id) => (id * id * seed) % 37 === 0 ? (seed * 97) % 1_400 : (id * seed) % 4,
    );
    const { search } = fakeOf(counts, [20, 100, 1_000][seed % 3], 0);
    const found = await Array.fromAsync(streamRuns(experimentsOf(counts), { search, concurrency: 1 + seed % 8 }));
    assert.deepEqual(
      found.map(({ experiment, run }) => `${experiment.id}: ${run.id}`),
      counts.flatMap((count, id) => Array.from({ length: count }, (_, run) => `${id}: ${id}-${run}`)),
    );
  }
});

Deno.test("streamRuns() lists nothing in vain where pages are small", async () => {
  const counts = Array.from({ length: 60 }, (_, id) => id % 20 === 19 ? 59 : 2);
  const fake = fakeOf(counts, 60, 0);
  const found = await Array.fromAsync(streamRuns(experimentsOf(counts), { search: fake.search, concurrency: 8 }));
  assert.equal(fake.given, found.length);
});

Deno.test("streamRuns() finds the one experiment that cannot be listed among many that were searched together", async () => {
  const counts = Array.from({ length: 200 }, () => 1);
  const fake = fakeOf(counts, 1_000, 0);
  const failure = new AppError("damaged");
  const [page, together] = [fake.search.page.bind(fake.search), fake.search.together.bind(fake.search)];
  fake.search.page = (id, query) => id === "77" ? Promise.reject(failure) : page(id, query);
  fake.search.together = (ids, query) => ids.includes("77") ? Promise.resolve(null) : together(ids, query);
  const failed: string[] = [];
  const onFailure = ({ id }: Experiment, error: unknown): void => void failed.push(`${id} ${error === failure}`);
  const stream = streamRuns(experimentsOf(counts), { search: fake.search, concurrency: 4, onFailure });
  assert.equal((await Array.fromAsync(stream)).length, 199);
  assert.deepEqual(failed, ["77 true"]);
  assert.ok(fake.asked.length < 40, `${fake.asked.length} calls`);
});

Deno.test("streamRuns() does not run far ahead of its reader where experiments are large", async () => {
  const counts = Array.from({ length: 40 }, () => 2_000);
  const fake = fakeOf(counts, 1_000);
  let taken = 0;
  for await (const _run of streamRuns(experimentsOf(counts), { search: fake.search, concurrency: 20 })) {
    if (++taken === 2_001) break;
  }
  assert.ok(fake.given - taken <= 7_000, `${fake.given} runs were given when ${taken} had been taken`);
});

Deno.test("streamRuns() lists one large experiment by four calls at once", async () => {
  const fake = fakeOf([3_000], 100, 10);
  const found = await Array.fromAsync(streamRuns(experimentsOf([3_000]), { search: fake.search, concurrency: 8 }));
  assert.equal(found.length, 3_000);
  assert.equal(fake.peak, 4);
});

Deno.test("streamRuns() rejects when its turn comes with what an experiment failed with", async () => {
  const failure = new Error("No");
  const fake = fakeOf([1, 1, 1]);
  const page = fake.search.page.bind(fake.search);
  fake.search.page = (id, query) => id === "1" ? Promise.reject(failure) : page(id, query);
  const found: string[] = [];
  await assert.rejects(async () => {
    for await (const { run } of streamRuns(experimentsOf([1, 1, 1]), { search: fake.search, concurrency: 3 })) {
      found.push(run.id);
    }
  }, (error) => error === failure);
  assert.deepEqual(found, ["0-0"]);
});

Deno.test("streamRuns() tells an experiment that cannot be listed, after its own first runs and before the next one's", async () => {
  const failure = new AppError("damaged");
  const fake = fakeOf([300, 400, 300]);
  const page = fake.search.page.bind(fake.search);
  fake.search.page = (id, query) => id === "1" && query.token !== undefined ? Promise.reject(failure) : page(id, query);
  const seen: string[] = [];
  const stream = streamRuns(experimentsOf([300, 400, 300]), {
    search: fake.search,
    concurrency: 3,
    onFailure: (experiment, error) => seen.push(`failed ${experiment.id} ${error === failure}`),
  });
  for await (const { experiment } of stream) if (seen.at(-1) !== experiment.id) seen.push(experiment.id);
  assert.deepEqual(seen, ["0", "1", "failed 1 true", "2"]);
});

Deno.test("streamRuns() rejects with what is everybody's, whoever hears of failures", async () => {
  const fake = fakeOf([1, 1]);
  const gone = new UnreachableError("gone");
  fake.search.page = () => Promise.reject(gone);
  const told: unknown[] = [];
  const onFailure = (_: Experiment, error: unknown): void => void told.push(error);
  const stream = streamRuns(experimentsOf([1, 1]), { search: fake.search, concurrency: 2, onFailure });
  await assert.rejects(Array.fromAsync(stream), (error) => error === gone);
  assert.deepEqual(told, []);
});
