/**
 * A finished export as the next one sees it: where the histories of its runs lie in runs.json, to be taken over as bytes.
 * @module
 */
import { type FileHandle, link as fsLink, open, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { FilePart } from "../runtime/file_part.ts";
import { openToRead } from "../runtime/sqlite.ts";
import { type FileFacts, inspectFile } from "./inspect.ts";
import { LAYOUT } from "./layout.ts";
import type { KeptHistories } from "./state.ts";

/** The name under which a finished export keeps the time of its runs.json, in milliseconds since the epoch. */
export const RUNS_WRITTEN = "runs_written_ms";

/** A file below a run's artifacts, as artifacts_files.jsonl tells it. */
export interface KeptFile {
  /** Below the run's folder, with "/" between parts. */
  readonly path: string;
  /** Its length. */
  readonly bytes: number;
  /** SHA-256 of it, in hex. */
  readonly sha256: string;
}

interface PreviousFiles {
  readonly runs: FileHandle;
  /** When runs.json was written, in milliseconds since the epoch; null where version 0.1.0 did not keep that. */
  readonly writtenMs: number | null;
  readonly artifacts: ReadonlyMap<string, readonly KeptFile[]>;
}

/** A finished folder, open for reading. */
export class PreviousFolder {
  /** The folder's absolute path. */
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #closeDatabase: () => void;
  readonly #find: StatementSync;
  readonly #runs: FileHandle;
  readonly #writtenMs: number | null;
  readonly #artifacts: ReadonlyMap<string, readonly KeptFile[]>;

  private constructor(path: string, { database, close }: ReturnType<typeof openToRead>, files: PreviousFiles) {
    this.path = path;
    this.#database = database;
    this.#closeDatabase = close;
    this.#runs = files.runs;
    this.#writtenMs = files.writtenMs;
    this.#artifacts = files.artifacts;
    this.#find = database.prepare("SELECT * FROM histories WHERE run_id = ?");
  }

  /**
   * Opens a folder. Null where nothing can be taken over from it: it did not finish, an earlier version made it, or its runs.json is
   * not the one that its export wrote.
   */
  static async open(path: string): Promise<PreviousFolder | null> {
    const statePath = join(path, LAYOUT.state);
    // SQLite makes what is not there, even to read it.
    if (!await stat(statePath).then((info) => info.isFile(), () => false)) return null;
    let state: ReturnType<typeof openToRead> | undefined;
    let runs: FileHandle | undefined;
    try {
      state = openToRead(statePath);
      runs = await open(join(path, LAYOUT.runs), "r");
      const facts = factsOfRuns(state.database);
      if (facts !== null && await isUnchanged(join(path, LAYOUT.runs), facts)) {
        const { mtimeMs: writtenMs } = facts;
        return new PreviousFolder(path, state, { runs, writtenMs, artifacts: await keptArtifacts(path) });
      }
    } catch {
      // Whatever is wrong with it: everything is read anew.
    }
    await runs?.close();
    state?.close();
    return null;
  }

  /** Where the histories of a run are; null where there are none to take over. */
  histories(runId: string): KeptHistories | null {
    const row = this.#find.get(runId);
    if (row === undefined) return null;
    return {
      runId,
      fingerprint: String(row["fingerprint"]),
      offset: Number(row["offset"]),
      length: Number(row["length"]),
      points: Number(row["points"]),
      nonFinite: Number(row["non_finite"]),
    };
  }

  /** The text of histories, where it lies. */
  part({ offset, length }: KeptHistories): FilePart {
    return { fd: this.#runs.fd, offset, length };
  }

  /**
   * Lets another finished folder share the files that are the same in both: they become links to those of this one, where the disk can.
   * @param files what the other folder's files hold
   */
  async share(other: string, files: Readonly<Record<string, FileFacts>>): Promise<void> {
    const mine = summaryOf(this.#database)?.files ?? {};
    for (const [name, facts] of Object.entries(files)) {
      if (facts.bytes === 0 || mine[name]?.sha256 !== facts.sha256) continue;
      const link = join(other, `${name}.part`);
      try {
        // What was found in this folder's file once may have changed since. That of runs.json was looked into already.
        const mtimeMs = name === LAYOUT.runs ? this.#writtenMs : null;
        if (!await isUnchanged(join(this.path, name), { ...facts, mtimeMs })) continue;
        await fsLink(join(this.path, name), link);
        await rename(link, join(other, name));
      } catch {
        // Another disk, or one that knows no links: the file stays as it is.
        await rm(link, { force: true }).catch(() => {});
      }
    }
  }

  /** The artifacts of a run, all of which were fetched; null where some were not, or none were asked for. */
  artifacts(runId: string): readonly KeptFile[] | null {
    return this.#artifacts.get(runId) ?? null;
  }

  /** Whether an artifact is what was fetched: by its length, and by its hash where it was written after the folder was. Rejects as node:fs does. */
  async holds(path: string, { bytes, sha256 }: KeptFile): Promise<boolean> {
    const { size, mtimeMs } = await stat(path);
    if (size !== bytes) return false;
    return this.#writtenMs !== null && mtimeMs <= this.#writtenMs || (await inspectFile(path)).sha256 === sha256;
  }

  /** Closes its files. */
  async close(): Promise<void> {
    this.#closeDatabase();
    await this.#runs.close();
  }
}

/** What the export found in runs.json when it read it back; null where it did not get so far. */
function factsOfRuns(database: DatabaseSync): (FileFacts & { readonly mtimeMs: number | null }) | null {
  const facts = summaryOf(database)?.files[LAYOUT.runs];
  return facts === undefined
    ? null
    : { ...facts, mtimeMs: (kept(database, RUNS_WRITTEN) as number | undefined) ?? null };
}

function summaryOf(database: DatabaseSync): { readonly files: Readonly<Record<string, FileFacts>> } | undefined {
  return kept(database, "summary") as { readonly files: Readonly<Record<string, FileFacts>> } | undefined;
}

function kept(database: DatabaseSync, name: string): unknown {
  const row = database.prepare("SELECT value FROM kept WHERE name = ?").get(name);
  return row === undefined ? undefined : JSON.parse(String(row["value"]));
}

/** The files of each run whose artifacts were all fetched. */
async function keptArtifacts(path: string): Promise<Map<string, readonly KeptFile[]>> {
  const read = (name: string): Promise<string> => readFile(join(path, name), "utf8").catch(() => "");
  const found = new Map<string, readonly KeptFile[]>();
  for (const line of (await read(LAYOUT.artifactFiles)).split("\n")) {
    if (line === "") continue;
    const { run_id: runId, files } = JSON.parse(line) as { readonly run_id: string; readonly files: KeptFile[] };
    found.set(runId, files);
  }
  const entries = JSON.parse(await read(LAYOUT.manifest) || "[]") as readonly {
    readonly run_id: string;
    readonly artifacts_error?: string;
  }[];
  for (const { run_id: runId, artifacts_error: error } of entries) if (error !== undefined) found.delete(runId);
  return found;
}

/** By its length and time; by its hash where it was copied and has another time. */
async function isUnchanged(
  path: string,
  { bytes, sha256, mtimeMs }: Pick<FileFacts, "bytes" | "sha256"> & { readonly mtimeMs: number | null },
): Promise<boolean> {
  const info = await stat(path);
  if (info.size !== bytes) return false;
  return info.mtimeMs === mtimeMs || (await inspectFile(path)).sha256 === sha256;
}
