/** An MLflow in memory that knows metric histories and nothing else, with limits as small as a test likes. */
import { messageOf } from "../../../../lib/errors.ts";
import { BadReplyError, errorOfReply } from "../../../../lib/http/failure/errors.ts";
import type { Fold, HttpClient, HttpReply, HttpRequest, HttpStream } from "../../../../lib/http/types.ts";
import { MlflowClient } from "../../../../lib/mlflow/rest/endpoints/client.ts";
import { Dialect } from "../../../../lib/mlflow/rest/endpoints/dialect.ts";
import { tokenOfOffset } from "../../../../lib/mlflow/rest/paging/page_order.ts";
import { readHistories } from "../../../../lib/mlflow/rest/history/windows.ts";
import type { StreamedRun } from "../../../../lib/mlflow/rest/listing/stream.ts";
import type { Experiment, History, MetricPoint, RunRecord } from "../../../../lib/source/mod.ts";
import { silentLogger } from "../../../../lib/logger.ts";
import assert from "node:assert/strict";

/** What the fake server is like. */
export interface FakeOptions {
  /** @default {"3.17.2"} */
  readonly version?: string;
  /** Rows of a bulk reply at most. @default {25_000} */
  readonly bulkRows?: number;
  /** Run ids of a bulk call at most; 0: there is no such endpoint. @default {100} */
  readonly bulkRunIds?: number;
  /** Rows of a page of get-history at most, if the server pages. @default {25_000} */
  readonly pageRows?: number;
  /** Runs that this account may not read. */
  readonly denied?: ReadonlySet<string>;
  /** Bulk replies are no JSON. @default {false} */
  readonly hasBrokenBulk?: boolean;
  /** All bulk calls are refused, as by a proxy. @default {false} */
  readonly refusesBulk?: boolean;
  /** Runs that make a bulk call fail with a status. */
  readonly poison?: ReadonlyMap<string, number>;
  /** Bulk does not tell upper from lower case, as MySQL's usual collation. @default {false} */
  readonly foldsCase?: boolean;
  /** Runs whose rows bulk leaves out. */
  readonly forgotten?: ReadonlySet<string>;
  /** How many turns of the event loop the nth call takes. @default {0} */
  readonly turns?: (call: number) => number;
}

/** Histories by run id, then key, in MLflow's order. */
export type FakeRuns = ReadonlyMap<string, ReadonlyMap<string, readonly MetricPoint[]>>;

/** The fake server as the HTTP client sees it. */
export class FakeHistories implements HttpClient {
  /** Every path that was asked, in order. */
  readonly paths: string[] = [];
  get calls(): number {
    return this.paths.length;
  }
  readonly #runs: FakeRuns;
  readonly #options: FakeOptions;

  constructor(runs: FakeRuns, options: FakeOptions = {}) {
    this.#runs = runs;
    this.#options = options;
  }

  /** Calls of get-history-bulk. */
  get bulkPaths(): string[] {
    return this.paths.filter((path) => path.includes("/get-history-bulk?"));
  }

  /** Calls of get-history. */
  get singlePaths(): string[] {
    return this.paths.filter((path) => path.includes("/get-history?"));
  }

  async json(request: HttpRequest): Promise<unknown> {
    this.paths.push(request.path);
    for (let turn = this.#options.turns?.(this.paths.length) ?? 0; turn > 0; turn--) {
      await new Promise((go) => setTimeout(go));
    }
    request.signal?.throwIfAborted();
    const { pathname, searchParams } = new URL(request.path, "http://fake");
    return pathname.endsWith("-bulk") ? this.#bulk(request, searchParams) : this.#single(request, searchParams);
  }

  async fold<T>(request: HttpRequest, begin: () => Fold<T>): Promise<T> {
    return begin().end(await this.json(request), undefined);
  }

