/**
 * MLflow's databases, read without a server: SQLite, PostgreSQL, MySQL and MariaDB.
 * @module
 */
import { resolve } from "node:path";
import { UsageError } from "../../../errors.ts";
import type { Source, SourceAddress, SourceOptions } from "../../../source/mod.ts";
import type { StoreOptions } from "../../artifacts/store_options.ts";
import { DEFAULT_WORKSPACE, sourceIdOf, workspaceOf } from "../../uri/source_id.ts";
import type { Database } from "./access/database.ts";
import { type DatabaseUri, parseDatabaseUri, secretsOf, withoutPassword } from "./access/uri.ts";

/** Finds out how a database is reached, and asks nothing of it. Rejects with a UsageError for a URI that is none. */
export function locateDatabase(options: StoreOptions): Promise<SourceAddress> {
  const { trackingUrl, env } = options;
  const uri = parseDatabaseUri(trackingUrl);
  const displayUrl = withoutPassword(trackingUrl);
  const sourceId = sourceIdOf(trackingUrl, env);
  const workspace = workspaceOf(env);
  const identity = { importSource: "mlflow", name: "MLflow", sourceId, displayUrl, workspace };
  return Promise.resolve({
    identity,
    secrets: secretsOf(trackingUrl),
    async connect(): Promise<Source> {
      const [{ SqlReader }, { readSchema }, database] = await Promise.all([
        import("./tables/reader.ts"),
        import("./tables/schema.ts"),
        open(uri, options),
      ]);
      try {
        const schema = await readSchema(database, displayUrl);
        const { direct } = options;
        return new SqlReader({ database, schema, identity, workspace: workspace ?? DEFAULT_WORKSPACE, direct });
      } catch (error) {
        await database.close();
        throw error;
      }
    },
  });
}

async function open(uri: DatabaseUri, { trackingUrl, env }: SourceOptions): Promise<Database> {
  if (uri.kind === "sqlite") {
    if (uri.host !== "" || uri.database === "" || uri.database === ":memory:") {
      throw new UsageError("Cannot read this SQLite URI: it names no file", {
        hint: "sqlite:///mlflow.db is a file in this folder, sqlite:////data/mlflow.db one by its absolute path",
      });
    }
    return await (await import("./sqlite/open.ts")).openSqlite(resolve(uri.database));
  }
  if (uri.kind === "mysql") {
    return await (await import("./mysql/open.ts")).openMysql(uri, env, withoutPassword(trackingUrl));
  }
  return await (await import("./postgres/open.ts")).openPostgres(uri, env, withoutPassword(trackingUrl));
}
