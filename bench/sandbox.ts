/**
 * Generated servers in processes of their own, so that their memory and work are not taken for ours.
 * @module
 */
import type { GeneratedWorldOptions } from "../sandbox/world/generator.ts";
import { deno } from "./child.ts";

/** A running server; disposing it ends it. */
export interface SandboxProcess extends AsyncDisposable {
  /** Its tracking URL. */
  readonly url: string;
  /** Lets as many runs end otherwise; resolves with the count of requests until then. */
  readonly change: (runs: number) => Promise<number>;
  /** Ends it; resolves with the count of requests that it answered. */
  readonly end: () => Promise<number>;
}

/** Starts a server that holds a generated world. */
export async function startSandbox(world: GeneratedWorldOptions): Promise<SandboxProcess> {
  const [program = "", ...args] = deno("bench/programs/sandbox.ts", JSON.stringify(world));
  const child = new Deno.Command(program, { args, stdin: "piped", stdout: "piped", stderr: "inherit" }).spawn();
  const lines = linesOf(child.stdout);
  const { value: url } = await lines.next();
  if (url === undefined) throw new Error("The sandbox ended before it listened");
  const input = child.stdin.getWriter();
  async function change(runs: number): Promise<number> {
    await input.write(new TextEncoder().encode(String(runs)));
    return Number((await lines.next()).value);
  }
  let ended: Promise<number> | undefined;
  async function end(): Promise<number> {
    await input.close();
    const { value: count } = await lines.next();
    await lines.return(undefined);
    await child.status;
    return Number(count);
  }
  return { url, change, end: () => ended ??= end(), [Symbol.asyncDispose]: async () => void await (ended ??= end()) };
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string, undefined> {
  let text = "";
  for await (const piece of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (text + piece).split("\n");
    text = lines.pop() ?? "";
    yield* lines;
  }
}