  async open(request: HttpRequest): Promise<HttpStream> {
    const toText = (_key: string, value: unknown): unknown => typeof value === "bigint" ? `int64 ${value}` : value;
    const text = JSON.stringify(await this.json(request), toText, 2).replace(/"int64 (-?\d+)"/g, "$1");
    const bytes = new TextEncoder().encode(text);
    const stream = new ReadableStream<Uint8Array>({
      start(controller): void {
        for (let start = 0; start < bytes.length; start += 37) controller.enqueue(bytes.slice(start, start + 37));
        controller.close();
      },
    });
    return { status: 200, headers: new Headers(), stream };
  }

  request(): Promise<HttpReply> {
    throw new Error("Not needed here");
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #bulk(request: HttpRequest, query: URLSearchParams): unknown {
    const {
      bulkRunIds = 100,
      bulkRows = 25_000,
      denied,
      hasBrokenBulk,
      refusesBulk,
      poison,
      forgotten,
      foldsCase = false,
    } = this.#options;
    const info = { service: "Fake", method: "GET", url: `http://fake${request.path}` };
    const ids = query.getAll("run_id");
    if (bulkRunIds === 0) {
      throw errorOfReply({ ...info, status: 404, body: "<!doctype html><title>404 Not Found</title>" });
    }
    if (refusesBulk || ids.some((id) => denied?.has(id))) {
      throw errorOfReply({ ...info, status: 403, body: "Permission denied" });
    }
    if (ids.length > bulkRunIds) {
      const message =
        `GetMetricHistoryBulk request cannot specify more than ${bulkRunIds} run_ids. Received ${ids.length} run_ids.`;
      throw errorOfReply({
        ...info,
        status: 400,
        body: JSON.stringify({ error_code: "INVALID_PARAMETER_VALUE", message }),
      });
    }
    if (hasBrokenBulk) throw new BadReplyError(info, { reason: "json", detail: "text that is no JSON" });
    for (const id of ids) {
      const status = poison?.get(id);
      if (status !== undefined) throw errorOfReply({ ...info, status, body: "<html>Internal Server Error</html>" });
    }
    const key = query.get("metric_key") ?? "";
    const keysOf = (id: string): string[] =>
      [...this.#runs.get(id)?.keys() ?? []].filter((each) =>
        each === key || foldsCase && each.toLowerCase() === key.toLowerCase()
      );
    const rows = ids.toSorted().filter((id) => !forgotten?.has(id)).flatMap((id) =>
      keysOf(id).flatMap((each) => this.#points(id, each).map((point) => ({ key: each, run_id: id, ...point })))
    );
    return { metrics: rows.slice(0, bulkRows) };
  }

  #single(request: HttpRequest, query: URLSearchParams): unknown {
    const { denied, version = "3.17.2", pageRows = 25_000 } = this.#options;
    const id = query.get("run_id") ?? "";
    if (denied?.has(id)) {
      throw errorOfReply({
        service: "Fake",
        method: "GET",
        url: `http://fake${request.path}`,
        status: 403,
        body: "Permission denied",
      });
    }
    const points = this.#points(id, query.get("metric_key") ?? "");
    const toRow = (point: MetricPoint): unknown => ({ key: query.get("metric_key"), ...toWire(point) });
    if (!version.startsWith("3.")) return { metrics: points.map(toRow) };
    const offset = JSON.parse(atob(query.get("page_token") ?? btoa('{"offset": 0}'))).offset;
    const end = offset + Math.min(pageRows, Number(query.get("max_results")));
    return {
      metrics: points.slice(offset, end).map(toRow),
      ...(end < points.length && { next_page_token: tokenOfOffset(end) }),
    };
  }

  #points(id: string, key: string): readonly MetricPoint[] {
    return this.#runs.get(id)?.get(key) ?? [];
  }
}

/** JSON has no NaN; MLflow's get-history writes text in its place. */
function toWire(point: MetricPoint): object {
  return Number.isFinite(point.value) ? point : { ...point, value: `${point.value}` };
}

