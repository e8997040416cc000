/**
 * The pass that makes runs.csv, for a folder of 100,000 runs.
 * @module
 */
import { deno, measure } from "../child.ts";
import { startSandbox } from "../sandbox.ts";
import type { Context, PartResult } from "../types.ts";
import { seconds } from "./export.ts";

interface Times {
  readonly exportMs: number;
  readonly csvMs: number;
}

/** Exports 25,000 and 100,000 runs. */
export async function csv({ scale, folder, say }: Context): Promise<PartResult> {
  const many = Math.ceil(100_000 * scale);
  const times = async (runs: number): Promise<Times> => {
    await using sandbox = await startSandbox({ experiments: 50, runs, metrics: 5, points: 1, params: 5, tags: 3 });
    const base = `${folder}/${runs}`;
    await Deno.mkdir(base);
    const result: Times = JSON.parse((await measure(deno("bench/programs/csv_pass.ts", sandbox.url, base))).output);
    await Deno.remove(base, { recursive: true });
    say(`${runs} runs: export ${seconds(result.exportMs)}, of which runs.csv ${seconds(result.csvMs)}`);
    return result;
  };
  const quarter = await times(Math.ceil(many / 4));
  const whole = await times(many);
  return {
    goals: [
      {
        what: `runs.csv of ${many.toLocaleString("en")} runs: share of the export's own time`,
        rule: "at most",
        limit: 0.2,
        measured: whole.csvMs / whole.exportMs,
        unit: "x",
        from: `${seconds(whole.csvMs)} of ${seconds(whole.exportMs)}`,
      },
      {
        what: `runs.csv of ${many.toLocaleString("en")} runs over four times that of a quarter (linear: 1)`,
        rule: "at most",
        limit: 1.25,
        measured: whole.csvMs / (4 * quarter.csvMs),
        unit: "x",
        from: `${seconds(whole.csvMs)}, ${seconds(quarter.csvMs)}`,
      },
    ],
    curves: [],
  };
}
