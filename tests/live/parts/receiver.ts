/**
 * A Kiroframe that takes everything and remembers it, byte for byte: what was really sent is for the tests to judge.
 * @module
 */

/** One request as it came. */
export interface RecordedCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A running receiver; disposing it ends it. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  /** Every request so far, in order of arrival, whatever it was answered. */
  readonly calls: readonly RecordedCall[];
}

/** Answers a call; undefined takes it. */
export type Answer = (call: RecordedCall, index: number) => Response | undefined;

/** Starts a receiver on a free port that takes every call, or those that the answer leaves to it. */
export function startReceiver(answer: Answer = () => undefined): Receiver {
  const calls: RecordedCall[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen(): void {} },
    async (request): Promise<Response> => {
      const body = await request.text();
      const call = {
        method: request.method,
        path: new URL(request.url).pathname,
        headers: Object.fromEntries(request.headers),
        body,
      };
      return answer(call, calls.push(call) - 1) ?? Response.json({ ok: true });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    calls,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