/** A client for the fake server. */
export function fakeClient(http: HttpClient, version: string | null = "3.17.2", prefix = ""): MlflowClient {
  return new MlflowClient(http, new Dialect({ version, prefix, apiPath: `${prefix}/api/2.0/mlflow`, isOld: false }));
}

const experiment: Experiment = {
  id: "1",
  name: "one",
  artifactLocation: "",
  lifecycleStage: "active",
  tags: new Map(),
};

/** The runs as their listing would give them. */
export function* streamed(runs: FakeRuns): Generator<StreamedRun> {
  for (const [id, metrics] of runs) {
    yield {
      experiment,
      run: {
        id,
        experimentId: "1",
        status: "FINISHED",
        lifecycleStage: "active",
        startTime: 0,
        endTime: null,
        artifactUri: "",
        tags: new Map(),
        params: new Map(),
        metrics: new Map([...metrics].map(([key, points]) => [key, points.at(-1)?.value ?? 0])),
        datasets: [],
        modelIds: [],
      },
      steps: new Map([...metrics].map(([key, points]) => [key, Math.max(1, Number(points.at(-1)?.step ?? 0) + 1)])),
    };
  }
}

/** Limits of a reading. */
export interface ReadOptions {
  readonly maxRuns?: number;
  readonly maxPoints?: number;
  readonly maxRows?: number;
  readonly callPoints?: number;
  readonly concurrency?: number;
}

/** Reads all runs with their histories, long ones too, each on its turn. */
export async function readAll(
  runs: FakeRuns,
  { client, ...limits }: ReadOptions & { readonly client: MlflowClient },
): Promise<{ readonly record: RunRecord; readonly points: Record<string, unknown> }[]> {
  async function* stream(): AsyncGenerator<StreamedRun> {
    for (const run of streamed(runs)) yield await Promise.resolve(run);
  }
  const all = [];
  const options = { client, concurrency: 4, logger: silentLogger, controller: new AbortController(), ...limits };
  for await (const record of readHistories(stream(), options)) {
    const points: Record<string, unknown> = {};
    for (const [key, history] of record.histories) points[key] = await collect(history);
    all.push({ record, points });
  }
  return all;
}

/** A history's points, or its failure, be it one of reading a long history. */
export async function collect(history: History): Promise<unknown> {
  if ("error" in history) return history;
  if ("length" in history) return [...history];
  try {
    return (await Array.fromAsync(history, (page) => [...page])).flat();
  } catch (error) {
    return { error: messageOf(error) };
  }
}

/** A run id of 32 digits, as MLflow's are. */
export function runId(number: number): string {
  return (number * 7919 % 1_000_003).toString(16).padStart(8, "0").repeat(4);
}

/** As many points as asked for, at steps 0, 1, 2, … */
export function series(length: number, start = 0): MetricPoint[] {
  return Array.from({ length }, (_, step) => ({ step, timestamp: 1_000 + step, value: start + step / 7 }));
}

export function oneByOne(runs: FakeRuns): Record<string, unknown>[] {
  return [...runs.values()].map((metrics) => Object.fromEntries(metrics));
}

export function runsOf(count: number, metrics: (index: number) => Record<string, readonly MetricPoint[]>): FakeRuns {
  return new Map(Array.from({ length: count }, (_, index) => [runId(index), new Map(Object.entries(metrics(index)))]));
}

export async function pointsOf(
  runs: FakeRuns,
  options: FakeOptions & ReadOptions = {},
): Promise<[unknown[], FakeHistories]> {
  const http = new FakeHistories(runs, options);
  const all = await readAll(runs, { client: fakeClient(http, options.version ?? "3.17.2"), ...limitsIn(options) });
  assert.deepEqual(all.map(({ record }) => record.run.id), [...runs.keys()]);
  return [all.map(({ points }) => points), http];
}

export function limitsIn({ maxRuns, maxPoints, maxRows, callPoints, concurrency }: ReadOptions): ReadOptions {
  return JSON.parse(JSON.stringify({ maxRuns, maxPoints, maxRows, callPoints, concurrency }));
}

export async function* asyncOf<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}
