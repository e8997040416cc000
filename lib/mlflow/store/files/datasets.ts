/**
 * What a run took in and put out: datasets (MLflow 2.4 and later), and the ids of logged models (MLflow 3).
 * @module
 */
import { join } from "node:path";
import { entriesOf } from "../../../runtime/entries.ts";
import type { Dataset } from "../../../source/mod.ts";
import { NotReadable, readMeta } from "./meta/read.ts";
import type { Notes } from "./skipped.ts";

/** Datasets kept in memory, at most: runs of one experiment mostly have the same ones, and a profile may be a megabyte. */
const MAX_KEPT = 50;

/** Reads the datasets of runs, each of them from its file once where the runs before had it too. */
export class DatasetReader {
  readonly #kept = new Map<string, Omit<Dataset, "context">>();

  /** The datasets of a run, in MLflow's order. */
  read(runFolder: string, notes: Notes): Dataset[] {
    return entriesOf(join(runFolder, "inputs")).flatMap(({ name }): Dataset[] => {
      const folder = join(runFolder, "inputs", name);
      try {
        const input = readMeta(folder);
        const id = input.text("source_id");
        if (input.text("source_type") !== "DATASET" || id === null) return [];
        const dataset = this.#dataset(join(runFolder, "..", "datasets", id));
        return [{ ...dataset, context: input.texts("tags").get("mlflow.data.context") ?? null }];
      } catch (error) {
        if (!(error instanceof NotReadable)) throw error;
        notes.note(folder, error.message);
        return [];
      }
    });
  }

  #dataset(folder: string): Omit<Dataset, "context"> {
    const kept = this.#kept.get(folder);
    if (kept !== undefined) return kept;
    let meta;
    try {
      meta = readMeta(folder);
    } catch (error) {
      throw error instanceof NotReadable ? new NotReadable(`is about a dataset that ${error.message}`) : error;
    }
    const dataset = {
      name: meta.text("name") ?? "",
      digest: meta.text("digest") ?? "",
      sourceType: meta.text("source_type") ?? "",
      source: meta.text("source") ?? "",
      schema: meta.text("schema") || null,
      profile: meta.text("profile") || null,
    };
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    this.#kept.set(folder, dataset);
    return dataset;
  }
}

/** The ids of the logged models that a run put out, in MLflow's order. */
export function readModelIds(runFolder: string, notes: Notes): string[] {
  return entriesOf(join(runFolder, "outputs")).flatMap(({ name }): string[] => {
    const folder = join(runFolder, "outputs", name);
    try {
      const output = readMeta(folder);
      const id = output.text("destination_id");
      return output.text("destination_type") === "MODEL_OUTPUT" && id !== null ? [id] : [];
    } catch (error) {
      if (!(error instanceof NotReadable)) throw error;
      notes.note(folder, error.message);
      return [];
    }
  });
}
