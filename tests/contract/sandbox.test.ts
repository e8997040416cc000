/** The contract, held by the sandbox in each of the versions it speaks. */
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import type { MlflowVersion } from "../../sandbox/mlflow/protocol/dialect.ts";
import { World } from "../../sandbox/world/mod.ts";
import { ACCOUNTS, checkAccounts } from "./accounts.ts";
import { contractCases } from "./cases.ts";
import { checkPrefix, PREFIX } from "./prefix.ts";
import { seedContract } from "./seed.ts";

for (const version of ["3.17.2", "2.22.5", "1.24.0"] satisfies MlflowVersion[]) {
  Deno.test(`startMlflowSandbox() answers as MLflow ${version} does`, async (t) => {
    await using server = await startMlflowSandbox({ version });
    const seed = await seedContract(server);
    for (const { name, run } of contractCases(server, seed)) await t.step(name, run);
  });
}

for (const version of ["3.17.2", "2.22.5"] satisfies MlflowVersion[]) {
  Deno.test(`startMlflowSandbox() answers below a static prefix as MLflow ${version} does`, async () => {
    await using server = await startMlflowSandbox({ version, staticPrefix: PREFIX });
    await checkPrefix(server);
  });
}

for (const version of ["3.17.2", "2.22.5"] satisfies MlflowVersion[]) {
  Deno.test(`startMlflowSandbox() tells of accounts as the basic-auth app of MLflow ${version} does`, async () => {
    const world = new World();
    for (const name of ["open", "secret"]) world.addExperiment({ name });
    world.addModel({ name: "secret model" });
    const { admin, bob } = ACCOUNTS;
    const users = [
      { name: admin.username, password: admin.password, isAdmin: true },
      {
        ...{ name: bob.username, password: bob.password },
        ...{ deniedExperiments: ["2"], deniedModels: ["secret model"] },
      },
    ];
    await using server = await startMlflowSandbox({ version, world, auth: { users } });
    await checkAccounts(server);
  });
}
