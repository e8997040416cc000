/**
 * The whole export of a database: reference, the database's own shell, and ours, on the same rows.
 * @module
 */
import { measure, type Measured, ours } from "../child.ts";
import { referenceRate } from "../reference.ts";
import type { Shape } from "../seed.ts";
import { fillStore, type StoreKind } from "../stores.ts";
import type { Context, Goal, Part, PartResult } from "../types.ts";
import { middle, seconds } from "./export.ts";

/** How often the shell and ours take turns: the middle of the ratios counts. */
const ROUNDS = 5;

/** Names in the report. */
const NAMES: Readonly<Record<StoreKind, string>> = { sqlite: "SQLite", postgres: "PostgreSQL", mysql: "MariaDB" };

/** Makes the part. */
export function storePart(kind: StoreKind): Part {
  return (context) => run(kind, context);
}

async function run(kind: StoreKind, { scale, folder, say }: Context): Promise<PartResult> {
  const shape = { experiments: 20, runs: Math.ceil(100 * scale), metrics: 10, points: 100, params: 10, tags: 4 };
  const runs = shape.experiments * shape.runs;
  const what = `${NAMES[kind]}, ${runs.toLocaleString("en")} runs x ${shape.metrics} metrics x ${shape.points} points`;
  say(`filling a store: ${what}`);
  const store = await fillStore(kind, shape, folder);
  const pairs: { readonly limit: Measured; readonly own: Measured }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const limit = await measure(store.limit, { env: store.env });
    const own = await measure(ours(store.uri, `${folder}/ours`));
    say(
      `shell ${seconds(limit.ms)}, ours ${seconds(own.ms)} (CPU ${own.cpuS.toFixed(1)} s, ${own.peakMb.toFixed(0)} MB)`,
    );
    pairs.push({ limit, own });
  }
  const rate = await referenceRate({
    trackingUrl: store.uri,
    baseDir: `${folder}/reference`,
    runs: Math.min(100, Math.floor(runs / 2)),
    venv: "reference-0.0.10-databases",
  });
  say(`reference ${rate.toFixed(2)} runs/s`);
  const ownMs = middle(pairs.map(({ own }) => own.ms));
  const ownRate = runs / ownMs * 1000;
  const limitMs = middle(pairs.map(({ limit }) => limit.ms));
  const peak = Math.max(...pairs.map(({ own }) => own.peakMb));
  await store[Symbol.asyncDispose]();
  const few = { ...shape, points: 20 };
  const small = await peakMb(kind, few, { folder, say });
  const large = await peakMb(kind, { ...few, runs: 10 * few.runs }, { folder, say });
  const points = Math.ceil(5_000_000 * scale);
  const one = { experiments: 1, runs: 1, metrics: 1, points, params: 1, tags: 1 };
  const long = await peakMb(kind, one, { folder, say });
  const goals: Goal[] = [{
    what: `export of ${what}: times the reference's runs/s on the same URI`,
    rule: "at least",
    limit: 40,
    measured: ownRate / rate,
    unit: "x",
    from: `ours ${ownRate.toFixed(0)} runs/s, reference ${rate.toFixed(1)} runs/s`,
  }, {
    what: `export of ${what}: over what its own shell needs to print the metrics`,
    rule: "at most",
    limit: 1.5,
    measured: middle(pairs.map(({ own, limit }) => own.ms / limit.ms)),
    unit: "x",
    from: `ours ${seconds(ownMs)}, shell ${seconds(limitMs)} (middle of ${pairs.length})`,
  }, {
    what: `peak memory of that export`,
    rule: "at most",
    limit: 300,
    measured: peak,
    unit: "MB",
    from: `the greatest of ${pairs.length}`,
  }, {
    what: `peak memory, ${NAMES[kind]}, ten times the runs over as many (20 points)`,
    rule: "at most",
    limit: 1.2,
    measured: large / small,
    unit: "x",
    from: `${large.toFixed(0)} MB, ${small.toFixed(0)} MB`,
  }, {
    what: `peak memory, ${NAMES[kind]}, one metric of ${points.toLocaleString("en")} points`,
    rule: "at most",
    limit: 300,
    measured: long,
    unit: "MB",
    from: `${long.toFixed(0)} MB`,
  }];
  return { goals, curves: [] };
}

async function peakMb(
  kind: StoreKind,
  shape: Shape,
  { folder, say }: Pick<Context, "folder" | "say">,
): Promise<number> {
  await using store = await fillStore(kind, shape, folder);
  const { peakMb, ms } = await measure(ours(store.uri, `${folder}/ours`));
  const runs = shape.experiments * shape.runs;
  say(`${runs} runs x ${shape.metrics} x ${shape.points}: ${peakMb.toFixed(0)} MB, ${seconds(ms)}`);
  return peakMb;
}
