/**
 * The export folder while it is being written: rows in, files out, and a checkpoint that an interrupted export goes on from.
 * @module
 */
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError, UsageError } from "../errors.ts";
import { HEAD_BYTES, readRowHead } from "../lines/row_head.ts";
import { writeError } from "../runtime/write_error.ts";
import { AppendFile } from "./append_file.ts";
import { removeEmpty } from "./base_dir.ts";
import { type FileFacts, inspectFile } from "./inspect.ts";
import { folderName, isFolderName, LAYOUT } from "./layout.ts";
import type { FilePart } from "../runtime/file_part.ts";
import { runsCsv } from "./runs_csv.ts";
import { FolderState, type SpooledRun, type SpoolMark } from "./state.ts";
import { writeAtomically } from "./write_atomically.ts";

const GROWING: readonly GrowingFile[] = [LAYOUT.experiments, LAYOUT.datasets, LAYOUT.runsBasicCsv, LAYOUT.runs];

/** The files that grow row by row. */
export type GrowingFile =
  | "experiment_summary.json"
  | "experiments_runs_datasets.json"
  | "runs_basic.csv"
  | "runs.json";

/** A place in all that grows: what is written from there on can be taken back. */
export interface FolderMark extends SpoolMark {
  /** Bytes of each growing file, by name. */
  readonly lengths: Readonly<Record<string, number>>;
}

/** What an export's files hold, read back. */
export interface Written {
  /** By file name: length, lines and hash. */
  readonly files: Readonly<Record<string, FileFacts>>;
  /** Rows of runs.json by experiment id. */
  readonly runsByExperiment: ReadonlyMap<string, number>;
}

const INSPECTED = [
  ...GROWING,
  LAYOUT.runsCsv,
  LAYOUT.manifest,
  LAYOUT.models,
  LAYOUT.artifactFiles,
  LAYOUT.loggedModels,
  LAYOUT.prompts,
  LAYOUT.loggedModelFiles,
  LAYOUT.traces,
  LAYOUT.evaluationDatasets,
  LAYOUT.scorers,
  LAYOUT.webhooks,
];

/** The files of lines that are there at once, or not at all. */
export type LinesFile = "loggedModels" | "loggedModelFiles" | "traces" | "evaluationDatasets" | "scorers" | "webhooks";

/** One export folder, locked for this process. */
export class ExportFolder {
  /** The folder's absolute path. */
  readonly path: string;
  /** Checkpoint, spool and lock. */
  readonly state: FolderState;
  readonly #files = new Map<GrowingFile, AppendFile>();
  /** The topmost of the folders above it that were made with it. */
  #madeDir: string | undefined;
  #isRemoved = false;

  private constructor(path: string, state: FolderState) {
    this.path = path;
    this.state = state;
  }

  /** Makes a new dated folder below `baseDir`. Rejects with an AppError when that cannot be written. */
  static async create(baseDir: string, nowMs = performance.timeOrigin + performance.now()): Promise<ExportFolder> {
    let madeDir: string | undefined;
    for (let attempt = 0;; attempt++) {
      // Two that start in the same microsecond must not share a folder.
      const path = join(baseDir, folderName(nowMs + attempt / 1000));
      try {
        madeDir = await mkdir(baseDir, { recursive: true }) ?? madeDir;
        await mkdir(path);
        await mkdir(join(path, LAYOUT.artifacts));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST" && attempt < 1000) continue;
        throw writeError(path, error);
      }
      try {
        const folder = new ExportFolder(path, new FolderState(join(path, LAYOUT.state)));
        folder.#madeDir = madeDir;
        return folder;
      } catch (error) {
        // A full disk, say: nothing is to be left of it.
        await rm(path, { recursive: true, force: true });
        if (madeDir !== undefined) await removeEmpty(baseDir, madeDir);
        throw error;
      }
    }
  }

  /** Opens a folder that exists. Rejects with a UsageError when it is none, or another process works on it; with an AppError when its state is damaged. */
  static async open(path: string): Promise<ExportFolder> {
    const isFolder = await stat(path).then((info) => info.isDirectory(), () => false);
    if (!isFolder) {
      throw new UsageError(`Cannot open ${path}: there is no such folder`, {
        hint: "Give the path of an export folder",
      });
    }
    return new ExportFolder(path, new FolderState(join(path, LAYOUT.state)));
  }

  /** The newest export folder below `baseDir` that has its export.json, or null where there is none. */
  static async latest(baseDir: string): Promise<string | null> {
    return (await ExportFolder.newestFirst(baseDir))[0] ?? null;
  }

  /** The export folders below `baseDir` that have their export.json, the newest first. */
  static async newestFirst(baseDir: string): Promise<string[]> {
    const names = (await readdir(baseDir).catch(() => [])).filter(isFolderName);
    // The name tells the minute but not the second: what was written first in the folder does.
    const found = await Promise.all(names.map(async (name) => {
      const path = join(baseDir, name);
      return { path, minute: name.slice(0, 13), about: await stat(join(path, LAYOUT.about)).catch(() => null) };
    }));
    const made = found.flatMap(({ about, ...rest }) => about === null ? [] : [{ ...rest, ms: about.mtimeMs }]);
    made.sort((a, b) => (a.minute === b.minute ? b.ms - a.ms : a.minute < b.minute ? 1 : -1));
    return made.map(({ path }) => path);
  }

  /** The path of one of the folder's files. */
  file(name: keyof typeof LAYOUT): string {
    return join(this.path, LAYOUT[name]);
  }

