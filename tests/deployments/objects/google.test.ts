import { startFakeGcs } from "../../live/parts/objects/google.ts";
import { assertFetches, assertGoesOn, withFilled } from "./like_client.ts";

Deno.test("artifacts in gs:// come straight from fake-gcs-server, as MLflow's own client fetches them", async () => {
  await using objects = await startFakeGcs();
  await withFilled(objects, { many: 1100 }, async (filled) => {
    await assertFetches(objects, filled);
    await assertGoesOn(objects, filled);
  });
});
