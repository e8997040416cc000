/**
 * Databases to export, each filled with one shape by its own statements, and the quickest way in which its own shell prints the metrics.
 * @module
 */
import { join } from "node:path";
import { databasePassword, type RealDatabase, startMariaDb, startPostgres } from "../tests/live/parts/databases.ts";
import { venvPython } from "../tests/live/parts/venvs.ts";
import { seedStore, type Shape } from "./seed.ts";

/** A database with rows in it. */
export interface FilledStore extends AsyncDisposable {
  /** Its tracking URI. */
  readonly uri: string;
  /** The command that prints all metrics as quickly as the database's own shell can. */
  readonly limit: readonly string[];
  /** Variables for that. */
  readonly env: Readonly<Record<string, string>>;
}

/** The kinds of databases that are measured. */
export type StoreKind = "sqlite" | "postgres" | "mysql";

const COLUMNS = "m.run_uuid, m.key, m.step, m.timestamp, m.value, m.is_nan";
/** As MLflow has it since 3.11. */
const INDEX = "create index index_metrics_run_uuid_key_step on metrics (run_uuid, key, step);";
const START_MS = 1_700_000_000_000;

/** Makes the tables of the reference's own MLflow (3.3.0: it reads no later ones) in a new database, with 3.17.2's index, and fills them. */
export async function fillStore(kind: StoreKind, shape: Shape, folder: string): Promise<FilledStore> {
  if (kind === "sqlite") return await fillSqlite(shape, folder);
  const database = kind === "postgres" ? await startPostgres() : await startMariaDb();
  try {
    await makeTables(database.uri);
    const store = kind === "postgres" ? postgresStore(database) : mysqlStore(database);
    await run(store.fill(statements(shape, kind)), store.env);
    return { ...store, uri: database.uri, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() };
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}

async function fillSqlite(shape: Shape, folder: string): Promise<FilledStore> {
  const path = join(folder, "mlflow.db");
  await makeTables(`sqlite:///${path}`);
  await run(["sqlite3", path, INDEX], {});
  seedStore(folder, shape);
  const print = `select ${COLUMNS} from metrics m order by m.run_uuid, m.key, m.step`;
  return {
    uri: `sqlite:///${path}`,
    // Into a file: what nobody reads would be printed for nothing.
    limit: ["sh", "-c", `sqlite3 "$0" "$1" > "$2"`, path, print, join(folder, "printed")],
    env: {},
    [Symbol.asyncDispose]: () => Deno.remove(path),
  };
}

interface Shell {
  readonly limit: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly fill: (sql: string) => readonly string[];
}

function postgresStore({ port, folder }: RealDatabase): Shell {
  const psql = [
    "psql",
    "-q",
    "-h",
    "127.0.0.1",
    "-p",
    String(port),
    "-U",
    "mlflow",
    "-d",
    "mlflow",
    "-v",
    "ON_ERROR_STOP=1",
  ];
  const lists = ["step", "timestamp", "value"].map((column) =>
    `array_agg(m.${column} order by m.timestamp, m.step, m.value)`
  );
  const copy = "copy (select r.run_uuid, l.* from (select run_uuid from runs order by start_time desc, run_uuid) r " +
    `cross join lateral (select m.key, ${
      lists.join(", ")
    } from metrics m where m.run_uuid = r.run_uuid group by m.key) l) to stdout`;
  return {
    limit: ["sh", "-c", '"$@" > "$0"', join(folder, "..", `printed-${port}`), ...psql, "-c", copy],
    env: { PGPASSWORD: databasePassword },
    fill: (sql) => [...psql, "-c", `${sql} analyze`],
  };
}

function mysqlStore({ port, folder }: RealDatabase): Shell {
  const mysql = ["mariadb", "--no-defaults", "-h", "127.0.0.1", "-P", String(port), "-u", "mlflow", "mlflow"];
  const print =
    `select ${COLUMNS} from metrics m force index (index_metrics_run_uuid_key_step) order by m.run_uuid, m.key, m.step`;
  return {
    limit: ["sh", "-c", '"$@" > "$0"', join(folder, "..", `printed-${port}`), ...mysql, "--quick", "-N", "-e", print],
    env: { MYSQL_PWD: databasePassword },
    fill: (sql) => [...mysql, "-e", sql],
  };
}

/** The same rows as {@linkcode seedStore}'s, in the words of both servers. */
function statements(shape: Shape, kind: "postgres" | "mysql"): string {
  const isPostgres = kind === "postgres";
  const range = (count: number, from = 1): string =>
    isPostgres
      ? `(select generate_series(${from}, ${count + from - 1}) as n)`
      : `(select seq as n from seq_${from}_to_${count + from - 1})`;
  const text = (...parts: readonly string[]): string => `concat(${parts.join(", ")})`;
  const [random, key, value, timestamp] = isPostgres
    ? ["random()", "key", "value", "timestamp"]
    : ["rand()", "`key`", "`value`", "`timestamp`"];
  const id = `md5(${text("e.n", "' '", "r.n")})`;
  const start = `${START_MS} + (e.n * ${shape.runs} + r.n) * 60000`;
  const runs = `${range(shape.experiments)} e cross join ${range(shape.runs)} r`;
  const no = isPostgres ? "false" : "0";
  return `
    ${INDEX.replace(", key,", `, ${key},`)}
    insert into experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time)
      select n, ${text("'experiment '", "n")}, ${
    text("'mlflow-artifacts:/'", "n")
  }, 'active', ${START_MS} + n, ${START_MS} + n
      from ${range(shape.experiments)} e;
    insert into runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time,
                      source_version, lifecycle_stage, artifact_uri, experiment_id)
      select ${id}, ${
    text("'run '", "r.n")
  }, 'UNKNOWN', '', '', 'bench', 'FINISHED', ${start}, ${start} + 50000, '', 'active',
             ${text("'mlflow-artifacts:/'", "e.n", "'/'", id, "'/artifacts'")}, e.n from ${runs};
    insert into params (${key}, ${value}, run_uuid) select ${text("'param_'", "p.n")}, ${text("p.n", "'.5'")}, ${id}
      from ${runs} cross join ${range(shape.params)} p;
    insert into tags (${key}, ${value}, run_uuid) select ${text("'tag_'", "t.n")}, 'value', ${id}
      from ${runs} cross join ${range(shape.tags)} t;
    insert into metrics (${key}, ${value}, ${timestamp}, step, is_nan, run_uuid)
      select ${text("'metric_'", "k.n")}, ${random} / (1 + s.n / 16.0), ${start} + s.n * 10, s.n, ${no}, ${id}
      from ${runs} cross join ${range(shape.metrics)} k cross join ${range(shape.points, 0)} s;
    insert into latest_metrics (${key}, ${value}, ${timestamp}, step, is_nan, run_uuid)
      select ${key}, ${value}, ${timestamp}, step, is_nan, run_uuid from metrics where step = ${shape.points - 1};`;
}

/** `mlflow db upgrade` of that release makes no first tables: the store does, when it is opened. */
async function makeTables(uri: string): Promise<void> {
  const script = "import sys; from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore; " +
    "SqlAlchemyStore(sys.argv[1], 'mlflow-artifacts:/')";
  await run([await venvPython("reference-0.0.10-databases"), "-c", script, uri], { MLFLOW_DISABLE_TELEMETRY: "true" });
}

async function run([program = "", ...args]: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  const output = await new Deno.Command(program, { args, env, stdin: "null", stdout: "piped", stderr: "piped" })
    .output();
  if (output.success) return;
  throw new Error(`Cannot run ${program}:\n${new TextDecoder().decode(output.stderr)}`);
}
