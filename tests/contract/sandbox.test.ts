/** The contract, held by the sandbox in each of the versions it speaks. */
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import type { MlflowVersion } from "../../sandbox/mlflow/protocol/dialect.ts";
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
