/** A Google in this process: its storage's JSON API, its sign-in and a machine's metadata, as much of each as is asked for. */
import { gunzipSync } from "node:zlib";
import { bytesOf, versionOf } from "../lab.ts";

/** What it holds and whom it lets in. */
export interface GoogleOptions {
  /** By name, in the one bucket "bucket". */
  readonly objects: Readonly<Record<string, string | Uint8Array>>;
  /** Names of objects that are stored with Content-Encoding: gzip. */
  readonly packed?: readonly string[];
  /** Objects a page. @default {1000} */
  readonly pageSize?: number;
  /** Whether anybody may read. @default {false}: a token is asked for */
  readonly isOpen?: boolean;
  /** The service account's key. */
  readonly publicKey?: CryptoKey;
  /** The user's refresh token. */
  readonly refreshToken?: string;
  /** Seconds that tokens live. @default {3600} */
  readonly tokenSeconds?: number;
  /** What the sign-in says, whoever asks. */
  readonly refusal?: (form: URLSearchParams) => Response;
}

/** A running one. */
export interface GoogleServer extends AsyncDisposable {
  readonly url: string;
  /** "127.0.0.1:1234" */
  readonly host: string;
  readonly requests: readonly { readonly path: string; readonly headers: Headers }[];
  /** Those that were given. */
  readonly tokens: readonly string[];
}

/** Starts it. */
export function startGoogle(options: GoogleOptions): GoogleServer {
  const requests: { path: string; headers: Headers }[] = [];
  const tokens: string[] = [];
  const giveToken = (): Response => {
    tokens.push(`token-of-google-${tokens.length}`);
    return Response.json({
      access_token: tokens.at(-1),
      expires_in: options.tokenSeconds ?? 3600,
      token_type: "Bearer",
    });
  };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen(): void {} }, async (request) => {
    const { pathname, search, searchParams } = new URL(request.url);
    requests.push({ path: pathname + search, headers: request.headers });
    if (pathname === "/token") {
      const form = new URLSearchParams(await request.text());
      if (options.refusal !== undefined) return options.refusal(form);
      return await isGood(form, request.url, options) ? giveToken() : refusal(400, "invalid_grant");
    }
    if (pathname === "/" || pathname.startsWith("/computeMetadata/")) {
      if (request.headers.get("metadata-flavor") !== "Google") return refusal(403, "no flavor");
      const response = pathname === "/" ? new Response("computeMetadata/") : giveToken();
      response.headers.set("metadata-flavor", "Google");
      return response;
    }
    const token = request.headers.get("authorization")?.replace("Bearer ", "");
    if (!options.isOpen && (token === undefined || token !== tokens.at(-1))) return refusal(401, "Invalid Credentials");
    if (!pathname.startsWith("/storage/v1/b/bucket/o")) return refusal(404, "The specified bucket does not exist.");
    const name = decodeURIComponent(pathname.slice("/storage/v1/b/bucket/o/".length));
    return name === "" ? page(searchParams, options) : object(name, request, options);
  });
  const host = `127.0.0.1:${server.addr.port}`;
  return { url: `http://${host}`, host, requests, tokens, [Symbol.asyncDispose]: () => server.shutdown() };
}

function refusal(status: number, message: string): Response {
  return Response.json({ error: { code: status, message } }, { status });
}

async function isGood(form: URLSearchParams, url: string, options: GoogleOptions): Promise<boolean> {
  if (form.get("grant_type") === "refresh_token") {
    return form.get("refresh_token") === options.refreshToken && form.get("client_id") === "client" &&
      form.get("client_secret") === "client-secret";
  }
  const [head = "", claims = "", signature = ""] = form.get("assertion")?.split(".") ?? [];
  const decoded = (part: string): Uint8Array<ArrayBuffer> => Uint8Array.fromBase64(part, { alphabet: "base64url" });
  const { iss, scope, aud, iat, exp } = JSON.parse(new TextDecoder().decode(decoded(claims)));
  const isSigned = await crypto.subtle.verify(
    "RSASSA-PKCS1-v1_5",
    options.publicKey!,
    decoded(signature),
    bytesOf(`${head}.${claims}`),
  );
  return isSigned && form.get("grant_type") === "urn:ietf:params:oauth:grant-type:jwt-bearer" &&
    iss === "robot@project.iam.gserviceaccount.com" && /devstorage\.read_only$/.test(scope) && aud === url &&
    Math.abs(iat - Date.now() / 1000) < 60 && exp - iat === 3600;
}

function page(query: URLSearchParams, { objects, pageSize = 1000 }: GoogleOptions): Response {
  const names = Object.keys(objects).filter((name) => name.startsWith(query.get("prefix") ?? "")).sort();
  const start = Number(query.get("pageToken") ?? 0);
  const items = names.slice(start, start + pageSize).map((name) => ({
    name,
    size: String(bytesOf(objects[name]!).length),
    generation: versionOf(objects[name]!),
  }));
  const nextPageToken = start + pageSize < names.length ? String(start + pageSize) : undefined;
  return Response.json({ kind: "storage#objects", nextPageToken, items: items.length === 0 ? undefined : items });
}

/** What is packed is unpacked for who does not take it so, and then no range is heeded. */
function object(name: string, request: Request, { objects, packed = [] }: GoogleOptions): Response {
  const content = objects[name];
  const query = new URL(request.url).searchParams;
  if (content === undefined || query.get("alt") !== "media") return refusal(404, `No such object: ${name}`);
  const version = versionOf(content);
  if ((query.get("ifGenerationMatch") ?? version) !== version) return refusal(412, "conditionNotMet");
  const isPacked = packed.includes(name);
  if (isPacked && !request.headers.get("accept-encoding")?.includes("gzip")) {
    return new Response(gunzipSync(bytesOf(content)));
  }
  const bytes = bytesOf(content);
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "")?.[1] ?? 0);
  const headers = new Headers({ "content-length": String(bytes.length - from) });
  if (isPacked) headers.set("content-encoding", "gzip");
  if (from > 0) headers.set("content-range", `bytes ${from}-${bytes.length - 1}/${bytes.length}`);
  return new Response(bytes.slice(from), { status: from > 0 ? 206 : 200, headers });
}
