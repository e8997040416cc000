import assert from "node:assert/strict";
import { startDemoKiroframe } from "../../../sandbox/demo/kiroframe.ts";

Deno.test("startDemoKiroframe() checks address, token and every key of a row", async () => {
  const demo = await startDemoKiroframe({ latencyMs: 0 });
  try {
    const post = async (body: unknown, { path = "/arcee/v2/import", token = demo.token } = {}): Promise<number> => {
      const headers = { "content-type": "application/json", "x-api-key": token };
      const reply = await fetch(demo.url + path, { method: "POST", headers, body: JSON.stringify(body) });
      await reply.body?.cancel();
      return reply.status;
    };
    const models = { import_source: "mlflow", import_source_id: "x", import_type: 3, owner_id: null, line: [] };
    assert.equal(await post(models), 200);
    assert.equal(await post({ ...models, odd: 1 }), 422);
    assert.equal(await post(models, { token: "other" }), 401);
    assert.equal(await post(models, { path: "/" }), 404);
  } finally {
    await demo.close();
  }
});
