/**
 * undici's connections: straight to a server, to a proxy that forwards, through a proxy's tunnel.
 * @module
 */
import process from "node:process";
import type { Dispatcher } from "undici";
import { AppError } from "../../errors.ts";
import { isTooOld } from "../../version.ts";
import { TunnelRefusal } from "../failure/connection.ts";
import { basicAuthorization, splitCredentials } from "../failure/url.ts";
import { readTlsFiles, type TlsFiles, type TlsOptions } from "./tls.ts";

/** Sends requests one way. */
export interface Dispatching {
  /** Takes requests. */
  readonly dispatcher: Dispatcher;
  /** Where they are addressed to, with the headers that the way needs. */
  address(url: URL): { readonly origin: string; readonly path: string; readonly headers?: Record<string, string> };
}

type Undici = typeof import("./undici.ts");

/** How all connections are made. Limits of time are the caller's; up to a second undici sets timers that end with close(). */
const COMMON = {
  allowH2: false,
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: 1000,
  keepAliveMaxTimeout: 1000,
} as const;

/**
 * Creates the way to servers of one kind.
 *
 * @param proxy Perhaps with user and password in it; null: none.
 * @param isEncrypted Whether the servers are https ones.
 */
export async function createDispatching(
  { proxy, isEncrypted, tls }: { readonly proxy: URL | null; readonly isEncrypted: boolean; readonly tls: TlsOptions },
): Promise<Dispatching> {
  const undici = await import("./undici.ts");
  const files = isEncrypted || proxy?.protocol === "https:" ? await readTlsFiles(tls) : {};
  if (proxy === null) {
    return { dispatcher: new undici.Agent({ ...COMMON, connect: { ...files, timeout: 0 } }), address: directly };
  }
  return isEncrypted ? tunnel(proxy, files, undici) : forward(proxy, files, undici);
}

function directly(url: URL): { origin: string; path: string } {
  return { origin: url.origin, path: url.pathname + url.search };
}

/** A proxy gets requests to plain servers whole, and sends them on. */
function forward(proxy: URL, files: TlsFiles, { Agent }: Undici): Dispatching {
  const { url, credentials } = splitCredentials(proxy);
  const own: Record<string, string> = credentials === null
    ? {}
    : { "proxy-authorization": basicAuthorization(credentials) };
  return {
    dispatcher: new Agent({ ...COMMON, connect: tlsOfProxy(files) }),
    address: (target) => ({ origin: url.origin, path: target.href, headers: { host: target.host, ...own } }),
  };
}

/** What encrypts a tunnel: the node:tls of earlier ones ends the process, or waits for ever. */
const TUNNEL_DENO = "2.7.13";

function tunnel(proxy: URL, files: TlsFiles, { Pool, ProxyAgent }: Undici): Dispatching {
  const deno = process.versions["deno"];
  if (deno !== undefined && isTooOld(deno, TUNNEL_DENO)) {
    throw new AppError(`Cannot go to an https address through a proxy: that needs Deno ${TUNNEL_DENO}, found ${deno}`, {
      hint: "Run it with a newer Deno, or name the host in NO_PROXY if it can be reached without the proxy",
    });
  }
  // Without factories of ours the options do not reach the connections to the proxy itself.
  const factory = (origin: string | URL, options: object): Dispatcher => new Pool(origin, { ...options, ...COMMON });
  const dispatcher = new ProxyAgent({
    ...COMMON,
    uri: proxy.href,
    requestTls: { ...files, timeout: 0 },
    proxyTls: tlsOfProxy(files),
    factory,
    clientFactory: (origin, options) => refusing(factory(origin, options)),
  });
  return { dispatcher, address: directly };
}

function tlsOfProxy({ ca }: TlsFiles): { ca?: string[]; timeout: 0 } {
  return { ...(ca && { ca }), timeout: 0 };
}

/** Tells the status of a tunnel that is refused: undici puts it into a sentence. */
function refusing(proxy: Dispatcher): Dispatcher {
  const connect = proxy.connect.bind(proxy) as (options: Dispatcher.ConnectOptions) => Promise<Dispatcher.ConnectData>;
  return Object.assign(proxy, {
    async connect(options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> {
      const reply = await connect(options);
      if (reply.statusCode === 200) return reply;
      reply.socket.on("error", () => {}).destroy();
      throw new TunnelRefusal(reply.statusCode);
    },
  });
}
