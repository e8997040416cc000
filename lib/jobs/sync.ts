/**
 * The job of a scheduler: goes on with what did not end, else exports anew at the cost of what changed, sends what changed, and keeps
 * the last folders.
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { readAbout, type SyncMark } from "../folder/about.ts";
import { checkBaseDir } from "../folder/base_dir.ts";
import { leavesRunsOut } from "../export/state/totals.ts";
import { isFolderName } from "../folder/layout.ts";
import { folderStage } from "../folder/stage.ts";
import { removeStillborn } from "../folder/stillborn.ts";
import type { JobContext } from "./context.ts";
import { type ExportJob, type ExportOutcome, runExport } from "./export.ts";
import { importFolder, type ImportJob } from "./import.ts";
import { isBegunWith, keptRowOptions } from "./folder/kept_options.ts";
import { count } from "./outcome.ts";
import { type RowOptions, rowOptionsOf, selectionOf } from "./folder/row_options.ts";
import { SOURCES } from "./sources.ts";
import { SyncMemory } from "./sent/sync_memory.ts";

/** What is kept in step with a source, and how. */
export interface SyncJob {
  readonly export: Omit<ExportJob, "resume" | "previous" | "sync">;
  /** Where it is sent; null: nowhere. */
  readonly import: Omit<ImportJob, "onlyChanged"> | null;
  /** Finished folders that are kept, the new one included: at least 1. */
  readonly keep: number;
  /** Read everything again, whatever is unchanged. */
  readonly isFull: boolean;
  /** Do so when it was last done longer ago than this, in milliseconds. */
  readonly fullEveryMs: number;
  /** Milliseconds to wait for another sync of the same in the same base folder. @default {0} */
  readonly waitMs?: number;
}

/** One of the folders that `sync` made of a source with the same options. */
interface SyncFolder {
  readonly path: string;
  readonly mark: SyncMark;
  /** "ended": nothing is left to do; "exported": not all was sent; "begun": not all was read. */
  readonly stage: "begun" | "exported" | "ended";
  /** What it was begun with. */
  readonly options: RowOptions | null;
}

/** What a sync did. */
export interface SyncOutcome extends ExportOutcome {
  /** Folders that were removed. */
  readonly removed: readonly string[];
}

/** Runs a sync. Rejects with an AppError; with an UnreachableError where another one is at work on the same. */
export async function runSync(job: SyncJob, context: JobContext, nowMs = Date.now()): Promise<SyncOutcome> {
  const { logger, signal } = context;
  const baseDir = resolve(job.export.baseDir);
  const kind = await SOURCES[job.export.importType]();
  const sourceId = kind.sourceIdOf(job.export.source.trackingUrl, job.export.source.env);
  const wanted = rowOptionsOf(job.export.rows, job.export.privacy);
  const key = keyOf(wanted);
  await checkBaseDir(baseDir);
  const memory = await SyncMemory.open(baseDir, `sync_${sourceId}_${key}`, { logger, waitMs: job.waitMs, signal });
  try {
    await removeStillborn(baseDir, logger);
    const folders = await syncFolders(baseDir, { sourceId, key });
    const { unended, finished, fullAtMs, isFull } = beginningOf(folders, { job, wanted, nowMs });
    const { lastFolder } = memory;
    if (lastFolder !== null && !folders.some(({ path }) => basename(path) === lastFolder)) {
      const then = isFull ? "all is read again" : `${finished?.path} stands in for it`;
      logger.warn(
        `Cannot take anything over from ${join(baseDir, lastFolder)}: it is gone, or cannot be read; ${then}`,
      );
    }
    const outcome = await runExport(
      {
        ...job.export,
        resume: unended?.path,
        previous: isFull ? undefined : finished?.path,
        sync: { number: (folders.at(-1)?.mark.number ?? 0) + 1, full_at_ms: isFull ? nowMs : fullAtMs },
      },
      context,
      async ({ folder, identity, summary }) => {
        if (job.import === null) return [];
        const { kiroframeUrl } = job.import;
        // Runs that a selection leaves out are not gone, nor are those of an experiment that could not be listed.
        const isWhole = summary.failedExperiments.length === 0 && !leavesRunsOut(selectionOf(wanted));
        return (await importFolder(folder, identity, {
          job: { ...job.import, onlyChanged: true },
          context,
          goneOf: isWhole ? (rows) => memory.remember(kiroframeUrl, rows) : undefined,
        })).failures;
      },
    );
    memory.keepLastFolder(basename(outcome.folderPath));
    const removed = await prune(await syncFolders(baseDir, { sourceId, key }), job.keep);
    context.tell({ removed_folders: removed });
    const { runs, counts } = outcome.summary;
    logger.info(
      `Synced: ${count(runs, "run")} listed, ${counts.takenRuns} unchanged, ${runs - counts.takenRuns} read, ` +
        `${count(removed.length, "older folder")} removed`,
    );
    return { ...outcome, removed };
  } finally {
    await memory.close();
  }
}

