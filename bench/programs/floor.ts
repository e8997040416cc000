/**
 * The least that an export can cost: a bare concurrent reader of the same calls, which parses what comes and throws it away.
 *
 *     floor.ts URL [--calls=8] [--ids=90] [--keep-alive]   every run and history
 *     floor.ts URL --listing [--calls=1]                   the runs of one experiment alone
 *
 * It asks for the histories of `ids` runs a call: whoever starts it sees to it that a reply stays below MLflow's 25,000 rows.
 * Prints a line of JSON: {"runs", "points", "calls", "ms"}.
 * @module
 */
import { parseArgs } from "node:util";

const { values: options, positionals: [url = ""] } = parseArgs({
  allowPositionals: true,
  options: {
    calls: { type: "string" },
    ids: { type: "string", default: "90" },
    listing: { type: "boolean", default: false },
    "keep-alive": { type: "boolean", default: false },
  },
});
const concurrency = Number(options.calls ?? (options.listing ? 1 : 8));
const pageSize = 1000;
const bulkIds = Number(options.ids);
let [runs, points, calls] = [0, 0, 0];

interface Reply {
  readonly experiments?: readonly { readonly experiment_id: string }[];
  readonly runs?: readonly Run[];
  readonly metrics?: readonly unknown[];
  readonly next_page_token?: string;
}

interface Run {
  readonly info: { readonly run_id: string };
  readonly data: { readonly metrics?: readonly { readonly key: string }[] };
}

async function ask(path: string, body?: unknown): Promise<Reply> {
  calls++;
  const headers = {
    // As ours: a connection of its own for each call, because of MLflow 3.5's wait on kept-alive ones.
    ...(options["keep-alive"] ? {} : { connection: "close" }),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
  const init = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
  // A worker that is just being started may close a connection: the one failure that is borne with.
  const response = await fetch(url + path, init).catch(() => fetch(url + path, init));
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return JSON.parse(await response.text());
}

/** One page of an experiment's runs; by place, if not by token. */
async function page(experimentId: string, token: string | undefined): Promise<Reply> {
  const reply = await ask("/api/2.0/mlflow/runs/search", {
    experiment_ids: [experimentId],
    max_results: pageSize,
    order_by: ["attributes.start_time DESC"],
    ...(token === undefined ? {} : { page_token: token }),
  });
  runs += reply.runs?.length ?? 0;
  return reply;
}

async function list(experimentId: string, onPage: (runs: readonly Run[]) => void): Promise<void> {
  for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
    const reply: Reply = await page(experimentId, token);
    onPage(reply.runs ?? []);
    token = reply.next_page_token;
  }
}

/** Pages by forged tokens, as many at once as allowed: no order is kept, and nothing looked for. */
async function listByPlace(experimentId: string): Promise<void> {
  let [next, isAtEnd] = [0, false];
  await Promise.all(Array.from({ length: concurrency }, async () => {
    while (!isAtEnd) {
      const place = next;
      next += pageSize;
      const reply = await page(experimentId, place === 0 ? undefined : btoa(`{"offset": ${place}}`));
      if (reply.next_page_token === undefined) isAtEnd = true;
    }
  }));
}

async function bulk(key: string, runIds: readonly string[]): Promise<void> {
  const query = new URLSearchParams([["metric_key", key], ["max_results", "25000"]]);
  for (const id of runIds) query.append("run_id", id);
  const { metrics = [] } = await ask(`/ajax-api/2.0/mlflow/metrics/get-history-bulk?${query}`);
  if (metrics.length >= 25_000) throw new Error(`A reply about ${runIds.length} runs is cut: ask for fewer (--ids)`);
  points += metrics.length;
}

const start = performance.now();
const work: (() => Promise<void>)[] = [];
const waiting = new Map<string, string[]>();

function plan({ info, data }: Run): void {
  for (const { key } of data.metrics ?? []) {
    const ids = waiting.get(key) ?? [];
    waiting.set(key, ids);
    if (ids.push(info.run_id) === bulkIds) flush(key, ids);
  }
}

function flush(key: string, ids: readonly string[]): void {
  waiting.delete(key);
  work.push(() => bulk(key, ids));
}

let listings = 0;
const { experiments = [] } = await ask("/api/2.0/mlflow/experiments/search", { max_results: 1000 });
for (const { experiment_id } of experiments) {
  listings++;
  work.push(async () => {
    if (options.listing && concurrency > 1) await listByPlace(experiment_id);
    else await list(experiment_id, (page) => options.listing ? undefined : page.forEach(plan));
    if (--listings === 0) { for (const [key, ids] of [...waiting]) flush(key, ids); }
  });
}
let active = 0;
await new Promise<void>((resolve, reject) => {
  function next(): void {
    if (work.length === 0 && active === 0) return resolve();
    while (active < concurrency && work.length > 0) {
      active++;
      work.shift()!().then(() => active--).then(next, reject);
    }
  }
  next();
});
const ms = performance.now() - start;
await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify({ runs, points, calls, ms })}\n`));
