/** Export folders and imports for the tests of this room. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ImportOptions } from "../../lib/kiroframe/options.ts";
import type { ImportResult } from "../../lib/kiroframe/result.ts";
import { importToKiroframe } from "../../lib/kiroframe/import.ts";
import { Ledger } from "../../lib/kiroframe/ledger/mod.ts";
import type { KiroframeSandbox } from "../../sandbox/kiroframe/types.ts";
import { silentLogger, silentProgress } from "../../lib/logger.ts";
import assert from "node:assert/strict";
import type { KiroframeFault } from "../../sandbox/kiroframe/faults.ts";

export const SOURCE_ID = "cc2d16ea7d";

/** An experiment's line, as an export writes it. */
export function experimentLine(id: string): string {
  return `{"experiment_id": "${id}", "experiment_name": "experiment ${id}", "description": null, "owner": null, ` +
    `"artifact_location": "mlflow-artifacts:/${id}", "lifecycle_stage": "active", "runs_total": 1, ` +
    `"status_counts": {"FINISHED": 1}, "first_run_start_time": null, "first_run_start_time_iso": null, ` +
    `"last_run_end_time": null, "last_run_end_time_iso": null, "metrics": [], "params": [], "tag_keys": [], "dataset_names": []}`;
}

/** What of a run's line is not always the same: JSON text of its maps. */
export interface RunLineParts {
  readonly startTime?: number;
  readonly tags?: string;
  readonly params?: string;
  readonly latest?: string;
  readonly histories?: string;
}

/** A run's line, as an export writes it. */
export function runLine(experimentId: string, id: string, parts: RunLineParts = {}): string {
  return `{"experiment_name": "experiment ${experimentId}", "experiment_id": "${experimentId}", "run_id": "${id}", ` +
    `"status": "FINISHED", "lifecycle_stage": "active", "start_time": ${parts.startTime ?? 0}, "end_time": null, ` +
    `"start_time_iso": null, "end_time_iso": null, "tags": ${parts.tags ?? "{}"}, "params": ${parts.params ?? "{}"}, ` +
    `"metrics_latest": ${parts.latest ?? "{}"}, "metrics_history": ${parts.histories ?? "{}"}, ` +
    `"datasets": [], "dataset_names": []}`;
}

/** A list of points as JSON text. */
export function pointList(count: number): string {
  const points = Array.from({ length: count }, (_, step) => `{"step": ${step}, "ts": 17${step}, "value": ${step}.5}`);
  return `[${points.join(", ")}]`;
}

/** An export folder on disk: removed at the end. */
export class TestFolder implements AsyncDisposable {
  readonly path: string;
  readonly #database = new DatabaseSync(":memory:");

  private constructor(path: string) {
    this.path = path;
  }

  /** Writes files given as lines; models null writes no models.json. */
  static async write(
    files: {
      readonly experiments: readonly string[];
      readonly runs: readonly string[];
      readonly models?: string | null;
    },
  ): Promise<TestFolder> {
    const folder = new TestFolder(await mkdtemp(join(tmpdir(), "kiroframe-test-")));
    await folder.writeLines("experiment_summary.json", files.experiments);
    await folder.writeLines("runs.json", files.runs);
    if (files.models !== null) await writeFile(join(folder.path, "models.json"), files.models ?? "[]");
    return folder;
  }

  /** A folder with experiments e0, e1, …, each with runs e0r0 (the oldest), e0r1, …: newest first, as an export writes them. */
  static async regular(experiments: number, runsEach: number): Promise<TestFolder> {
    const ids = Array.from({ length: experiments }, (_, index) => `e${index}`);
    return await TestFolder.write({
      experiments: ids.map(experimentLine),
      runs: ids.flatMap((id) =>
        Array.from({ length: runsEach }, (_, age) => {
          const number = runsEach - 1 - age;
          return runLine(id, `${id}r${number}`, { startTime: 1000 + number, params: `{"number": "${number}"}` });
        })
      ),
    });
  }

  async writeLines(name: string, lines: readonly string[]): Promise<void> {
    await writeFile(join(this.path, name), lines.map((line) => line + "\n").join(""));
  }

  /** The folder's ledger for a sandbox. */
  ledger(sandbox: Pick<KiroframeSandbox, "url" | "token">): Ledger {
    return new Ledger(this.#database, {
      kiroframeUrl: sandbox.url,
      sourceId: SOURCE_ID,
      profilingToken: sandbox.token,
      now: () => new Date(0),
    });
  }

  /** Imports the folder, with few and quick retries. */
  async importTo(
    sandbox: Pick<KiroframeSandbox, "url" | "token">,
    options: Partial<ImportOptions> = {},
  ): Promise<ImportResult> {
    return await importToKiroframe({
      experimentsPath: join(this.path, "experiment_summary.json"),
      runsPath: join(this.path, "runs.json"),
      modelsPath: join(this.path, "models.json"),
      importSource: "mlflow",
      sourceId: SOURCE_ID,
      kiroframeUrl: sandbox.url,
      profilingToken: sandbox.token,
      nonFinite: "omit",
      ledger: this.ledger(sandbox),
      logger: silentLogger,
      progress: silentProgress,
      retry: { retries: 2, baseDelayMs: 1, maxDelayMs: 2, maxRetryAfterMs: 5 },
      graceMs: 200,
      ...options,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#database.close();
    await rm(this.path, { recursive: true, force: true });
  }
}

export function answer(status: number, rowIds: readonly string[], more: Partial<KiroframeFault> = {}): KiroframeFault {
  const body = `{"error": "no ${status}"}`;
  return { match: ({ rowId }) => rowIds.includes(rowId ?? ""), action: { kind: "status", status, body }, ...more };
}

export function totals({ experiments, runs, models }: ImportResult): string {
  return [experiments, runs, models].map(({ sent, skipped, failed }) => `${sent}+${skipped}-${failed}`).join(" ");
}

/** Everything of the folder is there, once, in order. */
export function assertComplete(sandbox: KiroframeSandbox, experiments: number, runsEach: number): void {
  assert.deepEqual(sandbox.violations, []);
  assert.equal(sandbox.experiments.size, experiments);
  assert.equal(sandbox.runs.size, experiments * runsEach);
  assert.notEqual(sandbox.models, null);
  for (const { runId, number } of sandbox.runs.values()) assert.equal(runId.split("r")[1], String(number - 1));
}

export function arrivals(sandbox: KiroframeSandbox): (string | null)[] {
  return sandbox.requests.map(({ rowId }) => rowId);
}
