/**
 * Tokens for stores of objects.
 * @module
 */
import { createHttpClient } from "../../../http/client.ts";
import { createTransport } from "../../../http/connection/transport.ts";
import type { Authorize, HttpClient } from "../../../http/types.ts";
import { bearerAuthorize } from "../../auth/bearer.ts";
import type { ObjectOptions } from "./store.ts";

/** Somebody to ask as. */
export interface SignedIn {
  readonly authorize: Authorize;
  /** Frees connections. */
  close(): Promise<void>;
}

/** Who gives tokens. */
export interface SignInPlace {
  readonly baseUrl: string;
  /** For messages: "Google's sign-in". */
  readonly service: string;
  /** What to do where that fails. */
  readonly hint: string;
}

/** Signs in when the first call needs it, by what a reply of OAuth tells. */
export function signInAt(
  { hint, ...place }: SignInPlace,
  { env, logger, timeoutMs, signal }: ObjectOptions,
  ask: (http: HttpClient) => Promise<unknown>,
): SignedIn {
  const http = createHttpClient({
    ...place,
    transport: createTransport({ env }),
    // The call that wants a token is tried again, and asks again.
    retry: { retries: 0 },
    timeoutMs,
    logger,
    signal,
    hintFor: () => hint,
  });
  return { authorize: bearerAuthorize(() => ask(http)), close: () => http.close() };
}
