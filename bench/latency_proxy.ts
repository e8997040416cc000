/**
 * Distance: a proxy of TCP connections that holds back every byte, and the opening of each connection, as a long way does.
 * @module
 */

/** A running proxy; disposing it ends it. */
export interface LatencyProxy extends AsyncDisposable {
  /** The target's URL by way of the proxy. */
  readonly url: string;
}

/** Starts a proxy to a URL. `roundTripMs` is the time there and back: half of it is spent on each byte's way. */
export function startLatencyProxy(target: string, roundTripMs: number): LatencyProxy {
  const { hostname, port } = new URL(target);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.TcpConn>();

  async function serve(client: Deno.TcpConn): Promise<void> {
    open.add(client);
    // The three-way handshake that loopback does in no time.
    await sleep(roundTripMs);
    const server = await Deno.connect({ hostname, port: Number(port) });
    server.setNoDelay(true);
    client.setNoDelay(true);
    open.add(server);
    await Promise.all([
      carry(client, { to: server, delayMs: roundTripMs / 2 }),
      carry(server, { to: client, delayMs: roundTripMs / 2 }),
    ]);
    for (const connection of [client, server]) close(connection);
  }

  function close(connection: Deno.TcpConn): void {
    if (!open.delete(connection)) return;
    connection.close();
  }

  const accepting = (async () => {
    for await (const client of listener) serve(client).catch(() => close(client));
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    async [Symbol.asyncDispose](): Promise<void> {
      listener.close();
      await accepting;
      for (const connection of [...open]) close(connection);
    },
  };
}

/** Passes on what comes, each piece after the delay, in order; many pieces may be on their way at once. */
async function carry(from: Deno.TcpConn, way: { readonly to: Deno.TcpConn; readonly delayMs: number }): Promise<void> {
  const { to, delayMs } = way;
  let last: Promise<unknown> = Promise.resolve();
  try {
    for (;;) {
      const buffer = new Uint8Array(65_536);
      const length = await from.read(buffer);
      const arrival = sleep(delayMs);
      const before = last;
      last = (async () => {
        await arrival;
        await before;
        if (length === null) await to.closeWrite();
        else await writeAll(to, buffer.subarray(0, length));
      })();
      last.catch(() => {});
      if (length === null) break;
    }
    await last;
  } catch {
    // The other side is gone: so is this one, in a moment.
  }
}

async function writeAll(to: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await to.write(bytes.subarray(done));
}

function sleep(ms: number): Promise<void> {
  // A timer of 0 ms takes one.
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}
