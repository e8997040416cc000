/**
 * What a finished job left undone, in words.
 * @module
 */
import { IncompleteError } from "../errors.ts";
import { EXTRA_NOUNS, extraEntries } from "../export/state/extras.ts";
import type { Told } from "./told.ts";
import type { ExportSummary } from "../export/state/summary.ts";

/** What is missing from an export that ended, in words; empty where nothing is. */
export function exportFailures(summary: ExportSummary): string[] {
  const { sourceName, experiments, failedExperiments, modelsFailure, counts: { historyErrors, artifactErrors } } =
    summary;
  const differing = experiments.filter(({ runs, written }) => runs !== written);
  const failures = differing.map(({ id, runs, written }) =>
    `${sourceName} listed ${count(runs, "run")} of experiment ${id} and the files hold ${written}`
  );
  if (failedExperiments.length > 0) {
    failures.push(`the runs of ${count(failedExperiments.length, "experiment")} could not be listed`);
  }
  if (modelsFailure !== null) failures.push("the registered models could not be listed");
  for (const [kind, { error }] of extraEntries(summary.extras)) {
    if (error !== undefined) failures.push(`the ${EXTRA_NOUNS[kind][1]} could not be exported`);
  }
  if (historyErrors > 0) {
    failures.push(`${count(historyErrors, "metric history", "metric histories")} could not be read`);
  }
  if (artifactErrors > 0) failures.push(`artifacts of ${count(artifactErrors, "run")} could not be fetched`);
  return failures;
}

/** What a command that made a folder tells of it. */
export function factsOf(summary: ExportSummary): Told {
  const { experiments, failedExperiments, modelsFailure, extras, runs, files, counts } = summary;
  const { points, historyErrors, artifactErrors, artifactFiles = 0, artifactBytes = 0 } = counts;
  const facts = Object.values(files);
  return {
    written: {
      experiments: experiments.length,
      runs,
      points,
      datasets: sum(experiments.map(({ datasetRows }) => datasetRows)),
      artifacts: { files: artifactFiles, bytes: artifactBytes },
      extras: Object.fromEntries(
        extraEntries(extras).map(([kind, { found, exported }]) => [kind, { found, exported }]),
      ),
      files: facts.length,
      bytes: sum(facts.map(({ bytes }) => bytes)),
    },
    missing: {
      experiments: failedExperiments.length,
      models: modelsFailure === null ? 0 : 1,
      extras: extraEntries(extras).filter(([, { error }]) => error !== undefined).length,
      histories: historyErrors,
      artifacts: artifactErrors,
      counts: experiments.filter((one) => one.runs !== one.written).length,
    },
  };
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

/** Throws an IncompleteError that says what failed, if anything did. */
export function failIfIncomplete(failures: readonly string[]): void {
  if (failures.length === 0) return;
  throw new IncompleteError(`Finished, but ${failures.join(", and ")}`, {
    hint: "export.log in the folder lists each of them",
  });
}

/** A number with its noun: "1 run", "2 runs". */
export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${amount} ${amount === 1 ? noun : plural}`;
}
