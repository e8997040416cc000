/** A server that answers with bytes of the test's choice: cut, stalled or broken replies. */

/** A loopback server; disposing it closes every connection. */
export interface RawServer extends AsyncDisposable {
  /** "http://127.0.0.1:PORT" */
  readonly url: string;
  /** The heads (and what came with them) of all requests so far. */
  readonly requests: readonly string[];
}

/**
 * Answers the n-th connection with the n-th reply, and all further ones with the last. A reply is sent as it is; then the
 * connection is closed, unless the reply is to stall: then it stays open until the server is disposed.
 */
export function rawServer(...replies: readonly RawReply[]): RawServer {
  return rawServerAt(0, ...replies);
}

/** The bytes of a reply; or those after which nothing comes. */
export type RawReply = string | { readonly stallAfter: string };

/** The same on a port of the test's choice. */
export function rawServerAt(port: number, ...replies: readonly RawReply[]): RawServer {
  const listener = Deno.listen({ port, hostname: "127.0.0.1" });
  const requests: string[] = [];
  const open = new Set<Deno.Conn>();
  const serving: Promise<void>[] = [];

  async function answer(connection: Deno.Conn, index: number): Promise<void> {
    const buffer = new Uint8Array(65_536);
    const size = await connection.read(buffer);
    if (size === null) return connection.close();
    requests.push(new TextDecoder().decode(buffer.subarray(0, size)));
    const reply = replies[Math.min(index, replies.length - 1)] ?? "";
    const text = typeof reply === "string" ? reply : reply.stallAfter;
    await connection.write(new TextEncoder().encode(text));
    if (typeof reply === "string") connection.close();
    else open.add(connection);
  }

  async function listen(): Promise<void> {
    let index = 0;
    for await (const connection of listener) {
      serving.push(answer(connection, index++).catch(() => {}));
    }
  }
  const listening = listen();

  return {
    url: `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    requests,
    async [Symbol.asyncDispose](): Promise<void> {
      listener.close();
      await listening;
      await Promise.all(serving);
      for (const connection of open) connection.close();
    },
  };
}

/** A whole reply with a JSON body. */
export function jsonReply(body: string, status = "200 OK"): string {
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`;
}
