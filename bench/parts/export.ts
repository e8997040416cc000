/**
 * The whole export of a real server: reference, floor and ours side by side.
 * @module
 */
import { type MlflowVersion, startRealMlflow } from "../../tests/live/parts/servers.ts";
import { deno, measure, type Measured, ours } from "../child.ts";
import { referenceRate } from "../reference.ts";
import { seedStore, type Shape } from "../seed.ts";
import type { Context, Goal, Part, PartResult } from "../types.ts";

/** What is exported, and how fast it should be. */
export interface ExportOptions {
  /** The server. */
  readonly version: MlflowVersion;
  /** Its store. */
  readonly shape: Shape;
  /** Runs of which the reference's rate is taken. */
  readonly referenceRuns: number;
  /** Goal: times the reference's runs a second. */
  readonly atLeast: number;
  /** Whether the floor's goal is judged here. */
  readonly hasFloor: boolean;
}

/** How often floor and ours take turns: the middle of the ratios counts. */
const rounds = 3;

/** Makes the part. */
export function exportPart(options: ExportOptions): Part {
  return (context) => run(options, context);
}

async function run(options: ExportOptions, { scale, folder, say }: Context): Promise<PartResult> {
  const { version, referenceRuns, atLeast, hasFloor } = options;
  const shape = { ...options.shape, runs: Math.ceil(options.shape.runs * scale) };
  const runs = shape.experiments * shape.runs;
  const what = `${
    runs.toLocaleString("en")
  } runs x ${shape.metrics} metrics x ${shape.points} points, MLflow ${version}`;
  say(`filling a store: ${what}`);
  await using server = await startRealMlflow(version, { workers: 4 });
  seedStore(server.folder, shape);
  const pairs: { readonly floor: Measured; readonly own: Measured }[] = [];
  for (let round = 0; round < rounds; round++) {
    const floor = (): Promise<Measured> => measure(deno("bench/programs/floor.ts", server.url));
    const own = (): Promise<Measured> => measure(ours(server.url, `${folder}/ours`));
    // Who goes first finds the caches colder: they take turns.
    const pair = round % 2 === 0
      ? { floor: await floor(), own: await own() }
      : await own().then(async (measured) => ({ own: measured, floor: await floor() }));
    say(`floor ${seconds(pair.floor.ms)}, ours ${seconds(pair.own.ms)} (CPU ${pair.own.cpuS.toFixed(1)} s)`);
    pairs.push(pair);
  }
  const rate = await referenceRate({
    trackingUrl: server.url,
    baseDir: `${folder}/reference`,
    runs: Math.min(referenceRuns, Math.floor(runs / 2)),
  });
  say(`reference ${rate.toFixed(2)} runs/s`);
  const ownMs = middle(pairs.map((pair) => pair.own.ms));
  const floorMs = middle(pairs.map((pair) => pair.floor.ms));
  const ownRate = runs / ownMs * 1000;
  const goals: Goal[] = [{
    what: `export, ${what}: times the reference's runs/s`,
    rule: "at least",
    limit: atLeast,
    measured: ownRate / rate,
    unit: "x",
    from: `ours ${ownRate.toFixed(1)} runs/s, reference ${rate.toFixed(2)} runs/s`,
  }];
  if (hasFloor) {
    goals.push({
      what: `export, ${what}: over the floor`,
      rule: "at most",
      limit: 1.15,
      measured: middle(pairs.map(({ own, floor }) => own.ms / floor.ms)),
      unit: "x",
      from: `ours ${seconds(ownMs)}, floor ${seconds(floorMs)} (middle of ${pairs.length})`,
    });
  }
  return { goals, curves: [] };
}

/** The middle one of some numbers; of an even count, the mean of the two. */
export function middle(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? NaN, sorted[sorted.length >> 1] ?? NaN];
  return (low + high) / 2;
}

/** Milliseconds as seconds, for people. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}
