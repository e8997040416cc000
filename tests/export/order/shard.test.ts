import assert from "node:assert/strict";
import { shardOf } from "../../../lib/export/order/shard.ts";
import type { Experiment } from "../../../lib/source/mod.ts";
import { experiment } from "../../source/fake_source.ts";

Deno.test("shardOf() gives every experiment to one shard, and the shards about the same work", () => {
  const experiments = Array.from({ length: 40 }, (_, i) => experiment(String(i)));
  const runCounts = new Map(experiments.map(({ id }, i) => [id, i === 7 ? 1000 : 2 ** (i % 8)]));
  const shards = [1, 2, 3, 4].map((index) => shardOf(experiments, { shard: { index, count: 4 }, runCounts }));
  assert.deepEqual(shards.flat().map(({ id }) => id).sort(), experiments.map(({ id }) => id).sort());
  const loads = shards.map((shard) => shard.reduce((sum, { id }) => sum + (runCounts.get(id) ?? 0), 0));
  const rest = loads.filter((load) => load < 1000);
  assert.equal(rest.length, 3, "the giant has a shard of its own");
  assert.ok(Math.max(...rest) < 1.2 * Math.min(...rest), loads.join());
});

Deno.test("shardOf() comes to the same answer whatever order the experiments are listed in: of equals the smaller id goes first", () => {
  const ids = ["7", "10", "9", "8", "11", "1"];
  const runCounts = new Map(ids.map((id) => [id, 4]));
  const idsOf = (experiments: readonly Experiment[], index: number): string[] =>
    shardOf(experiments, { shard: { index, count: 3 }, runCounts }).map(({ id }) => id).sort();
  const listed = ids.map((id) => experiment(id));
  // By id as text: 1, 10, 11, 7, 8, 9.
  const expected = [["1", "7"], ["10", "8"], ["11", "9"]];
  for (const order of [listed, listed.toReversed(), [...listed.slice(3), ...listed.slice(0, 3)]]) {
    assert.deepEqual([1, 2, 3].map((index) => idsOf(order, index)), expected);
  }
});

Deno.test("shardOf() keeps the order given", () => {
  const experiments = ["3", "1", "2"].map((id) => experiment(id));
  const one = shardOf(experiments, { shard: { index: 1, count: 1 }, runCounts: new Map([["2", 9]]) });
  assert.deepEqual(one.map(({ id }) => id), ["3", "1", "2"]);
});
