import assert from "node:assert/strict";
import { TimedClient } from "../../../../lib/mlflow/rest/foresight/timed.ts";
import { MlflowClient } from "../../../../lib/mlflow/rest/endpoints/client.ts";
import { Dialect } from "../../../../lib/mlflow/rest/endpoints/dialect.ts";
import type { BulkReply } from "../../../../lib/mlflow/rest/endpoints/points.ts";
import { FakeHistories } from "../history/fake_histories.ts";

const DIALECT = { version: "3.17.2", prefix: "", apiPath: "/api/2.0/mlflow", isOld: false };

/** A client that answers calls one after another, each with so many points after so many milliseconds. */
async function shareOf(calls: readonly (readonly [points: number, ms: number])[]): Promise<number> {
  const client = new TimedClient(new FakeHistories(new Map()), new Dialect(DIALECT));
  const original = MlflowClient.prototype.bulkHistory;
  try {
    for (const [rows, ms] of calls) {
      MlflowClient.prototype.bulkHistory = (): Promise<BulkReply> =>
        new Promise((resolve) => setTimeout(() => resolve({ rows, lastRunId: "a", byRun: new Map() }), ms));
      await client.bulkHistory("m", { runIds: ["a"] });
    }
    assert.equal(client.answered, calls.length);
    assert.equal(client.points, calls.reduce((sum, [points]) => sum + points, 0));
    return client.callShare;
  } finally {
    MlflowClient.prototype.bulkHistory = original;
  }
}

Deno.test("TimedClient tells whether calls or their points take the time", async () => {
  assert.ok(await shareOf([[10, 60], [1_000, 60], [10_000, 60]]) > 0.8);
  assert.ok(await shareOf([[100, 5], [4_000, 80], [10_000, 200]]) < 0.3);
  // Nothing tells the one from the other.
  assert.equal(await shareOf([[100, 5], [100, 80]]), 0.5);
});
