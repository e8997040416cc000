import assert from "node:assert/strict";
import { shardOf } from "../../lib/export/shard.ts";
import { experiment } from "../source/fake_source.ts";

Deno.test("shardOf() comes to the same parts whatever order a server lists equal experiments in", () => {
  const ids = ["2", "10", "1", "7", "30", "4"];
  const runCounts = new Map(ids.map((id) => [id, 8]));
  const parts = (listed: readonly string[], index: number): string[] =>
    shardOf(listed.map((id) => experiment(id)), { shard: { index, count: 4 }, runCounts }).map(({ id }) => id).sort();
  for (const index of [1, 2, 3, 4]) assert.deepEqual(parts(ids.toReversed(), index), parts(ids, index), `${index}/4`);
  // By text, as long as that is the same for all machines.
  assert.deepEqual(parts(ids, 1), ["1", "4"]);
});
