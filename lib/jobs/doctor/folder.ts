/**
 * The base folder as doctor looks at it.
 * @module
 */
import { resolve } from "node:path";
import { AppError } from "../../errors.ts";
import { checkBaseDir } from "../../folder/base_dir.ts";
import { ExportFolder } from "../../folder/export_folder.ts";
import { folderStage } from "../../folder/stage.ts";
import type { Plan } from "../../shapes/plan.ts";
import type { Seen } from "../../source/mod.ts";
import { visible } from "../../visible.ts";
import { count } from "../outcome.ts";
import { freeBytes } from "../plan/free_bytes.ts";
import type { Checks } from "./checks.ts";

const PART = "folder";

/** Looks at the base folder; `plan` says what an export takes, where that is known. */
export async function checkFolder(baseDir: string, plan: Plan | undefined, checks: Checks): Promise<void> {
  const isWritable = await checks.look(PART, "writable", async () => {
    await checkBaseDir(baseDir);
    return { found: visible(resolve(baseDir)) };
  });
  if (!isWritable) return;
  await checks.look(PART, "room", () => room(baseDir, plan));
  await checks.look(PART, "earlier jobs", () => earlier(resolve(baseDir)));
}

async function room(baseDir: string, plan: Plan | undefined): Promise<Seen> {
  const free = await freeBytes(baseDir);
  if (free === null) return { found: "the system does not tell how much there is" };
  if (plan === undefined) return { found: `${megabytes(free)} are free` };
  const needed = plan.disk.bytes;
  const found = `${megabytes(free)} are free, an export takes about ${megabytes(needed)}`;
  if (needed > free) {
    throw new AppError(found, { hint: "Make room, or give another --base-dir" });
  }
  return { found, hint: 2 * needed > free ? "That is for one export: make room for the next" : undefined };
}

async function earlier(baseDir: string): Promise<Seen> {
  const paths = await ExportFolder.newestFirst(baseDir);
  if (paths.length === 0) return { found: "none" };
  const stages = Map.groupBy(paths, folderStage);
  const begun = stages.get("begun") ?? [];
  const unsent = stages.get("exported") ?? [];
  const [first, second] = [begun[0], unsent[0]];
  const hints = [
    ...(first === undefined ? [] : [`Go on with ${visible(first)} by --resume, or remove it`]),
    ...(second === undefined ? [] : [`Send the rest of ${visible(second)} by import`]),
  ];
  const parts = [
    count(paths.length, "export"),
    ...(begun.length === 0 ? [] : [`${begun.length} not finished`]),
    ...(unsent.length === 0 ? [] : [`${unsent.length} not sent to the end`]),
  ];
  return { found: parts.join(", "), hint: hints.length === 0 ? undefined : hints.join("; ") };
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6).toLocaleString("en-US")} MB`;
}
