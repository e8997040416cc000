/**
 * Tokens that end (OAuth 2): fetched when the first call needs one, and anew before it ends.
 * @module
 */
import { AppError } from "../../errors.ts";
import { FORM_TYPE } from "../../http/redirect.ts";
import type { Authorize, HttpRequest } from "../../http/types.ts";

/** A token is not used in the last minute of its life: a call may wait before it is sent. */
const MARGIN_MS = 60_000;

interface Token {
  readonly text: string;
  readonly endsMs: number;
}

/**
 * Returns what gives each attempt a token.
 *
 * @param ask Resolves with the reply of a token's endpoint: access_token, expires_in (seconds).
 */
export function bearerAuthorize(ask: () => Promise<unknown>): Authorize {
  let current: Promise<Token> | undefined;
  async function fetchToken(): Promise<Token> {
    const { access_token: text, expires_in: seconds = 3600 } = (await ask() ?? {}) as Record<string, unknown>;
    if (typeof text !== "string") throw new AppError("Cannot sign in: the reply to the credentials holds no token");
    return { text, endsMs: performance.now() + Number(seconds) * 1000 };
  }
  return async () => {
    if (current !== undefined && (await current).endsMs - MARGIN_MS < performance.now()) current = undefined;
    current ??= fetchToken().catch((error) => {
      current = undefined;
      throw error;
    });
    return { authorization: `Bearer ${(await current).text}` };
  };
}

/** Returns the request that sends a form, as endpoints of tokens want it. */
export function formRequest(path: string, fields: Readonly<Record<string, string>>): HttpRequest {
  const headers = { "content-type": FORM_TYPE };
  return { method: "POST", path, body: new URLSearchParams(fields).toString(), headers };
}
