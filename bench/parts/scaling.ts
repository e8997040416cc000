/**
 * How cost grows, on generated servers: with the count of runs, and with the points of each metric.
 * @module
 */
import { venvPython } from "../../tests/live/parts/venvs.ts";
import { deno, measure, ours } from "../child.ts";
import { startSandbox } from "../sandbox.ts";
import type { Context, PartResult } from "../types.ts";
import { seconds } from "./export.ts";

/** What has a size that grows. */
interface World {
  readonly experiments: number;
  readonly runs: number;
  readonly metrics: number;
  readonly points: number;
}

/** Larger worlds would take the reference many minutes each. */
const largestForReference = { runs: 2_000, points: 1_000 };

/** Exports worlds of growing sizes: ours beside the floor, and beside the reference where it does not take too long. */
export async function scaling({ scale, folder, say }: Context): Promise<PartResult> {
  const runCounts = [500, 1_000, 2_000, 5_000, 10_000, 20_000].filter((count) => count <= 20_000 * scale);
  const pointCounts = [1, 10, 100, 1_000, 10_000].filter((count) => count <= 10_000 * scale);
  const python = await venvPython("reference-0.0.10");
  const programs: Readonly<Record<string, (url: string, world: World) => readonly string[] | undefined>> = {
    ours: (url) => ours(url, folder),
    floor: (url, { points }) => {
      const ids = Math.max(1, Math.min(90, Math.floor(24_999 / points)));
      return deno("bench/programs/floor.ts", url, `--ids=${ids}`);
    },
    reference: (url, { runs, points }) => {
      if (runs > largestForReference.runs || points > largestForReference.points) return undefined;
      const flags = ["--tracking-url", url, "--base-dir", folder, "--no-import-to-kiroframe"];
      const required = ["--kiroframe-url", "http://127.0.0.1:1", "--profiling-token", "none"];
      return [python, "-m", "kiroframe_importer.importer", ...flags, ...required];
    },
  };
  const grow = async (worlds: readonly (readonly [count: number, world: World])[]) => {
    const series = Object.keys(programs).map((name) => ({ name, points: [] as [number, number][] }));
    for (const [count, world] of worlds) {
      await using sandbox = await startSandbox(world);
      for (const { name, points } of series) {
        const command = programs[name]?.(sandbox.url, world);
        if (command === undefined) continue;
        const { ms, output } = await measure(command);
        say(`${count}, ${name}: ${seconds(ms)}`);
        points.push([count, ms / 1000]);
        if (name === "floor") checkWhole(JSON.parse(output), world);
        for (const { name } of Deno.readDirSync(folder)) await Deno.remove(`${folder}/${name}`, { recursive: true });
      }
    }
    return series;
  };
  return {
    goals: [],
    curves: [
      {
        title: "runs, each with 10 metrics x 10 points (sandbox)",
        x: "runs",
        y: "seconds",
        series: await grow(runCounts.map((runs) => [runs, { experiments: 20, runs, metrics: 10, points: 10 }])),
      },
      {
        title: "points of each metric, 100 runs x 5 metrics (sandbox)",
        x: "points",
        y: "seconds",
        series: await grow(pointCounts.map((points) => [points, { experiments: 2, runs: 100, metrics: 5, points }])),
      },
    ],
  };
}

function checkWhole({ points }: { readonly points: number }, world: World): void {
  const all = world.runs * world.metrics * world.points;
  if (points !== all) throw new Error(`The floor read ${points} points of ${all}`);
}
