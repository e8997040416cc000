/**
 * A server with thousands of experiments of one run each: how many searches an export of them takes.
 * @module
 */
import { startCountingProxy } from "../../tests/live/parts/proxy.ts";
import { startRealMlflow } from "../../tests/live/parts/servers.ts";
import { measure, ours } from "../child.ts";
import { seedStore } from "../seed.ts";
import type { Context, PartResult } from "../types.ts";
import { seconds } from "./export.ts";

/** Counts the calls of the whole command. */
export async function smallExperiments({ scale, folder, say }: Context): Promise<PartResult> {
  const experiments = Math.ceil(3_005 * scale);
  await using server = await startRealMlflow("3.17.2", { workers: 4 });
  seedStore(server.folder, { experiments, runs: 1, metrics: 1, points: 1, params: 1, tags: 2 });
  await using proxy = startCountingProxy(server.url);
  const { ms } = await measure(ours(proxy.url, folder));
  const searches = proxy.calls.filter(({ endpoint }) => endpoint.endsWith("/runs/search")).length;
  say(`${searches} searches of ${proxy.calls.length} calls, ${seconds(ms)}`);
  return {
    goals: [{
      what: `searches for ${experiments.toLocaleString("en")} experiments of one run each, MLflow 3.17.2`,
      rule: "at most",
      limit: 200,
      measured: searches,
      unit: "calls",
      from: `of ${proxy.calls.length} calls in all, ${seconds(ms)}`,
    }],
    curves: [],
  };
}
