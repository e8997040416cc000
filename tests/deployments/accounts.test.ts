/**
 * MLflow with basic-auth and an account that may not read everything: MLflow's client, as that account, is the judge, and the log counts.
 */
import assert from "node:assert/strict";
import { assertSameAsClient, clientView, restrictAccount, seedByClient } from "../live/parts/client.ts";
import { readExport } from "../live/parts/folders.ts";
import { runOurs } from "../live/parts/programs.ts";
import { startRealMlflow } from "../live/parts/servers.ts";
import { venvPython } from "../live/parts/venvs.ts";

const ADMIN = { username: "admin", password: "the admin's own 1" };
const GUEST = { username: "guest", password: "a guest's own 123" };
const HIDDEN = { experiment: 'zweites, "größeres" 学习', model: "classifier" };

function loginOf({ username, password }: typeof ADMIN): Readonly<Record<string, string>> {
  return { MLFLOW_TRACKING_USERNAME: username, MLFLOW_TRACKING_PASSWORD: password };
}

for (const version of ["3.17.2", "2.22.5"] as const) {
  Deno.test(`a restricted account of ${version} gets what its client sees, and hears how much is missing`, async () => {
    await using stack = new AsyncDisposableStack();
    const server = stack.use(await startRealMlflow(version, { auth: ADMIN, workers: 1 }));
    const baseDir = await Deno.makeTempDir({ prefix: "exports-" });
    stack.defer(() => Deno.remove(baseDir, { recursive: true }));
    const python = await venvPython(version === "2.22.5" ? "mlflow-2.22.5-auth" : "mlflow-3.17.2");
    const asAdmin = { python, trackingUrl: server.url, env: loginOf(ADMIN) };
    await seedByClient({ ...asAdmin, runs: 4 });
    await restrictAccount(asAdmin, { ...GUEST, ...HIDDEN });
    const view = await clientView({ ...asAdmin, env: loginOf(GUEST), withFiles: true });
    assert.equal(view.length, 3, "the client is restricted too");
    const ours = await runOurs({
      trackingUrl: server.url,
      baseDir,
      args: ["--download-artifacts", "--no-import-to-kiroframe"],
      env: loginOf(GUEST),
    });
    assert.equal(ours.exitCode, 0, ours.said);
    await assertSameAsClient(ours.folder, view);
    assert.deepEqual(JSON.parse(await readExport(ours.folder, "models.json")), []);
    assert.match(
      ours.said,
      /WARNING: This MLflow account is not an admin's: .*\. Denied to it by name: 1 experiment, 1 registered model\. Of the 4 experiments numbered up to 3 it sees 3: it may not read the other 1/,
    );
  });
}
