/**
 * Runs any server for as long as a test needs it: it ends with the test, however that ends, and its folder goes with it.
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What is run, and how one knows that it answers. */
export interface ServingOptions {
  /** For messages. */
  readonly name: string;
  /** The Python that watches over it. */
  readonly python: string;
  /** Its own folder, removed at the end; server.log is in it. */
  readonly folder: string;
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Addresses, of which one answers when it is ready. */
  readonly health: readonly string[];
  /** What kind of an answer that is. @default {"it is well"}: 2xx */
  readonly isReadyWhen?: "it is well" | "it answers";
}

/** Starts a server and waits until it answers; rejects with the server's log when it does not. */
export async function serve(options: ServingOptions): Promise<AsyncDisposable> {
  const { name, python, folder, command, env } = options;
  const server = new Deno.Command(python, {
    args: [
      fileURLToPath(new URL("../python/serve.py", import.meta.url)),
      folder,
      // With a log file of its own, the server never waits for a reader of its output.
      "sh",
      "-c",
      'exec "$@" >"$0" 2>&1',
      join(folder, "server.log"),
      ...command,
    ],
    env,
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let ended = false;
  const status = server.status.then(() => ended = true);
  const stop = async (): Promise<void> => {
    await server.stdin.close().catch(() => {});
    await status;
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  };
  try {
    await waitUntilReady(options, () => ended);
  } catch (cause) {
    const log = await Deno.readTextFile(join(folder, "server.log")).catch(() => "(no log)");
    await stop();
    throw new Error(`Cannot start ${name}: its log says\n${log}`, { cause });
  }
  return { [Symbol.asyncDispose]: stop };
}

/** Returns a port that was free a moment ago. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function waitUntilReady({ health, isReadyWhen }: ServingOptions, hasEnded: () => boolean): Promise<void> {
  const deadline = Date.now() + 300_000;
  while (Date.now() < deadline && !hasEnded()) {
    for (const url of health) {
      const response = await fetch(url).catch(() => undefined);
      await response?.body?.cancel();
      if (response?.ok || response !== undefined && isReadyWhen === "it answers") return;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(hasEnded() ? "The server ended" : "The server did not answer for five minutes");
}