  /** Opens the growing files, each cut back to the last checkpoint; a new runs_basic.csv gets its header. */
  async startWriting(basicHeader: string): Promise<void> {
    const lengths = this.state.checkpoint()?.lengths ?? {};
    for (const name of GROWING) this.#files.set(name, await AppendFile.open(join(this.path, name), lengths[name] ?? 0));
    if (this.state.checkpoint() === undefined) await this.append(LAYOUT.runsBasicCsv, basicHeader);
  }

  /** Appends text, or bytes of UTF-8, to a growing file. */
  async append(name: GrowingFile, text: string | Uint8Array): Promise<void> {
    await this.#growing(name).write(text);
  }

  /** Appends one line from its pieces; when they fail on the way, the file is cut back to where the line began. */
  async appendLine(name: GrowingFile, pieces: AsyncIterable<string | Uint8Array | FilePart>): Promise<void> {
    const file = this.#growing(name);
    const mark = file.length;
    try {
      for await (const piece of pieces) {
        if (typeof piece === "string" || piece instanceof Uint8Array) await file.write(piece);
        else await file.copy(piece);
      }
      await file.write("\n");
    } catch (error) {
      await file.cutTo(mark);
      throw error;
    }
  }

  /** Bytes of a growing file so far. */
  lengthOf(name: GrowingFile): number {
    return this.#growing(name).length;
  }

  /** Makes everything written so far durable; `progress` is what the export needs to go on from here. */
  async commit(progress: unknown): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.sync()));
    this.state.commit({ lengths: this.#lengths(), progress });
  }

  /** Where everything stands now. */
  mark(): FolderMark {
    return { lengths: this.#lengths(), ...this.state.mark() };
  }

  /** Takes back what was written since the mark, which is durable then; `progress` is what to go on with from there. */
  async cutBack(mark: FolderMark, progress: unknown): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.sync()));
    this.state.dropSince(mark, mark.lengths[LAYOUT.runs] ?? 0);
    // The checkpoint first: files that are longer than it says are cut when they are opened again.
    this.state.commit({ lengths: mark.lengths, progress });
    for (const [name, file] of this.#files) await file.cutTo(mark.lengths[name] ?? 0);
  }

  /** Writes runs.csv from rows in its order, asked for twice. @param rows the spool's, where none are given */
  async writeRunsCsv(fixedColumns: readonly string[], rows?: () => Iterable<SpooledRun["cells"]>): Promise<void> {
    await writeAtomically(this.file("runsCsv"), runsCsv(fixedColumns, rows ?? (() => this.state.runsInOrder())));
  }

  /**
   * Writes artifacts_manifest.json, and artifacts_files.jsonl where anything is known of files, from the rows gathered. Returns how many
   * entries there are.
   */
  async writeManifest(): Promise<number> {
    const rows = [...this.state.manifestRows()];
    const lines = rows.flatMap(({ files }) => files === null ? [] : [`${files}\n`]);
    if (lines.length > 0) await writeAtomically(this.file("artifactFiles"), lines);
    const entries = rows.map(({ entry }) => entry);
    await writeAtomically(this.file("manifest"), entries.length === 0 ? "[]" : `[\n${entries.join(",\n")}\n]`);
    return entries.length;
  }

  /** Writes one of the files that are there at once. */
  async writeWhole(name: "models" | "prompts" | "summary", text: string): Promise<void> {
    await writeAtomically(this.file(name), text);
  }

  /** Removes a file, where it is there, for which there is nothing to write. */
  async drop(name: LinesFile | "prompts"): Promise<void> {
    await rm(this.file(name), { force: true });
  }

  /** Writes a file of lines, newlines included, from pieces of any length, and returns how many there are; where there are none, there is no file. */
  async writeLines(name: LinesFile, pieces: AsyncIterable<string> | Iterable<string>): Promise<number> {
    let count = 0;
    await writeAtomically(
      this.file(name),
      (async function* (): AsyncGenerator<string> {
        for await (const piece of pieces) {
          if (piece.endsWith("\n")) count++;
          yield piece;
        }
      })(),
    );
    if (count === 0) await this.drop(name);
    return count;
  }

  #lengths(): Record<string, number> {
    return Object.fromEntries([...this.#files].map(([name, file]) => [name, file.length]));
  }

  #growing(name: GrowingFile): AppendFile {
    const file = this.#files.get(name);
    if (file === undefined) throw new AppError(`Cannot write ${name}: the folder is not open for writing`);
    return file;
  }

  /** Reads back what was written, in one pass a file: the truth that summary.json is to tell. */
  async inspect(): Promise<Written> {
    const runsByExperiment = new Map<string, number>();
    const onLine = (line: Uint8Array): void => {
      const id = readRowHead(line)?.experimentId;
      if (id !== undefined) runsByExperiment.set(id, (runsByExperiment.get(id) ?? 0) + 1);
    };
    const files: Record<string, FileFacts> = {};
    for (const name of INSPECTED) {
      const path = join(this.path, name);
      const isThere = await stat(path).then(() => true, () => false);
      if (!isThere) continue;
      files[name] = await inspectFile(path, name === LAYOUT.runs ? { onLine, maxBytes: HEAD_BYTES } : {});
    }
    return { files, runsByExperiment };
  }

  /** Closes the growing files. */
  async stopWriting(): Promise<void> {
    for (const file of this.#files.values()) await file.close();
    this.#files.clear();
  }

  /** Closes everything and unlocks the folder. */
  async close(): Promise<void> {
    await this.stopWriting();
    if (!this.#isRemoved) this.state.close();
  }

  /** Closes and deletes the folder with all that is in it, and the folders above it that were made for it and hold nothing else. */
  async remove(): Promise<void> {
    await this.close();
    this.#isRemoved = true;
    await rm(this.path, { recursive: true, force: true });
    if (this.#madeDir !== undefined) await removeEmpty(dirname(this.path), this.#madeDir);
  }
}
