/** The contract, held by real servers: what the sandbox is compared with. */
import type { MlflowVersion } from "../../sandbox/mlflow/protocol/dialect.ts";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { ACCOUNTS, checkAccounts } from "../contract/accounts.ts";
import { contractCases } from "../contract/cases.ts";
import { checkPrefix, PREFIX } from "../contract/prefix.ts";
import { seedContract } from "../contract/seed.ts";
import { startRealMlflow } from "./parts/servers.ts";
import { venvPython } from "./parts/venvs.ts";

for (const version of ["3.17.2", "2.22.5", "1.24.0"] satisfies MlflowVersion[]) {
  Deno.test(`MLflow ${version} answers as the contract says`, async (t) => {
    await using server = await startRealMlflow(version);
    const seed = await seedContract(server);
    for (const { name, run } of contractCases(server, seed)) await t.step(name, run);
  });
}

for (const version of ["3.17.2", "2.22.5"] satisfies MlflowVersion[]) {
  Deno.test(`MLflow ${version} answers below a static prefix as the contract says`, async () => {
    await using server = await startRealMlflow(version, { staticPrefix: PREFIX });
    await checkPrefix(server);
  });
}

for (const version of ["3.17.2", "2.22.5"] satisfies MlflowVersion[]) {
  Deno.test(`the basic-auth app of MLflow ${version} tells of accounts as the contract says`, async () => {
    const { admin, bob } = ACCOUNTS;
    await using server = await startRealMlflow(version, { auth: admin, workers: 1 });
    const post = async (path: string, body: unknown): Promise<void> => {
      const authorization = `Basic ${btoa(`${admin.username}:${admin.password}`)}`;
      const headers = { authorization, "content-type": "application/json" };
      const url = `${server.url}/api/2.0/mlflow/${path}/create`;
      const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
      const text = await response.text();
      assert.ok(response.ok, text);
    };
    for (const name of ["open", "secret"]) await post("experiments", { name });
    await post("registered-models", { name: "secret model" });
    const output = await new Deno.Command(
      await venvPython(version === "2.22.5" ? "mlflow-2.22.5-auth" : "mlflow-3.17.2"),
      {
        args: [
          fileURLToPath(new URL("python/restrict.py", import.meta.url)),
          ...[server.url, bob.username, bob.password, "secret", "secret model"],
        ],
        env: { MLFLOW_TRACKING_USERNAME: admin.username, MLFLOW_TRACKING_PASSWORD: admin.password },
        stderr: "piped",
      },
    ).output();
    assert.ok(output.success, new TextDecoder().decode(output.stderr));
    await checkAccounts(server);
  });
}
