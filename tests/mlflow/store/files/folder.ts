/** A file store on disk for one test, file by file. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Logger } from "../../../../lib/logger.ts";
import { FileReader } from "../../../../lib/mlflow/store/files/reader.ts";
import type { History, MetricPoint, Run, RunQuery, Source } from "../../../../lib/source/mod.ts";

/** Files by their path below the store's root. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A folder that goes with the test. */
export interface Folder extends Disposable {
  readonly root: string;
  /** Writes files, making the folders above them. */
  write(files: Files): void;
}

export function makeFolder(files: Files = {}): Folder {
  const root = mkdtempSync(join(tmpdir(), "mlruns-"));
  const write = (files: Files): void => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
  };
  write(files);
  return { root, write, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

/** An experiment's meta.yaml as MLflow 2 writes it; null leaves a line out. */
export function experimentMeta(id: string, given: Readonly<Record<string, unknown>> = {}): string {
  return yaml({
    artifact_location: `file:///store/${id}`,
    creation_time: 1_700_000_000_000,
    experiment_id: `'${id}'`,
    last_update_time: 1_700_000_000_000,
    lifecycle_stage: "active",
    name: `experiment ${id}`,
    ...given,
  });
}

/** A run's meta.yaml as MLflow 2 writes it, of a run that ended long ago; null leaves a line out. */
export function runMeta(id: string, given: Readonly<Record<string, unknown>> = {}): string {
  return yaml({
    artifact_uri: `file:///store/1/${id}/artifacts`,
    end_time: 1_700_000_001_000,
    entry_point_name: "''",
    experiment_id: "'1'",
    lifecycle_stage: "active",
    run_id: id,
    run_name: `run ${id}`,
    run_uuid: id,
    source_name: "''",
    source_type: 4,
    source_version: "''",
    start_time: 1_700_000_000_000,
    status: 3,
    tags: "[]",
    user_id: "ada",
    ...given,
  });
}

function yaml(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields).filter(([, value]) => value !== null).map(([key, value]) => `${key}: ${value}\n`).join(
    "",
  );
}

/** A reader of the folder, and the warnings it gave. */
export function readerOf(folder: Folder): { readonly reader: Source; readonly warnings: string[] } {
  const warnings: string[] = [];
  const ignore = (): void => {};
  const warn = (message: string): void => void warnings.push(message.replaceAll(folder.root, "ROOT"));
  const logger: Logger = { debug: ignore, info: ignore, warn, error: warn };
  const identity = { importSource: "mlflow", name: "MLflow", sourceId: "0", displayUrl: folder.root };
  return { reader: new FileReader({ identity, root: folder.root, logger }), warnings };
}

/** All runs of all experiments, with their histories in full. */
export async function allRuns(
  reader: Source,
  query: RunQuery = {},
): Promise<{ readonly run: Run; readonly histories: ReadonlyMap<string, MetricPoint[] | string> }[]> {
  const experiments = await Array.fromAsync(reader.experiments({ includeDeleted: query.includeDeleted }));
  return await Array.fromAsync(reader.runs(experiments, query), async ({ run, histories }) => ({
    run,
    histories: new Map(
      await Array.fromAsync(histories, async ([key, history]) => [key, await pointsOf(history)] as const),
    ),
  }));
}

async function pointsOf(history: History): Promise<MetricPoint[] | string> {
  if ("error" in history) return history.error;
  if (!(Symbol.asyncIterator in history)) return [...history];
  return (await Array.fromAsync(history, (page) => [...page])).flat();
}

/** An experiment with a run of two metrics. */
export const STORE: Files = {
  "1/meta.yaml": experimentMeta("1"),
  "1/tags/mlflow.note.content": "a note\n",
  "1/abc/meta.yaml": runMeta("abc"),
  "1/abc/metrics/loss": "1 0.5 0\n2 0.25 1\n",
  "1/abc/metrics/deep/er/key": "1 nan 0\n",
  "1/abc/params/rate": "0.1\n",
  "1/abc/params/empty": "",
  "1/abc/tags/mlflow.runName": "run abc",
  "1/abc/tags/a/b": "\ufeffvalue\r\n",
};

export async function idsOf(folder: Folder, query = {}): Promise<string[]> {
  return (await allRuns(readerOf(folder).reader, query)).map(({ run }) => run.id);
}

export function age(path: string): void {
  const long = new Date("2023-11-14");
  if (Deno.statSync(path).isDirectory) { for (const { name } of Deno.readDirSync(path)) age(join(path, name)); }
  Deno.utimeSync(path, long, long);
}
