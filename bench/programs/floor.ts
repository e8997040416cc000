/**
 * The least that an export can cost: a bare concurrent reader of the same calls, which parses what comes and throws it away.
 *
 *     floor.ts URL [CONCURRENCY [--keep-alive]]   every run and history
 *     floor.ts URL --listing                      the runs alone, one page after another
 *
 * Prints a line of JSON: {"runs", "points", "calls", "ms"}.
 * @module
 */
const [url = "", mode = "8", connections] = Deno.args;
const isListing = mode === "--listing";
const concurrency = isListing ? 1 : Number(mode);
const bulkIds = 90;
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
    ...(connections === "--keep-alive" ? {} : { connection: "close" }),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
  const init = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
  // A worker that is just being started may close a connection: the one failure that is borne with.
  const response = await fetch(url + path, init).catch(() => fetch(url + path, init));
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return JSON.parse(await response.text());
}

async function list(experimentId: string, onPage: (runs: readonly Run[]) => void): Promise<void> {
  for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
    const page = await ask("/api/2.0/mlflow/runs/search", {
      experiment_ids: [experimentId],
      max_results: 1000,
      order_by: ["attributes.start_time DESC"],
      ...(token === undefined ? {} : { page_token: token }),
    });
    runs += page.runs?.length ?? 0;
    onPage(page.runs ?? []);
    token = page.next_page_token;
  }
}

async function bulk(key: string, runIds: readonly string[]): Promise<void> {
  const query = new URLSearchParams([["metric_key", key], ["max_results", "25000"]]);
  for (const id of runIds) query.append("run_id", id);
  const { metrics = [] } = await ask(`/ajax-api/2.0/mlflow/metrics/get-history-bulk?${query}`);
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
    await list(experiment_id, (page) => isListing ? undefined : page.forEach(plan));
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
