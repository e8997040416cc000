/** Each kind of source holds to the contract: servers, databases, and one in memory that knows nothing of either. */
import { join } from "node:path";
import type { Source } from "../../lib/source/mod.ts";
import { makeFolder } from "../mlflow/store/files/folder.ts";
import { writeWorld as writeFolder } from "../mlflow/store/files/world_folder.ts";
import { writeWorld } from "../mlflow/store/sql/world_database.ts";
import { sourceFor, startSource } from "../mlflow/rest/sandbox_source.ts";
import { contractWorld, sourceCases, type SourceLimits } from "./contract.ts";
import { memorySource } from "./memory_source.ts";

interface Opened extends AsyncDisposable {
  readonly source: Source;
}

const KINDS: Readonly<Record<string, readonly [open: () => Promise<Opened>, limits?: SourceLimits]>> = {
  "a server of MLflow 3.17.2": [() => startSource({ world: contractWorld() })],
  "SQLite of MLflow 3.17.2": [() => openSqlite("3.17.2")],
  "SQLite of MLflow 1.24.0": [
    () => openSqlite("1.24.0"),
    { hasDatasets: false, hasAliases: false, isNewestFirst: false, hasExtras: false },
  ],
  "a folder of MLflow 3": [openFolder, { hasKeyOrder: false }],
  "memory": [
    () => Promise.resolve({ source: memorySource(contractWorld()), [Symbol.asyncDispose]: () => Promise.resolve() }),
    { hasExtras: false },
  ],
};

async function openSqlite(version: "3.17.2" | "1.24.0"): Promise<Opened> {
  const folder = await Deno.makeTempDir();
  writeWorld(join(folder, "mlflow.db"), contractWorld(), version);
  const { source } = await sourceFor(`sqlite:///${join(folder, "mlflow.db")}`);
  return {
    source,
    async [Symbol.asyncDispose](): Promise<void> {
      await source.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function openFolder(): Promise<Opened> {
  const folder = makeFolder();
  writeFolder(folder, contractWorld());
  const { source } = await sourceFor(folder.root);
  return {
    source,
    async [Symbol.asyncDispose](): Promise<void> {
      await source.close();
      folder[Symbol.dispose]();
    },
  };
}

for (const [kind, [open, limits]] of Object.entries(KINDS)) {
  Deno.test(`${kind} is a source as the contract says`, async (t) => {
    await using opened = await open();
    for (const { name, check } of sourceCases(limits)) await t.step(name, () => check(opened.source));
  });
}
