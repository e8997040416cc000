/**
 * A Kiroframe that takes a while for each row and remembers when each came and went.
 * @module
 */

/** One row, as it came. */
export interface Arrival {
  /** 1 for experiments, 2 for runs, 3 for models. */
  readonly importType: number;
  /** The row's experiment_id; "" for models. */
  readonly experimentId: string;
  /** start_time of a run; 0 for others. */
  readonly startTime: number;
  /** When its first byte came. */
  readonly fromMs: number;
  /** When its reply was ready. */
  toMs: number;
}

/** A running receiver; disposing it ends it. */
export interface SlowReceiver extends AsyncDisposable {
  /** Kiroframe's base URL. */
  readonly url: string;
  /** Everything so far. */
  readonly arrivals: readonly Arrival[];
}

/** Starts a receiver that replies `delayMs` after a row has come. */
export function startSlowReceiver(delayMs: number): SlowReceiver {
  const arrivals: Arrival[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen(): void {} }, async (request) => {
    const fromMs = performance.now();
    const { import_type: importType, line } = await request.json();
    const row = importType === 3 ? undefined : line;
    const arrival = {
      importType,
      experimentId: String(row?.["experiment_id"] ?? ""),
      startTime: Number(row?.["start_time"] ?? 0),
      fromMs,
      toMs: 0,
    };
    arrivals.push(arrival);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    arrival.toMs = performance.now();
    return Response.json({ ok: true });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    arrivals,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
