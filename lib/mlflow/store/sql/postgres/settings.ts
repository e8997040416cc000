/**
 * How PostgreSQL is reached: by the URI, and by the variables of PostgreSQL's own programs.
 * @module
 */
import type { ConnectionOptions } from "node:tls";
import type { Environment } from "../../../../environment.ts";
import { type TlsMode, tlsModeOf, tlsOptions } from "../access/tls.ts";
import type { DatabaseUri } from "../access/uri.ts";
import { passwordFromFile } from "./password_file.ts";

/** Where and how. */
export interface PostgresSettings {
  /** A name, an address, or the folder of a socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Undefined where none is known: the server may need none. */
  readonly password: string | undefined;
  /** False: never; "prefer": where the server has it. */
  readonly tls: false | "prefer" | ConnectionOptions;
  /** Command-line options for the server: "-csearch_path=mlflow". */
  readonly options: string | undefined;
  /** Seconds to wait for a connection. */
  readonly connectTimeoutS: number;
}

/** Gathers the settings. Rejects with a UsageError for a TLS mode that is none, or a certificate that cannot be read. */
export async function postgresSettings(uri: DatabaseUri, env: Environment): Promise<PostgresSettings> {
  const { query } = uri;
  const given = (parameter: string, variable: string): string | undefined =>
    query.get(parameter) || env[variable] || undefined;
  const host = uri.host || given("host", "PGHOST") || "localhost";
  const port = uri.port ?? Number(given("port", "PGPORT") ?? 5432);
  const user = uri.user || given("user", "PGUSER") || env["USER"] || "postgres";
  const database = uri.database || given("dbname", "PGDATABASE") || user;
  const password = uri.password ?? given("password", "PGPASSWORD") ??
    await passwordFromFile({ host, port, database, user }, env);
  return {
    host,
    port,
    database,
    user,
    password,
    tls: tlsOf(tlsModeOf(given("sslmode", "PGSSLMODE") ?? "prefer", "sslmode"), {
      host,
      ca: given("sslrootcert", "PGSSLROOTCERT"),
      cert: given("sslcert", "PGSSLCERT"),
      key: given("sslkey", "PGSSLKEY"),
    }),
    options: given("options", "PGOPTIONS"),
    connectTimeoutS: Number(given("connect_timeout", "PGCONNECT_TIMEOUT") ?? 30),
  };
}

function tlsOf(mode: TlsMode, files: Parameters<typeof tlsOptions>[1]): PostgresSettings["tls"] {
  if (mode === "disable" || mode === "allow") return false;
  return mode === "prefer" ? "prefer" : tlsOptions(mode, files);
}
