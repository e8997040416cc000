/**
 * SQLite in a thread of its own: it reads the next runs while those before them are written.
 * @module
 */
import { Worker } from "node:worker_threads";
import type { Row } from "../access/database.ts";
import type { Scalar } from "../access/statement.ts";

/** How a file is opened. */
export interface OpenRequest {
  /** Its path, or a file: URI of SQLite's. */
  readonly place: string;
  /** As node:sqlite takes it. */
  readonly readOnly: boolean;
  /** Milliseconds to wait for another process's write. */
  readonly busyMs: number;
}

/** Many short lists in three long ones: what can be handed over between threads without being copied. */
export interface Lists {
  /** Of each list: the first two columns of its row, and its length. */
  readonly heads: readonly (readonly [runId: string, key: string, length: number])[];
  readonly steps: Float64Array<ArrayBuffer>;
  readonly timestamps: Float64Array<ArrayBuffer>;
  /** As stored: 0 for NaN. */
  readonly values: Float64Array<ArrayBuffer>;
  /** Places of NaN. */
  readonly nans: readonly number[];
}

/** What a statement for lists gave. */
export interface ListsFound {
  /** Rows that were counted before, or that are in the lists. */
  readonly points: number;
  /** Null where they are too many, or one of their integers is larger than a number holds. */
  readonly lists: Lists | null;
}

/** Lists of more rows are not made. */
export interface ListsBound {
  /** Counts the rows, of the same values. */
  readonly count: string;
  readonly most: number;
}

type Request =
  | { readonly kind: "open" } & OpenRequest
  | { readonly kind: "close" }
  | { readonly kind: "run"; readonly statement: string }
  | { readonly kind: "rows"; readonly statement: string; readonly values: readonly Scalar[] }
  | {
    readonly kind: "lists";
    readonly statement: string;
    readonly values: readonly Scalar[];
    readonly bound?: ListsBound;
  };

interface Reply {
  readonly result?: unknown;
  readonly error?: { readonly message: string; readonly code?: string; readonly errcode?: number };
}

/** An error of SQLite's in its thread. */
export class SqliteError extends Error {
  /** As node:sqlite's own errors have it. */
  readonly code: string | undefined;
  /** SQLite's extended result code. */
  readonly errcode: number;

  /** Takes what the thread tells. */
  constructor({ message, code, errcode = 0 }: NonNullable<Reply["error"]>) {
    super(message);
    this.code = code;
    this.errcode = errcode;
  }
}

/** One open file. Calls are answered in their order; each rejects with a {@linkcode SqliteError}. */
export class SqliteThread {
  readonly #worker: Worker;
  readonly #waiting: PromiseWithResolvers<unknown>[] = [];

  private constructor() {
    // As text: the program may be one file, which a thread could not begin in the middle of.
    this.#worker = new Worker(`(${threadMain})()`, { eval: true });
    this.#worker.on("message", ({ result, error }: Reply) => {
      const waiting = this.#waiting.shift();
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new SqliteError(error));
    });
    this.#worker.on("error", (error) => this.#waiting.splice(0).forEach(({ reject }) => reject(error)));
  }

  /** Opens a file. */
  static async open(request: OpenRequest): Promise<SqliteThread> {
    const thread = new SqliteThread();
    try {
      await thread.#ask({ kind: "open", ...request });
      return thread;
    } catch (error) {
      await thread.#worker.terminate();
      throw error;
    }
  }

  /** Runs statements without values and results. */
  async run(statement: string): Promise<void> {
    await this.#ask({ kind: "run", statement });
  }

  /** All rows of a statement: integers are numbers, or bigints beyond 2^53. */
  async rows(statement: string, values: readonly Scalar[] = []): Promise<Row[]> {
    return await this.#ask({ kind: "rows", statement, values }) as Row[];
  }

  /** The rows of a statement that gives run, key, and JSON lists of steps, timestamps, and values with null for NaN. */
  async lists(statement: string, values: readonly Scalar[], bound?: ListsBound): Promise<ListsFound> {
    return await this.#ask({ kind: "lists", statement, values, bound }) as ListsFound;
  }

  /** Closes the file and ends the thread. */
  async close(): Promise<void> {
    await this.#ask({ kind: "close" });
    await this.#worker.terminate();
  }

  #ask(request: Request): Promise<unknown> {
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.push(waiting);
    this.#worker.postMessage(request);
    return waiting.promise;
  }
}

