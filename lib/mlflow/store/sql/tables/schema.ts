/**
 * What is in a database: whether it is MLflow's, of a version that is known, and which columns it has.
 * @module
 */
import { UsageError } from "../../../../errors.ts";
import { visible } from "../../../../visible.ts";
import type { Columns, Database } from "../access/database.ts";
import { REVISIONS } from "./revisions.ts";

/** The tables and columns of one database. */
export class Schema {
  readonly #columns: Columns;

  /** Creates a schema of columns that are there. */
  constructor(columns: Columns) {
    this.#columns = columns;
  }

  /** Whether there is a table, or a column of it. */
  has(table: string, column?: string): boolean {
    const columns = this.#columns.get(table);
    return columns !== undefined && (column === undefined || columns.has(column));
  }

  /** A column where it is there, else what stands for it. */
  column(table: string, reference: string, instead: string): string {
    return this.has(table, reference.slice(reference.indexOf(".") + 1)) ? reference : instead;
  }
}

/** Reads the schema. Rejects with a UsageError where the tables are not MLflow's, or of a version that is not known. */
export async function readSchema(database: Database, displayUrl: string): Promise<Schema> {
  const columns = await database.columns();
  const what = `${database.name} database ${visible(displayUrl)}`;
  const missing = ["alembic_version", "experiments", "runs", "metrics"].filter((table) => !columns.has(table));
  if (missing.length > 0) {
    throw new UsageError(`Cannot read the ${what}: it has no MLflow tables (no table ${missing[0]})`, {
      hint: "Check that the URI is the --backend-store-uri of the MLflow server, the database's name included",
    });
  }
  const revisions = (await database.rows("select a.version_num from alembic_version a")).map(([name]) => String(name));
  if (revisions.length !== 1 || !REVISIONS.has(revisions[0] as string)) {
    throw new UsageError(
      `Cannot read the ${what}: its schema (alembic_version ${visible(revisions.join(", ")) || "empty"}) is not known`,
      {
        hint:
          "A later MLflow than 3.17.2 may have written it: use a later version of this program, or give the URL of " +
          "an MLflow server of that database",
      },
    );
  }
  return new Schema(columns);
}
