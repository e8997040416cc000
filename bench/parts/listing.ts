/**
 * The listing of one giant experiment: several pages at once against one page after another.
 * @module
 */
import { startRealMlflow } from "../../tests/live/servers.ts";
import { deno, measure } from "../child.ts";
import { seedStore } from "../seed.ts";
import type { Context, PartResult } from "../types.ts";
import { middle, seconds } from "./export.ts";

/** Lists alone, without histories; the floor's reader takes one page after another. */
export async function listing({ scale, say }: Context): Promise<PartResult> {
  const runs = Math.ceil(20_000 * scale);
  await using server = await startRealMlflow("3.17.2", { workers: 4 });
  seedStore(server.folder, { experiments: 1, runs, metrics: 0, points: 0, params: 20, tags: 8 });
  const pairs: (readonly [sequentialMs: number, ownMs: number])[] = [];
  for (let round = 0; round < 2; round++) {
    const sequential = await measure(deno("bench/programs/floor.ts", server.url, "--listing"));
    const own = await measure(deno("bench/programs/listing.ts", server.url, "8"));
    if (Number(own.output) !== runs) throw new Error(`Listed ${own.output.trim()} of ${runs} runs`);
    say(`one page after another ${seconds(sequential.ms)}, ours ${seconds(own.ms)}`);
    pairs.push([sequential.ms, own.ms]);
  }
  const [sequentialMs, ownMs] = [0, 1].map((index) => middle(pairs.map((pair) => pair[index]!)));
  return {
    goals: [{
      what: `listing ${runs.toLocaleString("en")} runs of one experiment, 4 workers: times one page after another`,
      rule: "at least",
      limit: 1.6,
      measured: middle(pairs.map(([sequential, own]) => sequential / own)),
      unit: "x",
      from: `ours ${seconds(ownMs ?? NaN)}, one after another ${seconds(sequentialMs ?? NaN)}`,
    }],
    curves: [],
  };
}
