/**
 * How MySQL and MariaDB are reached: by the URI, in the words of MLflow's Python drivers, and MYSQL_PWD.
 * @module
 */
import type { SslOptions } from "mysql2";
import type { Environment } from "../../../../environment.ts";
import { tlsOptions } from "../access/tls.ts";
import type { DatabaseUri } from "../access/uri.ts";

/** Where and how. */
export interface MysqlSettings {
  readonly host: string;
  readonly port: number;
  /** The socket's path, in place of host and port. */
  readonly socketPath: string | undefined;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Undefined: without TLS. */
  readonly ssl: SslOptions | undefined;
}

/** Gathers the settings. Throws a UsageError for a certificate that cannot be read. */
export function mysqlSettings(uri: DatabaseUri, env: Environment): MysqlSettings {
  const { query } = uri;
  return {
    host: uri.host || "localhost",
    port: uri.port ?? Number(env["MYSQL_TCP_PORT"] || 3306),
    socketPath: query.get("unix_socket") ?? undefined,
    user: uri.user || query.get("user") || env["USER"] || "root",
    password: uri.password ?? query.get("password") ?? query.get("passwd") ?? env["MYSQL_PWD"] ?? "",
    database: uri.database,
    ssl: tlsOf(query),
  };
}

function tlsOf(query: URLSearchParams): SslOptions | undefined {
  const isOn = (name: string): boolean => ["1", "true", "yes", "on"].includes(query.get(name)?.toLowerCase() ?? "");
  const file = (name: string): string | undefined => query.get(name) || undefined;
  const files = { ca: file("ssl_ca"), cert: file("ssl_cert"), key: file("ssl_key") };
  const verifyIdentity = isOn("ssl_verify_identity");
  const isChecked = verifyIdentity || files.ca !== undefined || isOn("ssl_verify_cert");
  if (!isChecked && !isOn("ssl") && files.cert === undefined) return undefined;
  const { ca, cert, key, rejectUnauthorized } = tlsOptions(isChecked ? "verify-ca" : "require", files);
  return { ca, cert, key, rejectUnauthorized, verifyIdentity } as SslOptions;
}
