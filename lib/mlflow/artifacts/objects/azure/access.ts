/**
 * Ways to get into an account of Azure's storage: from the variables that MLflow and Azure's own clients read.
 * @module
 */
import { Buffer } from "node:buffer";
import type { Environment } from "../../../../environment.ts";
import { UsageError } from "../../../../errors.ts";
import type { Authorize } from "../../../../http/types.ts";
import { sharedKeyAuthorize } from "./shared_key.ts";

/** An account, and what it is asked with. */
export interface Access {
  /** "https://account.blob.core.windows.net", without a slash at its end. */
  readonly endpoint: string;
  /** Signs each attempt. @default {nobody does} */
  readonly authorize?: Authorize;
  /** A shared access signature: what is added to each address. @default {none} */
  readonly sas?: string;
}

/** An account that a URI names. */
export interface AccountPlace {
  readonly account: string;
  /** "core.windows.net", or that of a national cloud. */
  readonly suffix: string;
}

/** What a connection string says. */
export interface Connection {
  /** Undefined where it names an endpoint alone. */
  readonly account?: string;
  readonly access: Access;
  /** What must not be shown of it. */
  readonly secrets: readonly string[];
}

/** Reads AZURE_STORAGE_CONNECTION_STRING; undefined where it is not set. @throws {UsageError} */
export function readConnection(env: Environment): Connection | undefined {
  const text = env["AZURE_STORAGE_CONNECTION_STRING"];
  if (!text) return undefined;
  const parts = new Map(
    text.split(";").map((part) => /^\s*(\w+)=(.*?)\s*$/s.exec(part) ?? []).map(([, name = "", value = ""]) => [
      name.toLowerCase(),
      value,
    ]),
  );
  const [account, key] = [parts.get("accountname"), parts.get("accountkey")];
  const sas = parts.get("sharedaccesssignature");
  const suffix = parts.get("endpointsuffix") || "core.windows.net";
  const endpoint = parts.get("blobendpoint") ||
    account && `${parts.get("defaultendpointsprotocol") || "https"}://${account}.blob.${suffix}`;
  if (!endpoint || !/^https?:\/\/[^/]/.test(endpoint) || !URL.canParse(endpoint)) {
    throw new UsageError("Cannot use AZURE_STORAGE_CONNECTION_STRING: it names neither an account nor an endpoint", {
      hint: "Take it from the account's access keys: AccountName=…;AccountKey=…",
    });
  }
  const bare = endpoint.replace(/\/+$/, "");
  const secrets = [key, ...secretsOfSas(sas)].filter((secret) => secret !== undefined);
  if (sas) return { account, access: { endpoint: bare, sas: bareSas(sas) }, secrets };
  if (account && key) return { account, access: accessByKey(bare, { account, key, name: "AccountKey" }), secrets };
  throw new UsageError(
    "Cannot use AZURE_STORAGE_CONNECTION_STRING: it holds neither AccountKey nor SharedAccessSignature",
  );
}

/** Where a URI's account is. */
export function endpointOf({ account, suffix }: AccountPlace): string {
  return `https://${account}.blob.${suffix}`;
}

/** @throws {UsageError} if the key is none; `name` says where it is from. */
export function accessByKey(
  endpoint: string,
  { account, key, name }: { readonly account: string; readonly key: string; readonly name: string },
): Access {
  if (Buffer.from(key, "base64").length === 0) {
    throw new UsageError(`Cannot use ${name}: it is no key, which is base64`);
  }
  return { endpoint, authorize: sharedKeyAuthorize({ account, key }) };
}

/** A signature as it is added to a query. */
export function bareSas(sas: string): string {
  return sas.replace(/^\?/, "");
}

/** What must not be shown of a shared access signature: the whole, and what makes it good. */
export function secretsOfSas(sas: string | undefined): string[] {
  if (!sas) return [];
  const signature = new URLSearchParams(bareSas(sas)).get("sig");
  return signature ? [bareSas(sas), signature] : [bareSas(sas)];
}
