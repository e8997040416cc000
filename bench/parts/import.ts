/**
 * The import into a Kiroframe that takes 50 ms for each row: reference and ours, and what one experiment costs beyond that.
 * @module
 */
import { runReference } from "../../tests/live/parts/programs.ts";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { generateWorld } from "../../sandbox/world/generator.ts";
import { deno, measure, newestFolder, ours } from "../child.ts";
import { type Arrival, startSlowReceiver } from "../receiver.ts";
import type { Context, PartResult } from "../types.ts";

const receiverMs = 50;

/** Imports folders of 8 and of 1 experiments. */
export async function imports({ scale, folder, say }: Context): Promise<PartResult> {
  const runs = Math.max(10, Math.ceil(25 * scale));
  const reference = await importedByReference(runs, folder);
  say(`reference: 8 experiments in ${spanOf(reference).toFixed(0)} ms`);
  const eight = await importedByOurs({ experiments: 8, runs: 8 * runs }, `${folder}/eight`);
  say(`ours: 8 experiments in ${spanOf(eight).toFixed(0)} ms`);
  checkOrder(eight);
  const one = await importedByOurs({ experiments: 1, runs: 4 * runs }, `${folder}/one`);
  const busy = one.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  checkOrder(one);
  // "Default" has no runs, and is sent beside the first experiment: its time is nobody's wait.
  const beside = overlapOf(one);
  say(`ours: 1 experiment in ${spanOf(one).toFixed(0)} ms, of which the receiver ${(busy - beside).toFixed(0)} ms`);
  return {
    goals: [
      {
        what: `import, 8 experiments of ${runs} runs, receiver of ${receiverMs} ms: times the reference`,
        rule: "at least",
        limit: 7,
        measured: spanOf(reference) / reference.length / (spanOf(eight) / eight.length),
        unit: "x",
        from: `ours ${eight.length} rows in ${spanOf(eight).toFixed(0)} ms, reference ${reference.length} rows in ` +
          `${spanOf(reference).toFixed(0)} ms; each experiment strictly oldest first`,
      },
      {
        what: "import, one experiment: over the receiver's own time",
        rule: "at most",
        limit: 1.05,
        measured: spanOf(one) / (busy - beside),
        unit: "x",
        from: `${spanOf(one).toFixed(0)} ms, receiver ${(busy - beside).toFixed(0)} ms for ${one.length} rows`,
      },
    ],
    curves: [],
  };
}

const shape = { metrics: 2, points: 5 };

async function importedByReference(runs: number, folder: string): Promise<readonly Arrival[]> {
  await using sandbox = await startMlflowSandbox({
    world: generateWorld({ ...shape, experiments: 8, runs: 8 * runs }),
  });
  await using receiver = startSlowReceiver(receiverMs);
  const { exitCode, said } = await runReference({
    trackingUrl: sandbox.url,
    baseDir: `${folder}/reference`,
    receiver: { ...receiver, calls: [] },
  });
  if (exitCode !== 0) throw new Error(`The reference ended with ${exitCode}:\n${said}`);
  return receiver.arrivals;
}

async function importedByOurs(
  world: { experiments: number; runs: number },
  folder: string,
): Promise<readonly Arrival[]> {
  await using sandbox = await startMlflowSandbox({ world: generateWorld({ ...shape, ...world }) });
  await using receiver = startSlowReceiver(receiverMs);
  await measure(ours(sandbox.url, folder));
  const flags = ["--kiroframe-url", receiver.url, "--profiling-token", "none"];
  await measure(deno("main.ts", "import", newestFolder(folder), ...flags));
  return receiver.arrivals;
}

/** From the first row's arrival to the last one's reply. */
function spanOf(arrivals: readonly Arrival[]): number {
  return Math.max(...arrivals.map(({ toMs }) => toMs)) - Math.min(...arrivals.map(({ fromMs }) => fromMs));
}

/** Time in which a row was in work while another was, counted for the later one. */
function overlapOf(arrivals: readonly Arrival[]): number {
  let [overlap, busyUntil] = [0, 0];
  for (const { fromMs, toMs } of [...arrivals].sort((a, b) => a.fromMs - b.fromMs)) {
    overlap += Math.max(0, Math.min(busyUntil, toMs) - fromMs);
    busyUntil = Math.max(busyUntil, toMs);
  }
  return overlap;
}

/** Fails if a run came before the one before it in its experiment was acknowledged, or out of order. */
function checkOrder(arrivals: readonly Arrival[]): void {
  const last = new Map<string, Arrival>();
  for (const arrival of arrivals.filter(({ importType }) => importType === 2)) {
    const before = last.get(arrival.experimentId);
    if (before !== undefined && (before.startTime > arrival.startTime || before.toMs > arrival.fromMs)) {
      throw new Error(`Runs of experiment ${arrival.experimentId} came out of order`);
    }
    last.set(arrival.experimentId, arrival);
  }
}
