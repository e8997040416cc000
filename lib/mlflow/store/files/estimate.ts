/**
 * What reading the runs of a file store will take, from some of them: to open the files of all would be the reading itself.
 * @module
 */
import type { EstimateQuery, Experiment, History, ReadingEstimate, RunRecord } from "../../../source/mod.ts";
import { EvenSample, measure, msFor } from "../../../source/sample.ts";
import type { LongFile } from "./metric/read.ts";
import type { StoredRun } from "./run.ts";

interface Listed {
  readonly experiment: Experiment;
  readonly id: string;
}

/** Takes note of runs as they are listed. */
export class FileTally {
  readonly #sample = new EvenSample<Listed>();
  #runs = 0;
  #known = 0;

  add(experiment: Experiment, id: string, { isKnown }: { readonly isKnown: boolean }): void {
    this.#runs++;
    if (isKnown) this.#known++;
    else this.#sample.add({ experiment, id });
  }

  /** Reads some of them. */
  async estimate(
    read: (experiment: Experiment, ids: readonly string[]) => AsyncIterable<StoredRun>,
    query: EstimateQuery,
  ): Promise<ReadingEstimate> {
    let [histories, points] = [0, 0];
    async function* records(sample: readonly Listed[]): AsyncGenerator<RunRecord> {
      for (const { experiment, id } of sample) {
        for await (const stored of read(experiment, [id])) {
          histories += stored.histories.size;
          for (const history of stored.histories.values()) points += lengthOf(history);
          yield { experiment, ...stored };
        }
      }
    }
    const measured = await measure(records(this.#sample.items), query);
    const toRead = this.#runs - this.#known;
    const share = measured.runs === 0 ? 0 : toRead / measured.runs;
    const all = Math.round(points * share);
    return {
      runs: this.#runs,
      known: this.#known,
      histories: Math.round(histories * share),
      points: all,
      isCounted: measured.runs === toRead,
      calls: 0,
      ms: msFor({ runs: toRead, points: all }, measured),
      sampled: measured.runs,
    };
  }
}

/** A long one is looked through before its first page, and so is counted wherever its reader leaves it. */
function lengthOf(history: History | LongFile): number {
  if ("length" in history) return history.length;
  return "count" in history ? history.count : 0;
}
