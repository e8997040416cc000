/**
 * What docs/files.md says of the folder's files and their keys, from the shapes that the writers keep to: pure functions.
 * @module
 */
import * as z from "zod";
import {
  aboutShape,
  artifactFilesRow,
  loggedModelFilesRow,
  manifestEntry,
  summaryShape,
} from "../../lib/shapes/folder.ts";
import { evaluationDatasetRow, scorerRow, webhookRow } from "../../lib/shapes/evaluation.ts";
import { loggedModelRow, promptRow, traceRow } from "../../lib/shapes/extras.ts";
import { datasetRow, experimentRow, modelRow, runRow } from "../../lib/shapes/rows.ts";
import { markdownTable } from "./table.ts";

/** Files whose keys are told, in the page's order. */
const FILES: readonly (readonly [name: string, form: string, shape: z.ZodType])[] = [
  ["runs.json", "One JSON object a line, one a run. Sent to Kiroframe as import type 2.", runRow],
  ["experiment_summary.json", "One JSON object a line, one an experiment. Import type 1.", experimentRow],
  [
    "experiments_runs_datasets.json",
    "One JSON object a line, one a run and dataset; a run without datasets has one row of nulls.",
    datasetRow,
  ],
  ["models.json", "An indented list of registered models. Sent whole, as import type 3.", modelRow],
  ["logged_models.json", "One JSON object a line, one an MLflow 3 logged model, newest first.", loggedModelRow],
  ["prompts.json", "An indented list of the registry's prompts, by name.", promptRow],
  [
    "traces.jsonl",
    "One JSON object a line, one a trace, with `--export-traces`; newest first in each experiment.",
    traceRow,
  ],
  [
    "evaluation_datasets.json",
    "One JSON object a line, one an MLflow 3 evaluation dataset with its records, newest first.",
    evaluationDatasetRow,
  ],
  ["scorers.json", "One JSON object a line, one an MLflow 3 scorer with all its versions, by experiment.", scorerRow],
  ["webhooks.json", "One JSON object a line, one a webhook of the registry, newest first.", webhookRow],
  ["artifacts_manifest.json", "An indented list, an entry a run, with `--download-artifacts`.", manifestEntry],
  ["artifacts_files.jsonl", "One JSON object a line, one a run, with `--download-artifacts`.", artifactFilesRow],
  [
    "logged_models_files.jsonl",
    "One JSON object a line, one a logged model that no run put out, with `--download-artifacts`; by id.",
    loggedModelFilesRow,
  ],
  ["summary.json", "One indented object. More keys may come; these stay.", summaryShape],
  ["export.json", "One indented object: what the folder is an export of; no password, no token.", aboutShape],
];

/** What a type of JSON Schema is called here. */
const NAMES: Readonly<Record<string, string>> = { string: "text", integer: "count" };

/** JSON Schema, as far as the shapes here need it. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
}

/** Returns the table of an object's keys, those of objects within below their own, in Markdown. */
export function keysTable(shape: z.ZodType): string {
  return markdownTable([["Key", "Type", "Meaning"], ...rowsOf(z.toJSONSchema(shape, { io: "output" }) as Schema, "")]);
}

/** Returns the sections of docs/files.md, one a file, in Markdown. */
export function filesSections(): string {
  return FILES.map(([name, form, shape]) => `## ${name}\n\n${form}\n\n${keysTable(shape)}`).join("\n");
}

/** A row for each key, those of the objects within below their own. */
function rowsOf({ properties = {}, required = [] }: Schema, prefix: string): string[][] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const name = `${prefix}${key}`;
    const absent = required.includes(key) ? "" : ", or absent";
    const [inner, mark] = innerObject(schema);
    const own = [`\`${name}\``, typeOf(schema) + absent, schema.description ?? ""];
    return [own, ...inner === undefined ? [] : rowsOf(inner, `${name}${mark}.`)];
  });
}

/** The object within whose keys are told one by one, and how the way to it is written. */
function innerObject(schema: Schema): [inner: Schema | undefined, mark: string] {
  const choice = schema.anyOf?.find(({ type }) => type === "object" || type === "array");
  if (choice !== undefined) return innerObject(choice);
  if (schema.properties !== undefined) return [schema, ""];
  if (schema.items !== undefined) {
    const [inner, mark] = innerObject(schema.items);
    return [inner, `[]${mark}`];
  }
  if (typeof schema.additionalProperties === "object") {
    const [inner, mark] = innerObject(schema.additionalProperties);
    return [inner, `.*${mark}`];
  }
  return [undefined, ""];
}

function typeOf(schema: Schema): string {
  if (schema.title !== undefined) return schema.title;
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(" or ");
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`"${value}"\``).join(" or ");
  if (schema.items !== undefined) return `list of ${typeOf(schema.items)}`;
  if (typeof schema.additionalProperties === "object") {
    const inner = typeOf(schema.additionalProperties);
    return `object of ${inner === "" ? "anything" : inner}`;
  }
  return [schema.type ?? []].flat().map((type) => NAMES[type] ?? type).join(" or ");
}
