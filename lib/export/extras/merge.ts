/**
 * The files of what a source has besides runs, of many shards made one.
 * @module
 */
import { createReadStream, existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { ExportFolder } from "../../folder/export_folder.ts";
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
  await target.writeLines("traces", mergedTraces(shards.map((shard) => shard.file("traces")), order));
  // The first shard has them.
  const prompts = shards.map((shard) => shard.file("prompts")).find((path) => existsSync(path));
  if (prompts !== undefined) await target.writeWhole("prompts", await readFile(prompts, "utf8"));
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

/** Each shard has the traces of its experiments in their order. */
async function* mergedTraces(paths: readonly string[], order: readonly string[]): AsyncGenerator<string> {
  const rank = new Map(order.map((id, index) => [id, index]));
  const rankOf = ({ id }: TraceLine): number => rank.get(id) ?? rank.size;
  const listings = paths.filter((path) => existsSync(path)).map((path) => traces(path));
  yield* textsOf(inOrder(listings, (a, b) => rankOf(a) - rankOf(b)));
}

interface TraceLine {
  /** The experiment's. */
  readonly id: string;
  readonly text: string;
}

async function* traces(path: string): AsyncGenerator<TraceLine> {
  for await (const text of createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Infinity })) {
    yield { id: JSON.parse(text).experiment_id, text };
  }
}
