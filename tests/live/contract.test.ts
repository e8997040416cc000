/** The contract, held by real servers: what the sandbox is compared with. */
import type { MlflowVersion } from "../../sandbox/mlflow/protocol/dialect.ts";
import { contractCases } from "../contract/cases.ts";
import { checkPrefix, PREFIX } from "../contract/prefix.ts";
import { seedContract } from "../contract/seed.ts";
import { startRealMlflow } from "./parts/servers.ts";

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
