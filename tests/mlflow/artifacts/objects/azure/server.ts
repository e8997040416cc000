/** An Azure in this process: the listing and the blobs of one container, and Microsoft's sign-in. Signatures: tests/deployments/objects. */
import { bytesOf, versionOf } from "../lab.ts";

/** What it holds and whom it lets in. */
export interface AzureOptions {
  /** By name, in the one container "box". */
  readonly objects: Readonly<Record<string, string | Uint8Array>>;
  /** Names of folders that it lists as a data lake does. */
  readonly folders?: readonly string[];
  /** Blobs a page. @default {5000} */
  readonly pageSize?: number;
  /** Whether a request may read, by its Authorization or its address. @default {any may} */
  readonly letsIn?: (authorization: string | null, url: URL) => boolean;
  /** What is signed in with. @default {nobody can sign in} */
  readonly signIn?: (form: URLSearchParams) => boolean;
  /** Where downloads are sent, and never come from here. @default {they come from here} */
  readonly elsewhere?: string;
}

/** A running one. */
export interface AzureServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly { readonly url: URL; readonly headers: Headers }[];
  /** Those that were given. */
  readonly tokens: readonly string[];
}

/** Starts it. */
export function startAzure(options: AzureOptions): AzureServer {
  const requests: { url: URL; headers: Headers }[] = [];
  const tokens: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen(): void {} }, async (request) => {
    const url = new URL(request.url);
    requests.push({ url, headers: request.headers });
    if (url.pathname === "/tenant/oauth2/v2.0/token") {
      const form = new URLSearchParams(await request.text());
      const isGood = form.get("scope") === "https://storage.azure.com/.default" && options.signIn?.(form);
      if (!isGood) return Response.json({ error: "invalid_client" }, { status: 401 });
      tokens.push(`token-of-azure-${tokens.length}`);
      return Response.json({ access_token: tokens.at(-1), expires_in: 3599, token_type: "Bearer" });
    }
    const authorization = request.headers.get("authorization");
    const isGiven = authorization === `Bearer ${tokens.at(-1)}`;
    if (!isGiven && !(options.letsIn?.(authorization, url) ?? true)) return failure(403, "AuthenticationFailed");
    if (request.headers.get("x-ms-version") === null) return failure(400, "MissingRequiredHeader");
    if (!url.pathname.startsWith("/box")) return failure(404, "ContainerNotFound");
    if (url.searchParams.get("comp") === "list") return page(url.searchParams, options);
    if (options.elsewhere !== undefined) {
      return new Response(null, { status: 307, headers: { location: options.elsewhere } });
    }
    return blob(decodeURIComponent(url.pathname.slice("/box/".length)), request, options);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    requests,
    tokens,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function failure(status: number, code: string): Response {
  const xml = `\ufeff<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>No.</Message></Error>`;
  return new Response(xml, { status, headers: { "content-type": "application/xml" } });
}

function page(query: URLSearchParams, { objects, folders = [], pageSize = 5000 }: AzureOptions): Response {
  const names = [...Object.keys(objects), ...folders].filter((name) => name.startsWith(query.get("prefix") ?? ""))
    .sort();
  const start = Number(query.get("marker") ?? 0);
  const blobs = names.slice(start, start + pageSize).map((name) => {
    const isFolder = folders.includes(name);
    const shown = name.includes("\uffff")
      ? `<Name Encoded="true">${encodeURIComponent(name)}</Name>`
      : `<Name>${name.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</Name>`;
    const length = isFolder ? 0 : bytesOf(objects[name]!).length;
    const metadata = isFolder ? "<hdi_isfolder>true</hdi_isfolder>" : "<Name>other</Name>";
    return `<Blob>${shown}<Properties><Etag>${
      isFolder ? "0" : versionOf(objects[name]!)
    }</Etag><Content-Length>${length}</Content-Length><BlobType>BlockBlob</BlobType></Properties>` +
      `<Metadata>${metadata}</Metadata></Blob>`;
  });
  const marker = start + pageSize < names.length ? `<NextMarker>${start + pageSize}</NextMarker>` : "<NextMarker />";
  const xml = `\ufeff<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="box">` +
    `<Blobs>${blobs.join("")}</Blobs>${marker}</EnumerationResults>`;
  return new Response(xml, { headers: { "content-type": "application/xml" } });
}

function blob(name: string, request: Request, { objects }: AzureOptions): Response {
  const content = objects[name];
  if (content === undefined) return failure(404, "BlobNotFound");
  const bytes = bytesOf(content);
  const etag = `"${versionOf(bytes)}"`;
  if ((request.headers.get("if-match") ?? etag) !== etag) return failure(412, "ConditionNotMet");
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.get("x-ms-range") ?? "")?.[1] ?? 0);
  const headers = new Headers({ "content-length": String(bytes.length - from) });
  if (from > 0) headers.set("content-range", `bytes ${from}-${bytes.length - 1}/${bytes.length}`);
  return new Response(bytes.slice(from), { status: from > 0 ? 206 : 200, headers });
}
