/**
 * A file store read directly: reference, a bare reader of the same files and ours side by side, and ours over ten times the runs and over
 * one long metric.
 * @module
 */
import { mkdirSync, rmSync } from "node:fs";
import { deno, measure, type Measured, ours } from "../child.ts";
import { referenceRate } from "../reference.ts";
import type { Shape } from "../seed.ts";
import { seedFiles } from "../seed_files.ts";
import type { Context, PartResult } from "../types.ts";
import { middle, seconds } from "./export.ts";

/** How often the bare reader and ours take turns: the middle of the ratios counts. */
const ROUNDS = 5;

/** Takes all figures of the part. */
export async function storeFile(context: Context): Promise<PartResult> {
  const { scale, folder, say } = context;
  const shape = { experiments: 20, runs: Math.ceil(100 * scale), metrics: 10, points: 100, params: 10, tags: 4 };
  const runs = shape.experiments * shape.runs;
  const what = `${runs.toLocaleString("en")} runs x 10 metrics x 100 points, file store`;
  say(`filling a store: ${what}`);
  const root = `${folder}/mlruns`;
  seedFiles(root, shape);
  const pairs: { readonly bare: Measured; readonly own: Measured }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const bare = await measure(deno("bench/programs/bare_files.ts", root));
    const own = await measure(ours(root, `${folder}/ours`));
    rmSync(`${folder}/ours`, { recursive: true });
    say(`bare reader ${seconds(bare.ms)}, ours ${seconds(own.ms)} (CPU ${own.cpuS.toFixed(1)} s)`);
    // The first one finds the caches cold.
    if (round > 0) pairs.push({ bare, own });
  }
  const rate = await referenceRate({
    trackingUrl: root,
    baseDir: `${folder}/reference`,
    runs: Math.min(200, Math.floor(runs / 2)),
  });
  say(`reference ${rate.toFixed(2)} runs/s`);
  const ownMs = middle(pairs.map(({ own }) => own.ms));
  const bareMs = middle(pairs.map(({ bare }) => bare.ms));
  rmSync(root, { recursive: true });
  const small = await peakMb(context, { ...shape, runs: Math.ceil(100 * scale), points: 20 });
  const large = await peakMb(context, { ...shape, runs: Math.ceil(1_000 * scale), points: 20 });
  const points = Math.ceil(5_000_000 * scale);
  const long = await peakMb(context, { experiments: 1, runs: 1, metrics: 1, points, params: 1, tags: 1 });
  return {
    goals: [
      {
        what: `export, ${what}: times the reference's runs/s`,
        rule: "at least",
        limit: 20,
        measured: runs / ownMs * 1000 / rate,
        unit: "x",
        from: `ours ${(runs / ownMs * 1000).toFixed(0)} runs/s, reference ${rate.toFixed(2)} runs/s`,
      },
      {
        what: `export, ${what}: over a bare reader of the same files`,
        rule: "at most",
        limit: 1.5,
        measured: middle(pairs.map(({ own, bare }) => own.ms / bare.ms)),
        unit: "x",
        from: `ours ${seconds(ownMs)}, bare reader ${seconds(bareMs)} (middle of ${pairs.length})`,
      },
      {
        what: "peak memory, file store, ten times the runs over as many (20 points)",
        rule: "at most",
        limit: 1.2,
        measured: large / small,
        unit: "x",
        from: `${large.toFixed(0)} MB, ${small.toFixed(0)} MB`,
      },
      {
        what: `peak memory, file store, one metric of ${points.toLocaleString("en")} points`,
        rule: "at most",
        limit: 300,
        measured: long,
        unit: "MB",
        from: `${long.toFixed(0)} MB`,
      },
    ],
    curves: [],
  };
}

async function peakMb({ folder, say }: Context, shape: Shape): Promise<number> {
  const root = `${folder}/memory`;
  mkdirSync(folder, { recursive: true });
  seedFiles(root, shape);
  const { peakMb, ms } = await measure(ours(root, `${folder}/ours`));
  rmSync(root, { recursive: true });
  rmSync(`${folder}/ours`, { recursive: true });
  say(
    `${shape.experiments * shape.runs} runs x ${shape.metrics} x ${shape.points}: ${peakMb.toFixed(0)} MB, ${
      seconds(ms)
    }`,
  );
  return peakMb;
}
