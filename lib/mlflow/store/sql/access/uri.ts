/**
 * Database URIs as SQLAlchemy, and so MLflow, spells them.
 * @module
 */
import { UsageError } from "../../../../errors.ts";

/** The kinds of databases that are read. */
export type DatabaseKind = "sqlite" | "postgresql" | "mysql";

const KINDS: Readonly<Record<string, DatabaseKind>> = {
  sqlite: "sqlite",
  postgresql: "postgresql",
  mysql: "mysql",
};

/** A URI in its parts, percent-decoded. */
export interface DatabaseUri {
  /** Which kind of database; the driver's name behind a + is Python's matter. */
  readonly kind: DatabaseKind;
  /** "" for none. */
  readonly user: string;
  /** Undefined where the URI names none. */
  readonly password: string | undefined;
  /** "" for none. */
  readonly host: string;
  /** Undefined where the URI names none. */
  readonly port: number | undefined;
  /** The database's name, or SQLite's file: relative without a further slash. */
  readonly database: string;
  /** What stands behind the ?. */
  readonly query: URLSearchParams;
}

function databaseKind(uri: string): DatabaseKind | undefined {
  return KINDS[/^([a-z]+)(?:\+[a-z0-9_]+)?:\/\//i.exec(uri)?.[1]?.toLowerCase() ?? ""];
}

/** Takes a URI apart. Throws a UsageError, without what it holds, where it is none. */
export function parseDatabaseUri(uri: string): DatabaseUri {
  const kind = databaseKind(uri);
  // A password may hold anything but @ and /; SQLAlchemy asks for those as %40 and %2F.
  const match = /^[^:]+:\/\/(?:([^:/@]*)(?::([^@]*))?@)?(\[[^\]]*\]|[^:/?]*)(?::(\d+))?(?:\/([^?]*))?(?:\?(.*))?$/s
    .exec(uri);
  if (kind === undefined || match === null) {
    throw new UsageError("Cannot read this database URI: expected KIND://USER:PASSWORD@HOST:PORT/DATABASE", {
      hint: "Characters like @ : / ? in user and password are written as %40 %3A %2F %3F",
    });
  }
  const [, user = "", password, host = "", port, database = "", query = ""] = match;
  return {
    kind,
    user: decode(user),
    password: password === undefined ? undefined : decode(password),
    host: host.replace(/^\[|\]$/g, ""),
    port: port === undefined ? undefined : Number(port),
    database,
    query: new URLSearchParams(query),
  };
}

/** A URI that is safe to show and to store. */
export function withoutPassword(uri: string): string {
  const { query } = parseDatabaseUri(uri);
  const shown = uri.replace(/^([^:]+:\/\/[^:/@]*):[^@]*@/s, "$1@");
  const hidden = ["password", "passwd", "sslpassword"].filter((name) => query.has(name));
  return hidden.reduce((text, name) => text.replaceAll(new RegExp(`([?&]${name}=)[^&]*`, "g"), "$1***"), shown);
}

/** Texts of a URI that must not be shown: its password as it stands there, and decoded. */
export function secretsOf(uri: string): string[] {
  const { password, query } = parseDatabaseUri(uri);
  const written = /^[^:]+:\/\/[^:/@]*:([^@]*)@/s.exec(uri)?.[1];
  const further = ["password", "passwd", "sslpassword"].map((name) => query.get(name));
  return [written, password, ...further].filter((text) =>
    text !== undefined && text !== null && text !== ""
  ) as string[];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
