/**
 * A database of MLflow's as a {@linkcode Source}.
 * @module
 */
import type {
  ArtifactFile,
  EstimateQuery,
  Experiment,
  Extras,
  Probe,
  ReadingEstimate,
  RegisteredModel,
  Run,
  RunQuery,
  RunRecord,
  RunSelection,
  Seen,
  Source,
  SourceIdentity,
} from "../../../../source/mod.ts";
import type { DirectStores } from "../../../artifacts/direct.ts";
import { listLocalArtifacts } from "../../artifacts.ts";
import { predicateOf, type RunPredicate } from "../../filter/match.ts";
import { text } from "../access/cells.ts";
import type { Database } from "../access/database.ts";
import { estimateReading } from "./estimate.ts";
import { extrasOf } from "./extras.ts";
import { readModels } from "./models.ts";
import { modelFolder, modelFolders } from "./logged_models.ts";
import type { Schema } from "./schema.ts";
import { countRuns, listRunIds, readExperiments } from "./selection.ts";
import { readListed, readRecords, type WindowOptions } from "./windows.ts";

/** What {@linkcode SqlReader} reads with. */
export interface SqlReaderOptions {
  /** The database, open. */
  readonly database: Database;
  /** Its tables. */
  readonly schema: Schema;
  /** Which store it is. */
  readonly identity: SourceIdentity;
  /** The workspace that is read, where there are any. */
  readonly workspace: string;
  /** Ways to artifacts that are not on this machine. @default {none} */
  readonly direct?: DirectStores;
}

/** Reads one database. */
export class SqlReader implements Source {
  readonly identity: SourceIdentity;
  /** A database knows its tables' version, not that of the MLflow which wrote it. */
  readonly version = null;
  readonly calls = 0;
  readonly extras: Extras;
  readonly #database: Database;
  readonly #schema: Schema;
  readonly #workspace: string;
  readonly #direct: DirectStores | undefined;

  /** Creates a reader of a database whose tables are known. */
  constructor({ database, schema, identity, workspace, direct }: SqlReaderOptions) {
    this.identity = identity;
    this.extras = {
      ...extrasOf(database, schema, workspace),
      // Asked for, as that of a run is.
      modelFiles: async ({ id }, signal) =>
        await listLocalArtifacts(await modelFolder(database, schema, id), { direct, signal }),
    };
    this.#database = database;
    this.#schema = schema;
    this.#workspace = workspace;
    this.#direct = direct;
  }

  async warnings(): Promise<readonly string[]> {
    if (!this.#schema.has("experiments", "workspace")) return [];
    const rows = await this.#database.rows(
      "select e.workspace, count(*) from experiments e where e.workspace <> ? group by e.workspace order by e.workspace",
      [this.#workspace],
    );
    if (rows.length === 0) return [];
    const others = rows.map(([name, count]) => `${name} (${count})`).join(", ");
    return [`Only the workspace ${this.#workspace} is exported; other workspaces have experiments: ${others}`];
  }

  async *experiments(
    { includeDeleted = false }: { readonly includeDeleted?: boolean } = {},
  ): AsyncGenerator<Experiment> {
    yield* await readExperiments(this.#database, this.#schema, { includeDeleted, workspace: this.#workspace });
  }

  checkSelection(_experiments: readonly Experiment[], selection: RunSelection): Promise<void> {
    return Promise.resolve(selection).then((given) => void this.#filterOf(given));
  }

  async runCounts(
    _experiments: readonly Experiment[],
    selection: RunSelection = {},
  ): Promise<ReadonlyMap<string, number>> {
    const counts = await countRuns(this.#database, selection);
    // Powers of two, because many machines must come to the same answer while runs are being added.
    return new Map([...counts].map(([id, count]) => [id, 2 ** Math.floor(Math.log2(count))]));
  }

  async *listedRuns(experiments: readonly Experiment[], selection: RunSelection = {}): AsyncGenerator<Run> {
    const ids = listRunIds(this.#database, experiments, selection);
    for await (const [_experiment, runs] of readListed(ids, this.#windowOptions(selection))) yield* runs;
  }

  async *runs(experiments: readonly Experiment[], query: RunQuery = {}): AsyncGenerator<RunRecord> {
    yield* readRecords(listRunIds(this.#database, experiments, query), this.#windowOptions(query));
  }

  async estimate(experiments: readonly Experiment[], query: EstimateQuery): Promise<ReadingEstimate> {
    const options = { ...this.#windowOptions(query), query, mustRead: Boolean(query.filter) };
    return await estimateReading(listRunIds(this.#database, experiments, query), options);
  }

  models(): Promise<readonly RegisteredModel[]> {
    return readModels(this.#database, this.#schema, { workspace: this.#workspace, prompts: false });
  }

  async artifacts(run: Run, signal?: AbortSignal): Promise<readonly ArtifactFile[]> {
    // Asked for: the run may come back without what must not be known.
    const rows = await this.#database.rows("select r.artifact_uri from runs r where r.run_uuid = ?", [run.id]);
    const models = await modelFolders(this.#database, this.#schema, run);
    return await listLocalArtifacts(text(rows[0]?.[0]), { models, direct: this.#direct, signal });
  }

  async workspaces(): Promise<readonly string[] | null> {
    if (!this.#schema.has("workspaces")) return null;
    const rows = await this.#database.rows("select w.name from workspaces w order by w.name");
    return rows.map(([name]) => text(name));
  }

  probes(): readonly Probe[] {
    const revision = async (): Promise<Seen> => {
      const rows = await this.#database.rows("select a.version_num from alembic_version a");
      return { found: `${this.#database.name}, MLflow's tables of revision ${text(rows[0]?.[0])}` };
    };
    const latency = async (): Promise<Seen> => {
      const startMs = performance.now();
      await this.#database.rows("select count(*) from experiments e");
      return { found: `a statement takes ${(performance.now() - startMs).toFixed(1)} ms` };
    };
    return [{ check: "tables", look: revision }, { check: "latency", look: latency }];
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  #filterOf({ filter }: RunSelection): RunPredicate {
    return predicateOf({ filter }, { asciiCase: this.#database.name === "SQLite" });
  }

  #windowOptions(query: RunQuery): WindowOptions {
    const { includeDeleted = false, isDone, needsHistories } = query;
    const isSelected = this.#filterOf(query);
    return {
      database: this.#database,
      schema: this.#schema,
      // A run may have been deleted since it was listed.
      isWanted: (run) =>
        (includeDeleted || run.lifecycleStage === "active") && isSelected(run) && isDone?.(run) !== true,
      needsHistories,
    };
  }
}
