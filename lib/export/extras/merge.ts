/**
 * The files of what a source has besides runs, of many shards made one.
 * @module
 */
import { createReadStream, existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { ExportFolder } from "../../folder/export_folder.ts";
import { compareCodePoints } from "../../rows/tally.ts";
import { byCreation, inOrder } from "../../source/in_order.ts";

interface Line {
  readonly id: string;
  readonly created: number;
  readonly text: string;
}

/**
 * Writes the files into the target; where no shard has one, the target has none.
 * @param order the ids of the experiments, in the order of one export
 */
export async function mergeExtras(
  shards: readonly ExportFolder[],
  target: ExportFolder,
  order: readonly string[],
): Promise<void> {
  const paths = shards.map((shard) => shard.file("loggedModels")).filter((path) => existsSync(path));
  const merged = inOrder(paths.map((path) => loggedModels(path)), byCreation);
  await target.writeLines("loggedModels", textsOf(merged));
  const fileLists = shards.map((shard) => shard.file("loggedModelFiles")).filter((path) => existsSync(path));
  const byId = inOrder(fileLists.map((path) => loggedModels(path)), (a, b) => compareCodePoints(a.id, b.id));
  await target.writeLines("loggedModelFiles", textsOf(byId));
  for (const name of ["traces", "scorers"] as const) {
    await target.writeLines(name, byExperiment(shards.map((shard) => shard.file(name)), order));
  }
  // The first shard has them.
  const firstOf = (name: "prompts" | "evaluationDatasets" | "webhooks"): string | undefined =>
    shards.map((shard) => shard.file(name)).find((path) => existsSync(path));
  const prompts = firstOf("prompts");
  if (prompts !== undefined) await target.writeWhole("prompts", await readFile(prompts, "utf8"));
  for (const name of ["evaluationDatasets", "webhooks"] as const) {
    const path = firstOf(name);
    if (path !== undefined) await target.writeLines(name, textsOf(linesOf(path)));
  }
}

async function* loggedModels(path: string): AsyncGenerator<Line> {
  for await (const text of createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Infinity })) {
    const { model_id: id, creation_timestamp: created } = JSON.parse(text);
    yield { id, created, text };
  }
}

async function* textsOf(lines: AsyncIterable<{ readonly text: string }>): AsyncGenerator<string> {
  for await (const { text } of lines) yield `${text}\n`;
}

/** Each shard has the lines of its experiments in their order. */
async function* byExperiment(paths: readonly string[], order: readonly string[]): AsyncGenerator<string> {
  const rank = new Map(order.map((id, index) => [id, index]));
  const rankOf = ({ id }: ExperimentLine): number => rank.get(id) ?? rank.size;
  const listings = paths.filter((path) => existsSync(path)).map((path) => linesOf(path));
  yield* textsOf(inOrder(listings, (a, b) => rankOf(a) - rankOf(b)));
}

interface ExperimentLine {
  /** The experiment's. */
  readonly id: string;
  readonly text: string;
}

async function* linesOf(path: string): AsyncGenerator<ExperimentLine> {
  for await (const text of createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Infinity })) {
    yield { id: JSON.parse(text).experiment_id ?? "", text };
  }
}
