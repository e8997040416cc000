/**
 * Runs, written through the REST interface with as few calls as it allows.
 * @module
 */
import type { Random } from "./random.ts";
import { keys, nastyText, numbers, steps } from "./nasty.ts";
import type { SeedApi } from "./api.ts";

/** A moment in November 2023 that all times of the seed are counted from, in milliseconds. */
export const epoch = 1_700_000_000_000;

/** One value of a metric, as the server takes it. */
export interface SeedMetric {
  readonly key: string;
  /** NaN and the infinities as text. */
  readonly value: number | string;
  readonly timestamp: number;
  readonly step: number | bigint;
}

/** What a run of the seed holds. */
export interface SeedRun {
  readonly name?: string;
  /** Left out of the call when undefined. */
  readonly start?: number;
  readonly status?: string;
  /** No end when undefined. */
  readonly end?: number;
  readonly tags?: readonly (readonly [key: string, value: string])[];
  readonly params?: readonly (readonly [key: string, value: string])[];
  readonly metrics?: readonly SeedMetric[];
}

/** Makes a run and returns its id. */
export async function createRun(api: SeedApi, experimentId: string, run: SeedRun): Promise<string> {
  const tags = [...(run.tags ?? [])];
  if (run.name !== undefined) tags.push(["mlflow.runName", run.name]);
  const reply = await api.post("runs/create", {
    experiment_id: experimentId,
    ...(run.start === undefined ? {} : { start_time: run.start }),
    // 1.30 refuses a name that is in the tag alone.
    ...(run.name === undefined ? {} : { run_name: run.name }),
    tags: tags.map(([key, value]) => ({ key, value })),
  }) as { run: { info: { run_id: string } } };
  const id = reply.run.info.run_id;
  const metrics = [...(run.metrics ?? [])];
  const params = (run.params ?? []).map(([key, value]) => ({ key, value }));
  for (let index = 0; index < params.length || (index === 0 && metrics.length > 0); index += 100) {
    await api.post("runs/log-batch", {
      run_id: id,
      params: params.slice(index, index + 100),
      metrics: metrics.splice(0, 900),
    });
  }
  while (metrics.length > 0) await api.post("runs/log-batch", { run_id: id, metrics: metrics.splice(0, 1000) });
  if (run.status !== undefined || run.end !== undefined) {
    await api.post("runs/update", {
      run_id: id,
      ...(run.status === undefined ? {} : { status: run.status }),
      ...(run.end === undefined ? {} : { end_time: run.end }),
    });
  }
  return id;
}

/** Returns a run whose every part is a matter of chance. */
export function randomRun(random: Random): SeedRun {
  const start = epoch + random.int(-3, 3) * 1000 + random.pick([0, 0, 1, 10, 500, 999]);
  const ends = random.chance(0.8);
  const chosen = keys.filter(() => random.chance(0.3));
  return {
    name: nastyText(random, 5),
    start,
    ...(ends ? { status: random.pick(["FINISHED", "FAILED", "KILLED"]), end: start + random.int(0, 100_000) } : {}),
    tags: chosen.map((key) => [key, nastyText(random, 6)]),
    params: [...chosen].reverse().map((key) => [key, nastyText(random, 6)]),
    metrics: keys.filter(() => random.chance(0.2)).flatMap((key) => randomPoints(random, key)),
  };
}

/** Up to five values in no order, perhaps the same one twice, perhaps several at one step and time. */
function randomPoints(random: Random, key: string): SeedMetric[] {
  const points = Array.from({ length: random.int(1, 5) }, () => ({
    key,
    value: random.pick(numbers),
    timestamp: epoch + random.int(0, 3) * 1000,
    step: random.pick(steps),
  }));
  // 2.22.5 fails to store the same NaN twice.
  const isUnique = ({ value, timestamp, step }: SeedMetric, index: number): boolean =>
    value !== "NaN" ||
    points.findIndex((other) => other.value === "NaN" && other.timestamp === timestamp && other.step === step) ===
      index;
  const unique = points.filter(isUnique);
  return random.chance(0.2) ? [...unique, ...unique.filter((point) => point.value !== "NaN")] : unique;
}
