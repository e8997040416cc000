/**
 * Our evaluator of MLflow's run filters beside MLflow's own answers: of a database (3.17.2) and of a file store (2.22.5).
 * `LIVE_SEED=n` makes other filters.
 */
import assert from "node:assert/strict";
import { UsageError } from "../../../lib/errors.ts";
import { silentLogger } from "../../../lib/logger.ts";
import { MLFLOW } from "../../../lib/mlflow/mod.ts";
import { type MatchOptions, predicateOf } from "../../../lib/mlflow/store/filter/match.ts";
import type { Run, Source } from "../../../lib/source/mod.ts";
import { type MlflowVersion, startRealMlflow } from "../parts/servers.ts";
import { liveSeed } from "../parts/worlds.ts";
import { SeedApi } from "../seed/api.ts";
import { Random } from "../seed/random.ts";
import { filtersOf, seedFilterRuns } from "./filters.ts";

const REFUSED = "refused";

/** The ids of the runs that the server finds, or that it refuses the filter. */
async function answerOf(url: string, experimentId: string, filter: string): Promise<string> {
  const response = await fetch(`${url}/api/2.0/mlflow/runs/search`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ experiment_ids: [experimentId], filter, max_results: 100 }),
  });
  const { runs = [] } = await response.json().catch(() => ({})) as { runs?: { info: { run_id: string } }[] };
  return response.ok ? runs.map(({ info }) => info.run_id).sort().join() : REFUSED;
}

async function runsOf(trackingUrl: string, experimentId: string): Promise<Run[]> {
  const options = {
    trackingUrl,
    env: {},
    logger: silentLogger,
    experimentPageSize: 100,
    runPageSize: 100,
    concurrency: 1,
  };
  const source: Source = await (await MLFLOW.locate(options)).connect();
  try {
    const experiments = await Array.fromAsync(source.experiments());
    return await Array.fromAsync(source.listedRuns(experiments.filter(({ id }) => id === experimentId)));
  } finally {
    await source.close();
  }
}

function ownAnswer(runs: readonly Run[], filter: string, options: MatchOptions): string {
  try {
    return runs.filter(predicateOf({ filter }, options)).map(({ id }) => id).sort().join();
  } catch (error) {
    if (error instanceof UsageError) return REFUSED;
    throw error;
  }
}

for (const [version, isFiles] of [["3.17.2", false], ["2.22.5", true]] as [MlflowVersion, boolean][]) {
  Deno.test(`filters select the runs that MLflow ${version} selects, of ${isFiles ? "a file store" : "SQLite"}`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "mlruns-" });
    await using stack = new AsyncDisposableStack();
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    const server = stack.use(
      await startRealMlflow(version, isFiles ? { args: ["--backend-store-uri", folder] } : {}),
    );
    const experimentId = await seedFilterRuns(new SeedApi(server.url));
    const runs = await runsOf(isFiles ? folder : server.url, experimentId);
    assert.equal(runs.length, 6);
    const seed = liveSeed();
    const filters = filtersOf(new Random(seed), { isThree: !isFiles, runId: runs[0]?.id ?? "" });
    const wrong: string[] = [];
    const answers = new Set<string>();
    for (const filter of filters) {
      const theirs = await answerOf(server.url, experimentId, filter);
      const ours = ownAnswer(runs, filter, { asciiCase: !isFiles });
      answers.add(theirs);
      // A file store looks at a comparison only when a run fits all those before it.
      const isUnseen = isFiles && ours === REFUSED && theirs === "" && / and /i.test(filter);
      if (ours !== theirs && !isUnseen) wrong.push(`${filter}\n  ours   ${ours}\n  MLflow ${theirs}`);
    }
    assert.equal(
      wrong.length,
      0,
      `LIVE_SEED=${seed}: ${wrong.length} of ${filters.length} filters\n${wrong.join("\n")}`,
    );
    assert.ok(filters.length > 150 && answers.size > 15, `${filters.length} filters, ${answers.size} answers`);
  });
}