/** What the thread does. Its text is all that it has: nothing of this file, and no import. */
function threadMain(): void {
  const { process } = globalThis as unknown as { readonly process: NodeJS.Process };
  const { parentPort } = process.getBuiltinModule("node:worker_threads");
  const { emitWarning } = process;
  // The one warning of Node 22, which calls its SQLite experimental (lib/runtime/sqlite.ts).
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    if (rest[0] !== "ExperimentalWarning") Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  let database: import("node:sqlite").DatabaseSync | undefined;

  function rowsOf(statement: string, values: readonly Scalar[]): unknown[][] {
    // In Deno and in Node from 22.16 on, but not in Deno's types.
    type Arrays = import("node:sqlite").StatementSync & { setReturnArrays(enabled: boolean): void };
    const prepared = database?.prepare(statement) as Arrays;
    prepared.setReturnArrays(true);
    const given = values as import("node:sqlite").SQLInputValue[];
    try {
      return prepared.all(...given) as unknown as unknown[][];
    } catch (error) {
      // One of its integers is larger than a number holds: then all are read as bigints, which takes longer.
      if ((error as NodeJS.ErrnoException).code !== "ERR_OUT_OF_RANGE") throw error;
    }
    prepared.setReadBigInts(true);
    const rows = prepared.all(...given) as unknown as unknown[][];
    return rows.map((row) => row.map((cell) => typeof cell === "bigint" ? narrow(cell) : cell));
  }

  function narrow(value: bigint): number | bigint {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  function listsOf(statement: string, values: readonly Scalar[], bound?: ListsBound): ListsFound {
    const counted = bound === undefined ? 0 : Number(rowsOf(bound.count, values)[0]?.[0]);
    if (bound !== undefined && counted > bound.most) return { points: counted, lists: null };
    const rows = rowsOf(statement, values) as [string, string, string, string, string][];
    const parsed = rows.map(([runId, key, ...lists]) => ({
      runId,
      key,
      lists: lists.map((list) => JSON.parse(list) as (number | null)[]),
    }));
    const heads = parsed.map(({ runId, key, lists }) => [runId, key, lists[0]?.length ?? 0] as const);
    const points = heads.reduce((sum, [_runId, _key, count]) => sum + count, 0);
    const columns = [new Float64Array(points), new Float64Array(points), new Float64Array(points)] as const;
    const nans: number[] = [];
    let place = 0;
    for (const { lists: [steps = [], timestamps = [], floats = []] } of parsed) {
      for (let index = 0; index < steps.length; index++, place++) {
        const [step, timestamp, value] = [steps[index] ?? 0, timestamps[index] ?? 0, floats[index] ?? null];
        if (!Number.isSafeInteger(step) || !Number.isSafeInteger(timestamp)) return { points, lists: null };
        columns[0][place] = step;
        columns[1][place] = timestamp;
        columns[2][place] = value ?? 0;
        if (value === null) nans.push(place);
      }
    }
    return { points, lists: { heads, steps: columns[0], timestamps: columns[1], values: columns[2], nans } };
  }

  function answer(request: Request): Reply {
    try {
      switch (request.kind) {
        case "open":
          database = new DatabaseSync(request.place, { readOnly: request.readOnly });
          database.exec(`PRAGMA busy_timeout = ${request.busyMs}; PRAGMA query_only = 1`);
          return {};
        case "run":
          database?.exec(request.statement);
          return {};
        case "close":
          database?.close();
          return {};
        case "rows":
          return { result: rowsOf(request.statement, request.values) };
        case "lists":
          return { result: listsOf(request.statement, request.values, request.bound) };
      }
    } catch (error) {
      const { message, code, errcode } = error as { message: string; code?: string; errcode?: number };
      return { error: { message, code, errcode } };
    }
  }

  // What was handed over is garbage here: lib/runtime/garbage.ts has the reasons, and cannot be imported.
  let rowsGiven = 0;
  function countGarbage(rows: number): void {
    rowsGiven += rows;
    if (rowsGiven < 20_000) return;
    rowsGiven = 0;
    try {
      new ArrayBuffer(256 << 20);
    } catch {
      // Where so much may not be reserved, V8 has its limits already.
    }
  }

  parentPort?.on("message", (request: Request) => {
    const reply = answer(request);
    if (request.kind === "rows") countGarbage((reply.result as unknown[] | undefined)?.length ?? 0);
    const lists = request.kind === "lists" ? (reply.result as ListsFound | undefined)?.lists : null;
    const buffers = lists ? [lists.steps.buffer, lists.timestamps.buffer, lists.values.buffer] : [];
    parentPort.postMessage(reply, buffers);
  });
}
