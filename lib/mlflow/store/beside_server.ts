/**
 * A store and the server that serves it: rows from the store, which is quicker, identity and artifacts from the server.
 * @module
 */
import { UsageError } from "../../errors.ts";
import type { Experiment, Run, Source, SourceAddress } from "../../source/mod.ts";
import { withChanges } from "../../source/changes.ts";
import { visible } from "../../visible.ts";

/** Returns the address of both. Connecting rejects with a UsageError that says what differs, where the server does not serve the store. */
export function besideServer(server: SourceAddress, store: SourceAddress): SourceAddress {
  return {
    identity: server.identity,
    secrets: [...server.secrets, ...store.secrets],
    async connect(): Promise<Source> {
      const rows = await store.connect();
      try {
        const served = await server.connect();
        try {
          const difference = await differenceOf(rows, served);
          if (difference === undefined) return join(rows, served);
          throw new UsageError(
            `Cannot read the rows of ${visible(server.identity.displayUrl)} from the store ` +
              `${visible(store.identity.displayUrl)}: ${difference}`,
            { hint: "Give the --backend-store-uri of that server as --store: a copy of it is another store" },
          );
        } catch (error) {
          await served.close();
          throw error;
        }
      } catch (error) {
        await rows.close();
        throw error;
      }
    },
  };
}

function join(rows: Source, served: Source): Source {
  return withChanges(served, {
    warnings: async () => [...await served.warnings(), ...await rows.warnings()],
    experiments: (options) => rows.experiments(options),
    checkSelection: (experiments, selection) => rows.checkSelection(experiments, selection),
    runCounts: (experiments, selection) => rows.runCounts(experiments, selection),
    listedRuns: (experiments, selection) => rows.listedRuns(experiments, selection),
    runs: (experiments, query) => rows.runs(experiments, query),
    estimate: (experiments, query) => rows.estimate(experiments, query),
    models: () => rows.models(),
    extras: { ...served.extras, ...rows.extras, modelFiles: served.extras?.modelFiles },
    probes: (run) => [...served.probes(run), ...rows.probes(run)],
    async close(): Promise<void> {
      await rows.close();
      await served.close();
    },
  });
}

/**
 * What one of them has and the other has not: an experiment, or the newest run of the newest experiment that has any. The store is asked
 * before and after the server, so that what is made meanwhile is no difference.
 */
async function differenceOf(store: Source, server: Source): Promise<string | undefined> {
  const before = await experimentsOf(store);
  const served = await experimentsOf(server);
  const after = await experimentsOf(store);
  const unserved = [...before].find(([key]) => !served.has(key));
  if (unserved !== undefined) return `only the store has the experiment ${nameOf(unserved[1])}`;
  const unstored = [...served].find(([key]) => !after.has(key));
  if (unstored !== undefined) return `only the server has the experiment ${nameOf(unstored[1])}`;
  const active = [...before.values()].filter(({ lifecycleStage }) => lifecycleStage === "active");
  const counts = await store.runCounts(active);
  const newest = active.find(({ id }) => (counts.get(id) ?? 0) > 0);
  return newest === undefined ? undefined : await differenceOfRuns(newest, { store, server });
}

async function differenceOfRuns(
  experiment: Experiment,
  { store, server }: { readonly store: Source; readonly server: Source },
): Promise<string | undefined> {
  const place = `of experiment ${nameOf(experiment)}`;
  const own = await newestRun(store, experiment);
  if (own !== undefined && !await hasRun(server, own, experiment)) {
    return `only the store has the run ${visible(own.id)}, the newest ${place}`;
  }
  const served = await newestRun(server, experiment, own);
  if (served !== undefined && !await hasRun(store, served, experiment)) {
    return `only the server has the run ${visible(served.id)}, the newest ${place}`;
  }
  return undefined;
}

/** By id and name: every store has an experiment 0. */
async function experimentsOf(source: Source): Promise<Map<string, Experiment>> {
  const experiments = await Array.fromAsync(source.experiments({ includeDeleted: true }));
  return new Map(experiments.map((experiment) => [JSON.stringify([experiment.id, experiment.name]), experiment]));
}

/** Only those are listed that began no earlier than the run given: a server takes seconds to list them all. */
async function newestRun(source: Source, experiment: Experiment, since?: Run): Promise<Run | undefined> {
  const sinceMs = since === undefined ? undefined : Number(since.startTime);
  for await (const run of source.listedRuns([experiment], { sinceMs })) return run;
  return undefined;
}

async function hasRun(source: Source, { id, startTime }: Run, experiment: Experiment): Promise<boolean> {
  for await (const run of source.listedRuns([experiment], { sinceMs: Number(startTime) })) {
    if (run.id === id) return true;
  }
  return false;
}

function nameOf({ id, name }: Experiment): string {
  return `${visible(id)} ${visible(JSON.stringify(name))}`;
}
