/**
 * How much a connection to a database is trusted: the modes of PostgreSQL, which MySQL's client has by other names.
 * @module
 */
import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import { messageOf, UsageError } from "../../../../errors.ts";
import { visible } from "../../../../visible.ts";

/** The modes, from none to all. */
export const TLS_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;

export type TlsMode = typeof TLS_MODES[number];

/** What is trusted. */
export interface TlsTrust {
  /** Whose name must be in the certificate, where names are checked. */
  readonly host: string;
  /** Path of the certificate authority's file. @default {those of the runtime} */
  readonly ca?: string;
  /** Path of this client's certificate. @default {none} */
  readonly cert?: string;
  /** Path of its key. @default {none} */
  readonly key?: string;
}

/** Reads a mode. Throws a UsageError for a word that is none. */
export function tlsModeOf(text: string, source: string): TlsMode {
  const mode = TLS_MODES.find((known) => known === text);
  if (mode !== undefined) return mode;
  throw new UsageError(`Cannot use ${source} "${visible(text)}": expected ${TLS_MODES.join(", ")}`);
}

/** What node:tls is told in a mode. Throws a UsageError where a file cannot be read. */
export function tlsOptions(mode: TlsMode, { host, ca, cert, key }: TlsTrust): ConnectionOptions {
  const files = { ca: read(ca), cert: read(cert), key: read(key) };
  switch (mode) {
    case "verify-full":
      // Without it an address would be checked as "localhost": the packages hand over the names alone.
      return { ...files, host, rejectUnauthorized: true };
    case "verify-ca":
      return { ...files, rejectUnauthorized: true, checkServerIdentity: () => undefined };
    default:
      // A certificate authority that is named is asked, as libpq does.
      return { ...files, rejectUnauthorized: ca !== undefined, checkServerIdentity: () => undefined };
  }
}

function read(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new UsageError(`Cannot read the certificate file ${visible(path)}: ${messageOf(cause)}`, { cause });
  }
}
