/**
 * Which paths a server with --static-prefix /ml answers: all below the prefix in 3.17.2, split in 2.22.5.
 * @module
 */
import { deepStrictEqual } from "node:assert/strict";
import type { ContractServer } from "./seed.ts";

/** The prefix that the server must be started with. */
export const PREFIX = "/ml";

const API = "/api/2.0/mlflow/experiments/search?max_results=1";
const AJAX = "/ajax-api/2.0/mlflow/experiments/search?max_results=1";
const BULK = "/ajax-api/2.0/mlflow/metrics/get-history-bulk?run_id=a&metric_key=b";
const PROXY = "/api/2.0/mlflow-artifacts/artifacts?path=";
const PATHS = ["/health", "/version", API, AJAX, BULK, PROXY, `/ajax-api${PROXY.slice(4)}`];

/** Asks every path with the prefix and without it; `server.url` ends with the prefix. */
export async function checkPrefix(server: ContractServer): Promise<void> {
  const origin = server.url.slice(0, -PREFIX.length);
  const below = await answering(`${origin}${PREFIX}`);
  const above = await answering(origin);
  const ajax = PATHS.filter((path) => path.startsWith("/ajax-api"));
  deepStrictEqual(below, server.version === "3.17.2" ? PATHS : ajax);
  deepStrictEqual(above, server.version === "3.17.2" ? [] : PATHS.filter((path) => !ajax.includes(path)));
}

async function answering(base: string): Promise<string[]> {
  const found: string[] = [];
  for (const path of PATHS) {
    const response = await fetch(base + path);
    await response.body?.cancel();
    if (response.ok) found.push(path);
  }
  return found;
}
