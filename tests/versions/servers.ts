/**
 * The MLflow and the Kiroframe that the kept folders know. The folders have their addresses (the source id is a hash of one), and
 * the sandboxes' ports differ each time: so they go by made-up names, which a proxy leads to wherever the sandboxes are.
 */
import { createServer, request as ask } from "node:http";
import type { AddressInfo } from "node:net";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import type { KiroframeSandbox, KiroframeSandboxOptions } from "../../sandbox/kiroframe/types.ts";
import { type MlflowSandbox, type MlflowSandboxOptions, startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { type Outcome, QUICK, runHere } from "../faults/program.ts";
import { keptWorld } from "./world.ts";

const MLFLOW_URL = "http://mlflow.example:5000";
const KIROFRAME_URL = "http://kiroframe.example:8080";
const TOKEN = "sandbox-token";

/** The flags of every export, in small pages. */
export const EXPORT_FLAGS: readonly string[] = [
  ...["--tracking-url", MLFLOW_URL],
  ...["--experiment-page-size", "2", "--run-page-size", "2"],
];

/** The flags of every import. */
export const IMPORT_FLAGS: readonly string[] = ["--kiroframe-url", KIROFRAME_URL, "--profiling-token", TOKEN];

/** How the servers are started. */
export interface ServersOptions {
  /** @default {{}} */
  readonly mlflow?: MlflowSandboxOptions;
  /** @default {{}} */
  readonly kiroframe?: KiroframeSandboxOptions;
}

/** Both servers, and the program that reaches them by their names. */
export class Servers implements AsyncDisposable {
  private constructor(
    /** Holds the world of the kept folders. */
    readonly mlflow: MlflowSandbox,
    /** Holds nothing yet. */
    readonly kiroframe: KiroframeSandbox,
    readonly proxy: NamesProxy,
  ) {}

  /** Starts them. */
  static async start(options: ServersOptions = {}): Promise<Servers> {
    const mlflow = await startMlflowSandbox({ world: keptWorld(), ...options.mlflow });
    const kiroframe = await startKiroframeSandbox({ token: TOKEN, ...options.kiroframe });
    const places = { [new URL(MLFLOW_URL).host]: mlflow.url, [new URL(KIROFRAME_URL).host]: kiroframe.url };
    return new Servers(mlflow, kiroframe, await startNamesProxy(places));
  }

  /** Runs the program; it knows no other servers. */
  run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    return runHere(args, { env: { ...QUICK, HTTP_PROXY: this.proxy.url, ...env } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy.close();
    await this.kiroframe.close();
    await this.mlflow.close();
  }
}

interface NamesProxy {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a proxy for plain http that knows where a few hosts are, and no others. */
async function startNamesProxy(places: Readonly<Record<string, string>>): Promise<NamesProxy> {
  const server = createServer((request, response) => {
    const { method, headers, url = "" } = request;
    const [, host = "", path = ""] = /^http:\/\/([^/]*)(.*)$/.exec(url) ?? [];
    const place = places[host];
    if (place === undefined) {
      response.writeHead(502).end(`There is no ${url}`);
      return;
    }
    const { hostname, port, host: realHost } = new URL(place);
    // The path as it came: made into a URL, it would be normalized.
    const onward = ask({ hostname, port, path, method, headers: { ...headers, host: realHost } }, (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.rawHeaders);
      reply.pipe(response);
      reply.on("error", () => response.destroy());
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close(): Promise<void> {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
