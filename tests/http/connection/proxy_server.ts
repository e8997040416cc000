/** A proxy of the tests' own: forwards plain requests and tunnels CONNECT, and tells what it was asked for. */

/** A loopback proxy. */
export interface ProxyServer extends AsyncDisposable {
  /** "127.0.0.1:PORT" */
  readonly host: string;
  /** The first line of each request. */
  readonly asked: readonly string[];
  /** The Proxy-Authorization of each request, "" without one. */
  readonly authorizations: readonly string[];
}

/** Starts a proxy. With a refusal, such as "407 Proxy Authentication Required", it answers nothing else. */
export function proxyServer(refusal?: string, port = 0): ProxyServer {
  const listener = Deno.listen({ port, hostname: "127.0.0.1" });
  const asked: string[] = [];
  const authorizations: string[] = [];
  const connections = new Set<Deno.Conn>();
  const work: Promise<void>[] = [];

  async function serve(client: Deno.Conn): Promise<void> {
    const buffer = new Uint8Array(65_536);
    const size = await client.read(buffer) ?? 0;
    const head = new TextDecoder().decode(buffer.subarray(0, size));
    const [line = ""] = head.split("\r\n");
    asked.push(line);
    authorizations.push(/^proxy-authorization: (.*)\r$/im.exec(head)?.[1] ?? "");
    if (refusal !== undefined) return await send(client, `HTTP/1.1 ${refusal}\r\ncontent-length: 0\r\n\r\n`);
    const [method = "", target = ""] = line.split(" ");
    const url = new URL(method === "CONNECT" ? `http://${target}` : target);
    const server = await Deno.connect({ hostname: url.hostname, port: Number(url.port) });
    connections.add(server);
    if (method === "CONNECT") await send(client, "HTTP/1.1 200 Connection established\r\n\r\n");
    else await send(server, head.replace(target, url.pathname + url.search));
    await Promise.allSettled([pipe(client, server), pipe(server, client)]);
  }

  async function accept(): Promise<void> {
    for await (const client of listener) {
      connections.add(client);
      work.push(serve(client).catch(() => {}));
    }
  }
  const accepting = accept();

  return {
    host: `127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    asked,
    authorizations,
    async [Symbol.asyncDispose](): Promise<void> {
      listener.close();
      await accepting;
      for (const connection of connections) close(connection);
      await Promise.all(work);
    },
  };
}

async function send(connection: Deno.Conn, text: string): Promise<void> {
  await connection.write(new TextEncoder().encode(text));
}

async function pipe(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(65_536);
  try {
    for (let size = await from.read(buffer); size !== null; size = await from.read(buffer)) {
      for (let sent = 0; sent < size;) sent += await to.write(buffer.subarray(sent, size));
    }
  } finally {
    close(from);
    close(to);
  }
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // The other direction was quicker.
  }
}
