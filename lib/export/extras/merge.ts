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

/** Writes the files into the target; where no shard has one, the target has none. */
export async function mergeExtras(shards: readonly ExportFolder[], target: ExportFolder): Promise<void> {
  const paths = shards.map((shard) => shard.file("loggedModels")).filter((path) => existsSync(path));
  const merged = inOrder(paths.map((path) => loggedModels(path)), byCreation);
  await target.writeLines("loggedModels", textsOf(merged));
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

async function* textsOf(lines: AsyncIterable<Line>): AsyncGenerator<string> {
  for await (const { text } of lines) yield `${text}\n`;
}
