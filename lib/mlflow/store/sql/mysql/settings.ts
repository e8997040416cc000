/**
 * How MySQL and MariaDB are reached: by the URI, in the words of MLflow's Python drivers, and MYSQL_PWD.
 * @module
 */
import { isIP } from "node:net";
import type { SslOptions } from "mysql2";
import type { Environment } from "../../../../environment.ts";
import { UsageError } from "../../../../errors.ts";
import { visible } from "../../../../visible.ts";
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

/** Gathers the settings. Throws a UsageError for a certificate that cannot be read, and for an address whose identity is to be checked. */
export function mysqlSettings(uri: DatabaseUri, env: Environment): MysqlSettings {
  const { query } = uri;
  const host = uri.host || "localhost";
  return {
    host,
    port: uri.port ?? Number(env["MYSQL_TCP_PORT"] || 3306),
    socketPath: query.get("unix_socket") ?? undefined,
    user: uri.user || query.get("user") || env["USER"] || "root",
    password: uri.password ?? query.get("password") ?? query.get("passwd") ?? env["MYSQL_PWD"] ?? "",
    database: uri.database,
    ssl: tlsOf(query, host),
  };
}

function tlsOf(query: URLSearchParams, host: string): SslOptions | undefined {
  const isOn = (name: string): boolean => ["1", "true", "yes", "on"].includes(query.get(name)?.toLowerCase() ?? "");
  const file = (name: string): string | undefined => query.get(name) || undefined;
  const files = { host, ca: file("ssl_ca"), cert: file("ssl_cert"), key: file("ssl_key") };
  const verifyIdentity = isOn("ssl_verify_identity");
  if (verifyIdentity && isIP(host) !== 0) {
    // The package would hold the certificate against "localhost".
    throw new UsageError(`Cannot check the identity of ${visible(host)}: ssl_verify_identity needs a name`, {
      hint: "Give the server's name as it stands in its certificate",
    });
  }
  const isChecked = verifyIdentity || files.ca !== undefined || isOn("ssl_verify_cert");
  if (!isChecked && !isOn("ssl") && files.cert === undefined) return undefined;
  const { ca, cert, key, rejectUnauthorized } = tlsOptions(isChecked ? "verify-ca" : "require", files);
  return { ca, cert, key, rejectUnauthorized, verifyIdentity } as SslOptions;
}
