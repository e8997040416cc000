/**
 * Tokens for a client (OAuth 2, client credentials): fetched when the first call needs one, and anew before it ends.
 * @module
 */
import { AppError } from "../../errors.ts";
import type { Authorize, HttpClient } from "../../http/types.ts";

/** A token is not used in the last minute of its life: a call may wait before it is sent. */
const MARGIN_MS = 60_000;

interface Token {
  readonly text: string;
  readonly endsMs: number;
}

/** Returns what gives each attempt a token from the path of a client that signs in by itself. */
export function clientAuthorize(
  http: HttpClient,
  { path, scope }: { readonly path: string; readonly scope: string },
): Authorize {
  let current: Promise<Token> | undefined;
  async function fetchToken(): Promise<Token> {
    const body = new URLSearchParams({ grant_type: "client_credentials", scope }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const reply = await http.json({ method: "POST", path, body, headers });
    const { access_token: text, expires_in: seconds = 3600 } = (reply ?? {}) as Record<string, unknown>;
    if (typeof text !== "string") {
      throw new AppError("Cannot sign in: the reply to the client's credentials holds no token");
    }
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
