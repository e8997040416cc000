/**
 * Writes tests/fixtures/contract/<version>.json from a fresh real server:
 * deno run -A tests/contract/record.ts URL VERSION
 * @module
 */
import type { MlflowVersion } from "../../sandbox/mlflow/protocol/dialect.ts";
import { contractRequests } from "./exchanges.ts";
import { askContract, type ContractReply } from "./replies.ts";
import { seedContract } from "./seed.ts";

const [url = "", version = ""] = Deno.args;
const server = { url, version: version as MlflowVersion };
const seed = await seedContract(server);
const replies: Record<string, ContractReply> = {};
for (const [name, request] of Object.entries(contractRequests(seed))) {
  if (request.versions?.includes(server.version) === false) continue;
  replies[name] = await askContract(server, request, seed);
}
const path = new URL(`../fixtures/contract/${version}.json`, import.meta.url);
await Deno.mkdir(new URL(".", path), { recursive: true });
await Deno.writeTextFile(path, `${JSON.stringify(replies, null, 1)}\n`);
