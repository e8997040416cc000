/**
 * Addresses without their secrets.
 * @module
 */

const MAX_SHOWN_LENGTH = 200;

/** An address and the credentials that stood in it. */
export interface SplitUrl {
  /** Without user, password and fragment. */
  readonly url: URL;
  /** Percent-decoded; null where the address has no user and no password. */
  readonly credentials: { readonly username: string; readonly password: string } | null;
}

/** Takes user and password out of an address. Percent signs that encode nothing are kept as they are. */
export function splitCredentials(address: URL): SplitUrl {
  const url = new URL(address);
  const { username, password } = url;
  url.username = "";
  url.password = "";
  url.hash = "";
  if (username === "" && password === "") return { url, credentials: null };
  return { url, credentials: { username: percentDecode(username), password: percentDecode(password) } };
}

/** Returns the value of an Authorization header for Basic authentication, in UTF-8. */
export function basicAuthorization(credentials: { readonly username: string; readonly password: string }): string {
  const bytes = new TextEncoder().encode(`${credentials.username}:${credentials.password}`);
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`;
}

/** Returns an address cut to 200 characters, for messages. */
export function shortUrl(url: string): string {
  return url.length <= MAX_SHOWN_LENGTH ? url : `${url.slice(0, MAX_SHOWN_LENGTH - 1)}…`;
}

/** Returns origin and path of an address: what is left can hold no credentials and no signature. */
export function originAndPath(url: URL): string {
  return url.origin + url.pathname;
}

function percentDecode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}

/** Returns a path whose query is encoded as RFC 3986 has it, and no further: what is signed must be what is sent. */
export function strictQuery(path: string): string {
  const [before = "", query] = path.split(/\?(.*)/s);
  if (query === undefined) return path;
  return `${before}?${[...new URLSearchParams(query)].map((pair) => pair.map(strictly).join("=")).join("&")}`;
}

/** Encodes text for a path or a query, all but letters, digits and "-._~". */
export function strictly(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
