/** Exports of a source in memory, for the tests of this room. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ExportOptions, exportSource } from "../../lib/export/exporter.ts";
import type { ExportSummary } from "../../lib/export/state/summary.ts";
import { ExportFolder } from "../../lib/folder/export_folder.ts";
import { silentLogger, silentProgress } from "../../lib/logger.ts";
import { fakeSource, type FakeWorld } from "../source/fake_source.ts";

/** The files of an export, by their names in the layout. */
export const FILES = [
  "experiments",
  "datasets",
  "runsBasicCsv",
  "runs",
  "runsCsv",
  "summary",
  "models",
  "manifest",
] as const;

/** A folder for exports that goes when the test ends. */
export async function withBase(test: (base: string) => Promise<void>): Promise<void> {
  const base = await mkdtemp(join(tmpdir(), "export-"));
  try {
    await test(base);
  } finally {
    await rm(base, { recursive: true });
  }
}

/** Exports a world into an open folder, with a checkpoint after each run. */
export async function exportWorld(
  folder: ExportFolder,
  world: FakeWorld,
  more: Partial<ExportOptions> = {},
): Promise<ExportSummary> {
  return await exportSource({
    source: fakeSource(world),
    folder,
    includeSchemaProfile: true,
    exportModels: true,
    downloadArtifacts: false,
    logger: silentLogger,
    progress: silentProgress,
    commitEveryMs: 0,
    ...more,
  });
}

/** The same into a new folder, which is closed again; returns its path. */
export async function exportAnew(base: string, world: FakeWorld, more: Partial<ExportOptions> = {}): Promise<string> {
  const folder = await ExportFolder.create(base);
  try {
    await exportWorld(folder, world, more);
  } finally {
    await folder.close();
  }
  return folder.path;
}

/** The same into a folder that is there, as --resume does. */
export async function resume(
  path: string,
  world: FakeWorld,
  more: Partial<ExportOptions> = {},
): Promise<ExportSummary> {
  const folder = await ExportFolder.open(path);
  try {
    return await exportWorld(folder, world, more);
  } finally {
    await folder.close();
  }
}

/** The texts of all files, by their names in the layout; absent where there is no such file. */
export async function textsOf(path: string): Promise<Record<string, string>> {
  const folder = await ExportFolder.open(path);
  try {
    const texts: Record<string, string> = {};
    for (const name of FILES) {
      const text = await readFile(folder.file(name), "utf8").catch(() => undefined);
      if (text !== undefined) texts[name] = text;
    }
    return texts;
  } finally {
    await folder.close();
  }
}

/** The objects of a file of one object a line. */
// deno-lint-ignore no-explicit-any
export function rowsOf(text: string | undefined): any[] {
  return (text ?? "").split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}
