/** An S3 in this process: as much of it as is asked for. Signatures are not checked here (tests/deployments/s3.test.ts does). */
import { bytesOf, versionOf } from "../lab.ts";

/** What it holds and how it behaves. */
export interface S3ServerOptions {
  /** Texts by key, below the one bucket "bucket". */
  readonly objects: Readonly<Record<string, string | Uint8Array>>;
  /** Sent as Content-Encoding, by key, as MLflow's uploads have it. */
  readonly encodings?: Readonly<Record<string, string>>;
  /** Objects a page. @default {1000} */
  readonly pageSize?: number;
  /** Bytes after which it takes a page for sent. @default {none} */
  readonly cutsPagesAt?: number;
  /** Requests signed for another region are told this one. @default {any is taken} */
  readonly region?: string;
  /** Answers every request with this status. @default {it answers} */
  readonly status?: number;
}

/** A running one. */
export interface S3Server extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly { readonly path: string; readonly headers: Headers }[];
}

/** Starts it. */
export function startS3(options: S3ServerOptions): S3Server {
  const requests: { path: string; headers: Headers }[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen(): void {} }, (request): Response => {
    const { pathname, search, searchParams } = new URL(request.url);
    requests.push({ path: pathname + search, headers: request.headers });
    if (options.status !== undefined) return failure(options.status, "<Code>No</Code>");
    const scope = /Credential=[^/]+\/\d+\/([^/]+)\/s3\//.exec(request.headers.get("authorization") ?? "")?.[1];
    if (scope === undefined) return failure(403, "<Code>AccessDenied</Code>");
    if (options.region !== undefined && scope !== options.region) {
      return failure(400, `<Code>AuthorizationHeaderMalformed</Code><Region>${options.region}</Region>`);
    }
    if (!pathname.startsWith("/bucket")) return failure(404, "<Code>NoSuchBucket</Code>");
    if (searchParams.get("list-type") === "2") return page(searchParams, options);
    return object(decodeURIComponent(pathname.slice("/bucket/".length)), request, options);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    requests,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function failure(status: number, inner: string): Response {
  return new Response(`<?xml version="1.0"?><Error>${inner}</Error>`, {
    status,
    headers: { "content-type": "application/xml" },
  });
}

function page(query: URLSearchParams, { objects, pageSize = 1000, cutsPagesAt }: S3ServerOptions): Response {
  const escaped = (text: string): string =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("\r", "&#13;");
  const keys = Object.keys(objects).filter((key) => key.startsWith(query.get("prefix") ?? "")).sort();
  const start = Number(query.get("continuation-token") ?? 0);
  const shown = keys.slice(start, start + pageSize);
  const isTruncated = start + pageSize < keys.length;
  const contents = shown.map((key) =>
    `<Contents><Key>${escaped(key)}</Key><ETag>&quot;${versionOf(objects[key]!)}&quot;</ETag>` +
    `<Size>${bytesOf(objects[key]!).length}</Size></Contents>`
  );
  const next = isTruncated ? `<NextContinuationToken>${start + pageSize}</NextContinuationToken>` : "";
  const xml =
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
    `<IsTruncated>${isTruncated}</IsTruncated>${contents.join("")}${next}</ListBucketResult>`;
  return new Response(xml.slice(0, cutsPagesAt), { headers: { "content-type": "application/xml" } });
}

function object(key: string, request: Request, { objects, encodings = {} }: S3ServerOptions): Response {
  const whole = objects[key];
  if (whole === undefined) return failure(404, "<Code>NoSuchKey</Code>");
  const bytes = bytesOf(whole);
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "")?.[1] ?? 0);
  const etag = `"${versionOf(bytes)}"`;
  if ((request.headers.get("if-match") ?? etag) !== etag) return failure(412, "<Code>PreconditionFailed</Code>");
  const headers = new Headers({ etag });
  if (encodings[key] !== undefined) headers.set("content-encoding", encodings[key]);
  if (from > 0) headers.set("content-range", `bytes ${from}-${bytes.length - 1}/${bytes.length}`);
  return new Response(bytes.slice(from), { status: from > 0 ? 206 : 200, headers });
}
