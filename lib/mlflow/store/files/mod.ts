/**
 * MLflow's file store (./mlruns), read without a server: what MLflow 0.8 to 3.x writes.
 * @module
 */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { messageOf, UsageError } from "../../../errors.ts";
import { entriesOf, isFileError } from "../../../runtime/entries.ts";
import type { Source, SourceAddress } from "../../../source/mod.ts";
import { visible } from "../../../visible.ts";
import type { StoreOptions } from "../../artifacts/store_options.ts";
import { sourceIdOf } from "../../uri/source_id.ts";
import { cleanTrackingUri, displayOf } from "../../uri/tracking_uri.ts";
import { MODELS, TRASH } from "./layout.ts";
import { META_FILE } from "./meta/read.ts";
import { folderOf } from "./path.ts";

/** Finds out where a file store is; nothing is read of it before it is connected to. */
export function locateFiles({ trackingUrl, logger, signal, direct }: StoreOptions): Promise<SourceAddress> {
  const displayUrl = displayOf(trackingUrl);
  const identity = { importSource: "mlflow", name: "MLflow", sourceId: sourceIdOf(trackingUrl), displayUrl };
  const root = folderOf(cleanTrackingUri(trackingUrl));
  return Promise.resolve({
    identity,
    secrets: [],
    async connect(): Promise<Source> {
      checkStore(root);
      const { FileReader } = await import("./reader.ts");
      return new FileReader({ identity, root, logger, signal, direct });
    },
  });
}

/**
 * Checks that a folder is what MLflow makes.
 *
 * @throws {UsageError} if it is not.
 */
export function checkStore(root: string): void {
  const shown = visible(root);
  const facts = statSync(root, { throwIfNoEntry: false });
  if (facts === undefined) throw new UsageError(`Cannot read the file store ${shown}: there is no such folder`);
  if (!facts.isDirectory()) throw new UsageError(`Cannot read the file store ${shown}: it is not a folder`);
  try {
    if (isStore(root)) return;
  } catch (error) {
    if (!isFileError(error)) throw error;
    throw new UsageError(`Cannot read the file store ${shown}: ${messageOf(error)}`, { cause: error });
  }
  const below = join(root, "mlruns");
  throw new UsageError(`Cannot read the file store ${shown}: it holds no experiments of MLflow`, {
    hint: isStore(below)
      ? `Did you mean ${visible(below)}?`
      : "Give the folder that MLflow writes to: it is mostly named mlruns",
  });
}

function isStore(root: string): boolean {
  const hasMeta = (parent: string): boolean =>
    entriesOf(parent).some(({ kind, name }) => kind === "folder" && existsSync(join(parent, name, META_FILE)));
  // One that only holds a registry is one too.
  return existsSync(join(root, TRASH)) || hasMeta(root) || hasMeta(join(root, MODELS));
}
