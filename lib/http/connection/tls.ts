/**
 * Certificates from files, as Python's requests takes them.
 * @module
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, UsageError } from "../../errors.ts";
import type { Environment } from "../../environment.ts";

/** What is special about encrypted connections. */
export interface TlsOptions {
  /** A PEM file, or a folder of PEM files, with the authorities to trust in place of the usual ones. */
  readonly caPath?: string;
  /** The variable that names it, for messages. */
  readonly caVariable?: string;
  /** A PEM file with the client's key and certificate. */
  readonly clientCertPath?: string;
  /** Accepts every certificate. @default {false} */
  readonly insecure?: boolean;
}

/** {@linkcode TlsOptions} with the files' contents, for node:tls. */
export interface TlsFiles {
  /** Authorities in PEM form. */
  readonly ca?: string[];
  /** The client's certificate in PEM form. */
  readonly cert?: string;
  /** The client's key in PEM form. */
  readonly key?: string;
  /** False accepts every certificate. */
  readonly rejectUnauthorized?: boolean;
}

/**
 * Adds what Python's requests reads from the environment: REQUESTS_CA_BUNDLE, then CURL_CA_BUNDLE, each where no
 * authorities are named and certificates are checked.
 */
export function withEnvironment(tls: TlsOptions, env: Environment): TlsOptions {
  if (tls.caPath || tls.insecure) return tls;
  const caVariable = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"].find((name) => env[name]);
  return caVariable === undefined ? tls : { ...tls, caPath: env[caVariable], caVariable };
}

/** Whether the options ask for anything that a plain fetch does not do. */
export function isSpecial(tls: TlsOptions): boolean {
  return Boolean(tls.caPath || tls.clientCertPath || tls.insecure);
}

/**
 * Reads the files.
 *
 * @throws {UsageError} if one cannot be read or holds no certificate.
 */
export async function readTlsFiles(tls: TlsOptions): Promise<TlsFiles> {
  return {
    ...(tls.caPath && { ca: await readAuthorities(tls.caPath) }),
    ...(tls.clientCertPath && await readClientCertificate(tls.clientCertPath)),
    ...(tls.insecure && { rejectUnauthorized: false }),
  };
}

async function readAuthorities(path: string): Promise<string[]> {
  const texts = await attempt("certificates of authorities", path, async () => {
    if (!(await stat(path)).isDirectory()) return [await readFile(path, "utf8")];
    const entries = await readdir(path, { withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(path, entry.name));
    return await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "")));
  });
  const certificates = texts.filter((text) => text.includes("-----BEGIN CERTIFICATE-----"));
  if (certificates.length > 0) return certificates;
  throw new UsageError(
    `Cannot use the certificates of authorities in ${path}: found no "-----BEGIN CERTIFICATE-----"`,
    {
      hint: "Name a file in PEM form, or a folder of such files",
    },
  );
}

async function readClientCertificate(path: string): Promise<{ cert: string; key: string }> {
  const pem = await attempt("client certificate", path, () => readFile(path, "utf8"));
  if (/-----BEGIN CERTIFICATE-----/.test(pem) && /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    return { cert: pem, key: pem };
  }
  throw new UsageError(`Cannot use the client certificate in ${path}: expected a certificate and its private key`, {
    hint: "Join the two PEM files into one: cat client.key client.crt > client.pem",
  });
}

async function attempt<T>(what: string, path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new UsageError(`Cannot read the ${what} in ${path}: ${messageOf(error)}`, {
      hint: "Check the path",
      cause: error,
    });
  }
}
