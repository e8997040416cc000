import assert from "node:assert/strict";
import { startAzurite } from "../../live/parts/objects/azure.ts";
import {
  assertFetches,
  assertGoesOn,
  assertLikeClient,
  assertNoSecrets,
  runScript,
  withFilled,
} from "./like_client.ts";

Deno.test("artifacts in wasbs:// come straight from azurite, as MLflow's own client fetches them, and those of a lake", async () => {
  await using objects = await startAzurite();
  await withFilled(objects, { many: 300 }, async (filled) => {
    await assertFetches(objects, filled);
    await assertGoesOn(objects, filled);

    // A lake's, by the key and by a signature; of a path that is told percent-encoded.
    const root = objects.root.replace(/^wasbs(.*)\.blob\.(.*)\/deep$/, "abfss$1.dfs.$2/lake%20of%20runs");
    const env = objects.envAt(objects.url);
    const { runId, signature } = await runScript<{ readonly runId: string; readonly signature: string }>(
      "lake_run.py",
      [filled.server.url, root, filled.client],
      env,
    );
    const args = ["--experiment", "lake", "--log-level", "DEBUG"];
    const byKey = await filled.run("lake", { env, args });
    assert.equal(byKey.exitCode, 0, byKey.said);
    await assertLikeClient(byKey.folder, filled.client, [runId]);
    await assertNoSecrets(byKey, objects.secrets);
    const connection = env["AZURE_STORAGE_CONNECTION_STRING"]?.replace(
      /AccountKey=[^;]+/,
      `SharedAccessSignature=${signature}`,
    );
    const bySignature = await filled.run("signature", {
      env: { AZURE_STORAGE_CONNECTION_STRING: connection ?? "" },
      args,
    });
    assert.equal(bySignature.exitCode, 0, bySignature.said);
    await assertLikeClient(bySignature.folder, filled.client, [runId]);
    await assertNoSecrets(bySignature, [signature, new URLSearchParams(signature).get("sig") ?? ""]);
  });
});
