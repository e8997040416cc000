import { startMoto, startVersity } from "../../live/parts/objects/s3.ts";
import { assertFetches, assertGoesOn, withFilled } from "./like_client.ts";

for (const start of [startVersity, startMoto]) {
  Deno.test(`artifacts in s3:// come straight from ${start.name.slice(5)}, as MLflow's own client fetches them`, async () => {
    await using objects = await start();
    // More than a page of a listing has, where that does not take minutes.
    await withFilled(objects, { many: objects.name === "versitygw" ? 1100 : 20 }, async (filled) => {
      await assertFetches(objects, filled);
      await assertGoesOn(objects, filled);
    });
  });
}
