/**
 * Prompts as prompts.json has them. None goes to Kiroframe.
 * @module
 */
import { type JsonRow, pythonJson, type RowOf } from "../json/python.ts";
import type { PromptRow, PromptVersionRow } from "../shapes/extras.ts";
import type { Prompt, PromptVersion } from "../source/mod.ts";
import { inKeyOrder } from "./in_key_order.ts";
import { compareCodePoints } from "./tally.ts";

/** The whole of prompts.json: an indented list, by name. */
export function promptsJson(prompts: readonly Prompt[]): string {
  return pythonJson(prompts.toSorted((a, b) => compareCodePoints(a.name, b.name)).map(promptRow), 2);
}

function promptRow({ name, description, tags, created, lastUpdated, versions }: Prompt): JsonRow {
  return {
    name,
    description,
    tags: inKeyOrder(tags),
    created,
    last_updated: lastUpdated,
    versions: versions.map(versionRow),
  } satisfies RowOf<PromptRow>;
}

function versionRow(version: PromptVersion): JsonRow {
  return {
    version: version.version,
    type: version.type,
    text: version.text,
    commit_message: version.commitMessage,
    response_format: version.responseFormat,
    model_config: version.modelConfig,
    created: version.created,
    last_updated: version.lastUpdated,
    tags: inKeyOrder(version.tags),
    aliases: version.aliases.toSorted(compareCodePoints),
  } satisfies RowOf<PromptVersionRow>;
}
