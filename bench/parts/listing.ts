/**
 * The listing of one giant experiment: several pages at once against one page after another.
 * @module
 */
import { startRealMlflow } from "../../tests/live/parts/servers.ts";
import { deno, measure } from "../child.ts";
import { seedStore } from "../seed.ts";
import type { Context, PartResult } from "../types.ts";
import { middle, seconds } from "./export.ts";

/** How often the three take turns: the middle of the ratios counts. */
const rounds = 4;

/**
 * Lists alone, without histories; the floor's reader takes one page after another, and then four at once, which is all that
 * the server and the machine have to give.
 */
export async function listing({ scale, say }: Context): Promise<PartResult> {
  const runs = Math.ceil(20_000 * scale);
  await using server = await startRealMlflow("3.17.2", { workers: 4 });
  seedStore(server.folder, { experiments: 1, runs, metrics: 0, points: 0, params: 20, tags: 8 });
  const taken: (readonly [sequentialMs: number, ownMs: number, parallelMs: number])[] = [];
  for (let round = 0; round < rounds; round++) {
    const sequential = await measure(deno("bench/programs/floor.ts", server.url, "--listing"));
    const own = await measure(deno("bench/programs/listing.ts", server.url, "8"));
    const parallel = await measure(deno("bench/programs/floor.ts", server.url, "--listing", "--calls=4"));
    if (Number(own.output) !== runs) throw new Error(`Listed ${own.output.trim()} of ${runs} runs`);
    say(
      [`one page after another ${seconds(sequential.ms)}`, `ours ${seconds(own.ms)}`, `bare ${seconds(parallel.ms)}`]
        .join(", "),
    );
    taken.push([sequential.ms, own.ms, parallel.ms]);
  }
  const [sequentialMs, ownMs, parallelMs] = [0, 1, 2].map((index) =>
    seconds(middle(taken.map((each) => each[index]!)))
  );
  const most = middle(taken.map(([sequential, , parallel]) => sequential / parallel));
  return {
    goals: [{
      what: `listing ${runs.toLocaleString("en")} runs of one experiment, 4 workers: times one page after another`,
      rule: "at least",
      limit: 1.6,
      measured: middle(taken.map(([sequential, own]) => sequential / own)),
      unit: "x",
      from:
        `ours ${ownMs}, one after another ${sequentialMs}; a bare reader, four at once and in no order, ${parallelMs}: ` +
        `${most.toFixed(2)} x is all there is`,
    }],
    curves: [],
  };
}
