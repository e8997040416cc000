/**
 * Our listing of all runs, alone: listing.ts URL CONCURRENCY. Prints the count of runs.
 * @module
 */
import { createHttpClient } from "../../lib/http/client.ts";
import { Limiter } from "../../lib/http/limiter.ts";
import { createTransport } from "../../lib/http/connection/transport.ts";
import { MlflowClient } from "../../lib/mlflow/rest/endpoints/client.ts";
import { findDialect } from "../../lib/mlflow/rest/endpoints/dialect.ts";
import { RunSearch } from "../../lib/mlflow/rest/listing/search.ts";
import { streamRuns } from "../../lib/mlflow/rest/listing/stream.ts";

const [url = "", count = "8"] = Deno.args;
const concurrency = Number(count);
const silent = { debug(): void {}, info(): void {}, warn(): void {}, error(): void {} };
const http = createHttpClient({
  baseUrl: url,
  service: "MLflow",
  transport: createTransport({ keepAlive: false }),
  limiter: new Limiter({ max: concurrency }),
  logger: silent,
});
const client = new MlflowClient(http, await findDialect(http, ""));
const { items } = await client.experiments({ maxResults: 200, includeDeleted: false });
const search = new RunSearch(client, {
  filter: "",
  includeDeleted: false,
  pageSize: 1000,
  logger: silent,
  signal: new AbortController().signal,
});
let runs = 0;
for await (const _ of streamRuns(items, { search, concurrency })) runs++;
await http.close();
await Deno.stdout.write(new TextEncoder().encode(`${runs}\n`));
