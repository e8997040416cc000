/**
 * How cost grows, on generated servers: with the count of runs, and with the points of each metric.
 * @module
 */
import { deno, measure, ours } from "../child.ts";
import { startSandbox } from "../sandbox.ts";
import type { Context, PartResult } from "../types.ts";
import { seconds } from "./export.ts";

type World = Parameters<typeof startSandbox>[0];

/** Exports worlds of growing sizes, ours beside the floor. */
export async function scaling({ scale, folder, say }: Context): Promise<PartResult> {
  const runCounts = [500, 1_000, 2_000, 5_000, 10_000, 20_000].filter((count) => count <= 20_000 * scale);
  const pointCounts = [1, 10, 100, 1_000, 10_000].filter((count) => count <= 10_000 * scale);
  const grow = async (
    counts: readonly number[],
    worldOf: (count: number) => World & { readonly points: number; readonly metrics: number; readonly runs: number },
  ): Promise<PartResult["curves"][0]["series"]> => {
    const own: [number, number][] = [];
    const floor: [number, number][] = [];
    for (const count of counts) {
      const world = worldOf(count);
      await using sandbox = await startSandbox(world);
      const ids = Math.max(1, Math.min(90, Math.floor(24_999 / world.points)));
      const bare = await measure(deno("bench/programs/floor.ts", sandbox.url, `--ids=${ids}`));
      const { points } = JSON.parse(bare.output);
      if (points !== world.runs * world.metrics * world.points) throw new Error(`The floor read ${points} points`);
      floor.push([count, bare.ms / 1000]);
      own.push([count, (await measure(ours(sandbox.url, folder))).ms / 1000]);
      say(`${count}: ours ${seconds(own.at(-1)![1] * 1000)}, floor ${seconds(floor.at(-1)![1] * 1000)}`);
      for (const { name } of Deno.readDirSync(folder)) await Deno.remove(`${folder}/${name}`, { recursive: true });
    }
    return [{ name: "ours", points: own }, { name: "floor", points: floor }];
  };
  return {
    goals: [],
    curves: [
      {
        title: "runs, each with 10 metrics x 10 points (sandbox)",
        x: "runs",
        y: "seconds",
        series: await grow(runCounts, (runs) => ({ experiments: 20, runs, metrics: 10, points: 10 })),
      },
      {
        title: "points of each metric, 100 runs x 5 metrics (sandbox)",
        x: "points",
        y: "seconds",
        series: await grow(pointCounts, (points) => ({ experiments: 2, runs: 100, metrics: 5, points })),
      },
    ],
  };
}
