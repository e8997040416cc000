/**
 * Stands between a program and a server, byte by byte, and breaks connections in the middle of what comes.
 * @module
 */

/** A running one. */
export interface CuttingProxy extends AsyncDisposable {
  readonly url: string;
  /** Connections that were broken so far. */
  readonly cuts: number;
  /** Bytes that came from the server and were passed on. */
  readonly bytes: number;
}

/** Starts one before a server; the first connections that bring more than so many bytes are broken there, the others are left alone. */
export function startCutting(
  target: string,
  { after, cuts: most, onCut }: { readonly after: number; readonly cuts: number; readonly onCut?: () => void },
): CuttingProxy {
  const { hostname, port } = new URL(target);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.TcpConn>();
  let [cuts, bytes] = [0, 0];

  async function carry(client: Deno.TcpConn): Promise<void> {
    const server = await Deno.connect({ hostname, port: Number(port) });
    open.add(client).add(server);
    let came = 0;
    const up = pump(client, server, () => true);
    const down = pump(server, client, (length) => {
      came += length;
      if (came > after && cuts < most) {
        cuts++;
        onCut?.();
        return false;
      }
      bytes += length;
      return true;
    });
    await Promise.race([up, down]);
    for (const each of [client, server]) {
      open.delete(each);
      close(each);
    }
  }

  const accepting = (async (): Promise<void> => {
    for await (const client of listener) void carry(client).catch(() => close(client));
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    get cuts(): number {
      return cuts;
    },
    get bytes(): number {
      return bytes;
    },
    async [Symbol.asyncDispose](): Promise<void> {
      listener.close();
      await accepting.catch(() => {});
      for (const each of open) close(each);
    },
  };
}

/** Passes on what comes until it ends, or is not to go on. */
async function pump(from: Deno.TcpConn, to: Deno.TcpConn, goesOn: (length: number) => boolean): Promise<void> {
  const buffer = new Uint8Array(1 << 16);
  try {
    for (let length = await from.read(buffer); length !== null; length = await from.read(buffer)) {
      if (!goesOn(length)) return;
      for (let sent = 0; sent < length;) sent += await to.write(buffer.subarray(sent, length));
    }
  } catch {
    // The other side closed it.
  }
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It is closed.
  }
}
