/**
 * The exact shape of everything Kiroframe is sent: one missing, misspelt or additional key refuses the row.
 * Key sets from the export's own contract: what runs.json, experiment_summary.json and models.json hold.
 * @module
 */
import * as z from "zod";

/** Which stand-ins for NaN and the infinities a receiver takes besides numbers. */
export interface RowCheckOptions {
  /** True: null, "NaN", "Infinity" and "-Infinity" are metric values too. @default {false} */
  readonly acceptNonFinite?: boolean;
}

/** What {@linkcode createRowCheck} returns for a body: the checked body, or why it is refused. */
export type RowCheckResult =
  | { readonly body: KiroframeBody; readonly reason?: undefined }
  | { readonly body?: undefined; readonly reason: string };

/** One body of POST /arcee/v2/import after its check. */
export interface KiroframeBody {
  /** "mlflow". */
  readonly import_source: string;
  /** Tells the tracking servers apart. */
  readonly import_source_id: string;
  /** 1: an experiment, 2: a run, 3: the whole list of models. */
  readonly import_type: 1 | 2 | 3;
  /** Always null. */
  readonly owner_id: null;
  /** The row (types 1 and 2) or the list of models (type 3). */
  readonly line: unknown;
}

/** Returns a function that checks a parsed body against the exact key sets of its import_type. */
export function createRowCheck(options: RowCheckOptions = {}): (body: unknown) => RowCheckResult {
  const finite = z.number();
  const value = options.acceptNonFinite === true
    ? z.union([finite, z.null(), z.enum(["NaN", "Infinity", "-Infinity"])])
    : finite;
  const schema = bodySchema(value);
  return function checkBody(body: unknown): RowCheckResult {
    const result = schema.safeParse(body);
    return result.success ? { body: body as KiroframeBody } : { reason: z.prettifyError(result.error) };
  };
}

function bodySchema(value: z.ZodType): z.ZodType {
  const envelope = { import_source: z.literal("mlflow"), import_source_id: z.string().min(1), owner_id: z.null() };
  return z.discriminatedUnion("import_type", [
    z.strictObject({ ...envelope, import_type: z.literal(1), line: experimentSchema() }),
    z.strictObject({ ...envelope, import_type: z.literal(2), line: runSchema(value) }),
    z.strictObject({ ...envelope, import_type: z.literal(3), line: z.array(modelSchema()) }),
  ]);
}

function experimentSchema(): z.ZodType {
  const names = z.array(z.string());
  return z.strictObject({
    experiment_id: z.string().min(1),
    experiment_name: z.string(),
    description: z.string().nullable(),
    owner: z.string().nullable(),
    artifact_location: z.string().nullable(),
    lifecycle_stage: z.string().nullable(),
    runs_total: z.int().nonnegative(),
    status_counts: z.record(z.string(), z.int().nonnegative()),
    first_run_start_time: z.number().nullable(),
    first_run_start_time_iso: z.string().nullable(),
    last_run_end_time: z.number().nullable(),
    last_run_end_time_iso: z.string().nullable(),
    metrics: names,
    params: names,
    tag_keys: names,
    dataset_names: names,
  });
}

function runSchema(value: z.ZodType): z.ZodType {
  const texts = z.record(z.string(), z.string());
  const point = z.strictObject({ step: z.number(), ts: z.number(), value });
  const history = z.union([z.array(point), z.strictObject({ error: z.string() })]);
  const dataset = z.strictObject({
    name: z.string().nullable(),
    digest: z.string().nullable(),
    context: z.string().nullable(),
    source_type: z.string().nullable(),
    source: z.string().nullable(),
    schema: z.string().nullable().optional(),
    profile: z.string().nullable().optional(),
  });
  return z.strictObject({
    experiment_name: z.string(),
    experiment_id: z.string().min(1),
    run_id: z.string().min(1),
    status: z.string(),
    lifecycle_stage: z.string(),
    start_time: z.number().nullable(),
    end_time: z.number().nullable(),
    start_time_iso: z.string().nullable(),
    end_time_iso: z.string().nullable(),
    tags: texts,
    params: texts,
    metrics_latest: z.record(z.string(), value),
    metrics_history: z.record(z.string(), history),
    datasets: z.array(dataset),
    dataset_names: z.array(z.string()),
  });
}

function modelSchema(): z.ZodType {
  const texts = z.record(z.string(), z.string());
  const version = z.strictObject({
    version: z.string(),
    current_stage: z.string().nullable(),
    status: z.string().nullable(),
    run_id: z.string().nullable(),
    source: z.string().nullable(),
    description: z.string().nullable(),
    created: z.number().nullable(),
    last_updated: z.number().nullable(),
    tags: texts,
    aliases: z.array(z.string()),
  });
  return z.strictObject({
    name: z.string(),
    description: z.string().nullable(),
    tags: texts,
    created: z.number().nullable(),
    last_updated: z.number().nullable(),
    latest_versions: z.array(version),
  });
}
