/**
 * Which values of a Config must never be shown.
 * @module
 */
import type { Environment } from "../../environment.ts";
import { keyOf } from "./option.ts";
import { OPTION_TABLE } from "./options.ts";
import { VARIABLES } from "./variables.ts";

/**
 * Returns every secret that a Config holds: tokens, passwords (also those inside URLs, as they stand and decoded), and
 * `user:password` pairs as basic authentication encodes them: what a Redactor is told.
 */
export function secretsOf(config: { readonly environment: Environment }): string[] {
  const values: Readonly<Record<string, unknown>> = { ...config };
  const { environment } = config;
  const secrets = new Set<string>();
  for (const option of OPTION_TABLE) {
    const value = values[keyOf(option)];
    if (option.secret) { for (const text of [value].flat()) if (typeof text === "string") secrets.add(text); }
    // The variable too: a flag may have won over it.
    if (option.secret && option.variable !== undefined) secrets.add(environment[option.variable] ?? "");
    if (typeof value === "string" && ["url", "uri"].includes(option.kind)) addCredentials(value, secrets);
  }
  for (const { name, secret } of VARIABLES) {
    for (const value of [environment[name], environment[name.toLowerCase()]]) {
      if (value === undefined) continue;
      if (secret) secrets.add(value);
      else addCredentials(value, secrets);
    }
  }
  const password = environment["MLFLOW_TRACKING_PASSWORD"];
  if (password) secrets.add(`${environment["MLFLOW_TRACKING_USERNAME"] ?? ""}:${password}`);
  secrets.delete("");
  return [...secrets];
}

function addCredentials(text: string, secrets: Set<string>): void {
  if (!URL.canParse(text)) return;
  const { username, password } = new URL(text);
  if (username === "" && password === "") return;
  // Without a password, the user is a token.
  const secret = password === "" ? username : password;
  secrets.add(secret);
  secrets.add(decoded(secret));
  secrets.add(`${decoded(username)}:${decoded(password)}`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