/** What a sync would begin with. */
export interface SyncBeginning {
  /** The folder that it would go on with; undefined for a new one. */
  readonly unended?: string;
  /** The folder that it would take over from; undefined where it would read everything. */
  readonly previous?: string;
}

/** Says what a sync would begin with, and neither waits for another one nor changes anything. */
export async function planSync(job: SyncJob, nowMs = Date.now()): Promise<SyncBeginning> {
  const kind = await SOURCES[job.export.importType]();
  const wanted = rowOptionsOf(job.export.rows, job.export.privacy);
  const which = { sourceId: kind.sourceIdOf(job.export.source.trackingUrl, job.export.source.env), key: keyOf(wanted) };
  const baseDir = resolve(job.export.baseDir);
  const folders = existsSync(baseDir) ? await syncFolders(baseDir, which) : [];
  const { unended, finished, isFull } = beginningOf(folders, { job, wanted, nowMs });
  return { unended: unended?.path, previous: isFull ? undefined : finished?.path };
}

function beginningOf(
  folders: readonly SyncFolder[],
  { job, wanted, nowMs }: { readonly job: SyncJob; readonly wanted: RowOptions; readonly nowMs: number },
): {
  readonly unended?: SyncFolder;
  readonly finished?: SyncFolder;
  readonly fullAtMs: number;
  readonly isFull: boolean;
} {
  // What is to be gone on with was begun with these very bounds in time.
  const unended = folders.findLast(({ stage, options }) =>
    stage !== "ended" && options !== null && isBegunWith(wanted, options)
  );
  const finished = folders.findLast(({ stage, path }) => stage !== "begun" && path !== unended?.path);
  const fullAtMs = finished?.mark.full_at_ms ?? nowMs;
  // A clock that was set back says nothing about how long ago that was.
  const isFull = job.isFull || finished === undefined || nowMs - fullAtMs >= job.fullEveryMs || fullAtMs > nowMs;
  return { unended, finished, fullAtMs, isFull };
}

/** The folders in the order in which they were made. */
async function syncFolders(
  baseDir: string,
  { sourceId, key }: { readonly sourceId: string; readonly key: string },
): Promise<SyncFolder[]> {
  const names = (await readdir(baseDir)).filter(isFolderName);
  const found: SyncFolder[] = [];
  for (const name of names) {
    const path = join(baseDir, name);
    // A folder that cannot be read is nobody's to go on with, and nobody's to remove.
    const about = await readAbout(path).catch(() => null);
    if (about?.sync === undefined || about.import_source_id !== sourceId || keyOf(about.options) !== key) continue;
    const stage = folderStage(path);
    if (stage !== null) found.push({ path, mark: about.sync, stage, options: keptRowOptions(about.options) });
  }
  return found.sort((a, b) => a.mark.number - b.mark.number);
}

const MOMENTS = ["sinceMs", "sinceAge", "untilMs", "untilAge"];

/** Stands for the options that decide what is in the rows. Bounds in time are left out: they move from one sync to the next. */
function keyOf(options: Readonly<Record<string, unknown>> | RowOptions): string {
  const entries = Object.entries(options).filter(([name, value]) => !MOMENTS.includes(name) && value !== undefined);
  const text = JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

/** Removes the oldest of the folders that ended, but for the last `keep`. */
async function prune(folders: readonly SyncFolder[], keep: number): Promise<string[]> {
  const ended = folders.filter(({ stage }) => stage === "ended").map(({ path }) => path);
  const old = ended.slice(0, Math.max(0, ended.length - keep));
  for (const path of old) await rm(path, { recursive: true, force: true });
  return old;
}
