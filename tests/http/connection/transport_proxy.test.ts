import assert from "node:assert/strict";
import { HttpError, NoAnswerError, ProxyError, TlsError } from "../../../lib/http/failure/errors.ts";
import { onBlockedPort } from "../blocked_port.ts";
import { caught } from "../helpers.ts";
import { proxyServer } from "./proxy_server.ts";
import { jsonReply, rawServer } from "../raw_server.ts";
import { caPath, client, tlsServer } from "./helpers.ts";

Deno.test("Transport.fetch() forwards plain requests by the proxy, with its user and password", async () => {
  await using server = rawServer(jsonReply("{}"));
  await using proxy = proxyServer();
  await using http = client(server.url, { env: { http_proxy: `http://us%40er:pa%2Fss@${proxy.host}` } });
  assert.deepEqual(await http.json({ path: "/a?b=c" }), {});
  assert.deepEqual(proxy.asked, [`GET ${server.url}/a?b=c HTTP/1.1`]);
  assert.deepEqual(proxy.authorizations, [`Basic ${btoa("us@er:pa/ss")}`]);
});

Deno.test("Transport.fetch() tunnels encrypted requests through the proxy and still checks the certificate", async () => {
  await using server = tlsServer();
  await using proxy = proxyServer();
  const env = { HTTPS_PROXY: proxy.host };
  await using http = client(server.url, { env, tls: { caPath } });
  assert.equal((await http.request({ path: "/a" })).text, "GET /a ");
  assert.deepEqual(proxy.asked, [`CONNECT ${new URL(server.url).host} HTTP/1.1`]);
  await using unknowing = client(server.url, { env });
  assert.ok(await caught(unknowing.request({ path: "/" })) instanceof TlsError);
});

Deno.test("Transport.fetch() goes directly where NO_PROXY says so", async () => {
  await using server = rawServer(jsonReply("{}"));
  await using proxy = proxyServer();
  await using http = client(server.url, { env: { ALL_PROXY: proxy.host, NO_PROXY: "10.0.0.0/8,127.0.0.0/8" } });
  assert.deepEqual(await http.json({ path: "/" }), {});
  assert.deepEqual(proxy.asked, []);
});

Deno.test("Transport.fetch() follows our NO_PROXY where the runtime's fetch would use the process's proxy", async () => {
  await using server = rawServer(jsonReply('{"a": 1}'));
  await using proxy = proxyServer("502 Bad Gateway");
  const module = new URL("../../../lib/http/connection/transport.ts", import.meta.url).href;
  // Deno does not know "*", so a plain fetch would go to the proxy.
  const env = { HTTP_PROXY: `http://${proxy.host}`, NO_PROXY: "*" };
  const code = `
    import { createTransport } from ${JSON.stringify(module)};
    const transport = createTransport({ env: Deno.env.toObject() });
    const request = { method: "GET", headers: {}, signal: new AbortController().signal };
    const reply = await transport.fetch(new URL(${JSON.stringify(server.url)}), request);
    console.log(reply.status, await reply.text());
    await transport.close();`;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", code], env }).output();
  assert.equal(new TextDecoder().decode(stdout), '200 {"a": 1}\n');
  assert.deepEqual(proxy.asked, []);
});

Deno.test("HttpClient.request() tells which proxy refuses and where it was named, and tries again what passes", async () => {
  await using server = tlsServer();
  const cases = [["407 Proxy Authentication Required", 1, 1], ["403 Forbidden", 1, 1], ["501 Not Implemented", 1, 1], [
    "502 Bad Gateway",
    2,
    5,
  ]] as const;
  for (const [refusal, calls, exitCode] of cases) {
    for (const url of refusal.startsWith("407") ? [server.url, server.url.replace("https:", "http:")] : [server.url]) {
      await using proxy = proxyServer(refusal);
      await using http = client(url, { env: { all_proxy: `http://us:secret@${proxy.host}` } });
      const error = await caught(http.request({ path: "/" }));
      assert.ok(error instanceof ProxyError, String(error));
      const status = refusal.slice(0, 3);
      assert.equal(
        error.message,
        `Cannot reach MLflow at ${url}/: the proxy http://${proxy.host} (from all_proxy) answered with status ${status}`,
      );
      assert.equal(error.exitCode, exitCode);
      assert.doesNotMatch(`${error.message} ${error.hint}`, /secret/);
      assert.equal(proxy.asked.length, calls);
    }
  }
});

Deno.test("HttpClient.request() names the proxy beside the server for a plain reply that may be of either", async () => {
  await using proxy = proxyServer("501 Not Implemented");
  await using http = client("http://mlflow.test", { env: { HTTP_PROXY: `http://us:secret@${proxy.host}` } });
  const error = await caught(http.request({ path: "/" }));
  assert.ok(error instanceof HttpError);
  assert.equal(
    error.message,
    `MLflow, or the proxy http://${proxy.host} (from HTTP_PROXY) before it, answered GET http://mlflow.test/ with status 501`,
  );
});

Deno.test("HttpClient.request() tells a proxy that is not there", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  for (const scheme of ["http", "https"]) {
    const variable = `${scheme}_proxy`;
    await using http = client(`${scheme}://mlflow.test`, { env: { [variable]: `http://us:secret@127.0.0.1:${port}` } });
    const error = await caught(http.request({ path: "/" }));
    assert.ok(error instanceof NoAnswerError);
    assert.equal(error.reason, "refused");
    assert.ok(
      error.message.startsWith(
        `Cannot reach the proxy http://127.0.0.1:${port} (from ${variable}), the way to MLflow at ${scheme}://mlflow.test/: `,
      ),
      error.message,
    );
  }
});

Deno.test("Transport.fetch() goes by a proxy whose port fetch does not go to", async () => {
  await using server = rawServer(jsonReply("{}"));
  await using proxy = await onBlockedPort((port) => proxyServer(undefined, port));
  await using http = client(server.url, { env: { http_proxy: `http://${proxy.host}` } });
  assert.deepEqual(await http.json({ path: "/" }), {});
  assert.equal(proxy.asked.length, 1);
});
