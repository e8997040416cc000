import assert from "node:assert/strict";
import type { MlflowClient } from "../../../../lib/mlflow/rest/endpoints/client.ts";
import { countRuns } from "../../../../lib/mlflow/rest/listing/counts.ts";
import { offsetOfToken, tokenOfOffset } from "../../../../lib/mlflow/rest/paging/page_order.ts";
import { experiment } from "../../../source/fake_source.ts";

/** A server whose experiments have as many runs as their ids say. */
function serverOf(tokenOf: (offset: number) => string | undefined = tokenOfOffset): MlflowClient {
  const runs = (
    { experimentIds: [id], token }: { experimentIds: readonly string[]; token?: string },
  ): Promise<unknown> => {
    const offset = token === undefined ? 0 : offsetOfToken(token) ?? 0;
    const left = Number(id) - offset;
    return Promise.resolve({ items: left > 0 ? [{}] : [], token: left > 1 ? tokenOf(offset + 1) : undefined });
  };
  return { runs } as unknown as MlflowClient;
}

async function count(client: MlflowClient, most: number): Promise<number[]> {
  const experiments = Array.from({ length: most + 1 }, (_, runs) => experiment(`${runs}`));
  const counts = await countRuns(client, { experiments, filter: "", includeDeleted: false, concurrency: 2 });
  return experiments.map(({ id }) => counts.get(id)!);
}

Deno.test("countRuns() gives the power of two at or below each count", async () => {
  assert.deepEqual(await count(serverOf(), 17), [0, 1, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 8, 8, 8, 8, 16, 16]);
});

Deno.test("countRuns() gives 1 for whatever has runs where page tokens are no places", async () => {
  assert.deepEqual(await count(serverOf(() => "opaque"), 3), [0, 1, 1, 1]);
});
