/** Headers for a gateway: who hears them, and who never does. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { generateWorld } from "../../sandbox/world/generator.ts";
import { runHere, temporaryFolder } from "./program.ts";

const TOKEN = "gateway-token-1a2b3c";

interface Gate extends AsyncDisposable {
  readonly url: string;
  /** What the header held in each request, null where it was not there. */
  readonly heard: readonly (string | null)[];
}

/** Passes on what carries the token, refuses the rest; `redirects` are passed on by a redirect of another host. */
function gate(target: string, { strict = true, redirects }: { strict?: boolean; redirects?: RegExp } = {}): Gate {
  const heard: (string | null)[] = [];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen(): void {} },
    async (request): Promise<Response> => {
      const given = request.headers.get("x-gateway-token");
      heard.push(given);
      if (strict && given !== TOKEN) return new Response("Forbidden", { status: 403 });
      const { pathname, search } = new URL(request.url);
      if (redirects?.test(pathname)) {
        return new Response(null, { status: 307, headers: { location: target + pathname + search } });
      }
      const body = request.method === "POST" ? await request.text() : null;
      return await fetch(target + pathname + search, { method: request.method, body, headers: request.headers });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    heard,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function textsBelow(path: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    const below = join(path, name);
    texts.push(
      ...isDirectory ? await textsBelow(below) : [new TextDecoder("latin1").decode(await Deno.readFile(below))],
    );
  }
  return texts;
}

Deno.test("--header opens a gateway, goes to nobody else, and is nowhere to be read", async () => {
  await using mlflow = await startMlflowSandbox({ world: generateWorld({ runs: 3, models: 1, files: 1 }) });
  await using elsewhere = gate(mlflow.url, { strict: false });
  await using gateway = gate(elsewhere.url.replace("127.0.0.1", "localhost"), { redirects: /get-artifact/ });
  await using kiroframe = await startKiroframeSandbox();
  await using kiroframeGate = gate(kiroframe.url, { strict: false });
  const ways: [string[], Record<string, string>][] = [
    [["--header", `X-Gateway-Token=${TOKEN}`, "--header", "X-Other=1"], {}],
    [[], { MLFLOW_TRACKING_HEADERS: `X-Other=1\nX-Gateway-Token=${TOKEN}` }],
    [[], { MLFLOW_TRACKING_HEADERS: JSON.stringify({ "x-gateway-token": TOKEN }) }],
  ];
  for (const [args, env] of ways) {
    await using folder = await temporaryFolder();
    const urls = ["--tracking-url", gateway.url, "--kiroframe-url", kiroframeGate.url];
    const token = ["--profiling-token", kiroframe.token];
    const given = [...urls, ...token, "--base-dir", folder.path, "--download-artifacts", "--log-level", "DEBUG"];
    const done = await runHere([...given, ...args], { env });
    assert.equal(done.exitCode, 0, done.stderr);
    for (const text of [done.stdout, done.stderr, ...await textsBelow(folder.path)]) assert.ok(!text.includes(TOKEN));
  }
  assert.deepEqual(new Set(gateway.heard), new Set([TOKEN]));
  // What is not redirected is passed on as it came.
  assert.ok(elsewhere.heard.includes(null), "no artifact was redirected");
  assert.deepEqual(new Set(kiroframeGate.heard), new Set([null]));
});

Deno.test("without its header a gateway refuses, and one that cannot be read writes nothing", async () => {
  await using mlflow = await startMlflowSandbox({ world: generateWorld({ runs: 1 }) });
  await using gateway = gate(mlflow.url);
  await using folder = await temporaryFolder();
  const base = join(folder.path, "base");
  const args = ["export", "--tracking-url", gateway.url, "--base-dir", base];
  const refused = await runHere([...args, "--header", `X-Gateway-Token=x${TOKEN}`]);
  assert.equal(refused.exitCode, 4, refused.stderr);
  assert.ok(!refused.stderr.includes(TOKEN), refused.stderr);
  const heard = gateway.heard.length;
  for (const header of [`${TOKEN}`, `X: ${TOKEN}`, `Host=${TOKEN}`, `${TOKEN}=`]) {
    for (const [more, env] of [[["--header", header], {}], [[], { MLFLOW_TRACKING_HEADERS: header }]] as const) {
      const wrong = await runHere([...args, ...more], { env });
      assert.equal(wrong.exitCode, 2, wrong.stderr);
      assert.ok(!wrong.stderr.includes(TOKEN), wrong.stderr);
    }
  }
  assert.equal(gateway.heard.length, heard);
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
});

Deno.test("MLFLOW_REGISTRY_URI of another server gives the models, and hears no header", async () => {
  await using runs = await startMlflowSandbox({ world: generateWorld({ runs: 2, models: 1, seed: 1 }) });
  await using models = await startMlflowSandbox({ world: generateWorld({ runs: 2, models: 3, seed: 2 }) });
  await using gateway = gate(runs.url);
  await using registry = gate(models.url, { strict: false });
  await using folder = await temporaryFolder();
  const given = ["export", "--tracking-url", gateway.url, "--base-dir", folder.path];
  const env = { MLFLOW_REGISTRY_URI: registry.url, MLFLOW_TRACKING_HEADERS: `X-Gateway-Token=${TOKEN}` };
  const done = await runHere(given, { env });
  assert.equal(done.exitCode, 0, done.stderr);
  const listed = JSON.parse(await Deno.readTextFile(join(await folder.exported(), "models.json")));
  assert.deepEqual(
    listed.map(({ name }: { name: string }) => name),
    [...models.world.models.keys()],
  );
  assert.equal(listed.length, 3);
  assert.deepEqual(new Set(registry.heard), new Set([null]));
});
