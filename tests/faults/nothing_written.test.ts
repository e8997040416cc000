/** A run that fails before it has anything to keep leaves nothing: no dated folder, no base folder, no file, and no advice to go on with it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { QUICK, runHere, temporaryFolder } from "./program.ts";
import { smallWorld } from "./truth.ts";

interface Case {
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly url?: string;
  readonly exitCode: number;
  readonly says: RegExp;
}

/** An address at which nothing listens. */
const CLOSED = ((): string => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return `127.0.0.1:${listener.addr.port}`;
})();

const ONCE = { ...QUICK, MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0" };

const CASES: Readonly<Record<string, Case>> = {
  "no experiment of the name": {
    flags: ["--experiment", "nobody"],
    exitCode: 2,
    says: /No experiment has a name that was asked for/,
  },
  "a filter that MLflow cannot read": { flags: ["--run-filter", "nonsense"], exitCode: 2, says: /nonsense/ },
  "moments the wrong way round": {
    flags: ["--since", "1h", "--until", "2h"],
    exitCode: 2,
    says: /no run starts at or after/,
  },
  "no such shard": { flags: ["--shard", "3/2"], exitCode: 2, says: /--shard "3\/2"/ },
  "a pattern that is none": { flags: ["--redact", "("], exitCode: 2, says: /Cannot use --redact/ },
  "nothing to resume": {
    flags: ["--resume", "latest"],
    exitCode: 2,
    says: /Cannot resume the latest export: there is none/,
  },
  "no such certificate": {
    env: { MLFLOW_TRACKING_SERVER_CERT_PATH: "/nonexistent/ca.pem" },
    url: `https://${CLOSED}`,
    exitCode: 2,
    says: /\/nonexistent\/ca\.pem/,
  },
  "no such client certificate": {
    env: { MLFLOW_TRACKING_CLIENT_CERT_PATH: "/nonexistent/client.pem" },
    url: `https://${CLOSED}`,
    exitCode: 2,
    says: /\/nonexistent\/client\.pem/,
  },
  "a socks proxy": {
    env: { HTTP_PROXY: "socks5://127.0.0.1:1" },
    url: "http://mlflow.invalid:5000",
    exitCode: 2,
    says: /Cannot use the proxy in HTTP_PROXY/,
  },
  "a closed port": { url: `http://${CLOSED}`, exitCode: 5, says: /Cannot reach MLflow/ },
  "variables that contradict each other": {
    env: { MLFLOW_TRACKING_INSECURE_TLS: "true", MLFLOW_TRACKING_SERVER_CERT_PATH: "ca.pem" },
    exitCode: 2,
    says: /together/,
  },
};

for (const [what, { flags = [], env = {}, url, exitCode, says }] of Object.entries(CASES)) {
  Deno.test(`${what}: exit ${exitCode}, and nothing is written`, async () => {
    await using mlflow = await startMlflowSandbox({ world: smallWorld() });
    await using kiroframe = await startKiroframeSandbox();
    await using folder = await temporaryFolder();
    const base = join(folder.path, "not", "there");
    const from = ["--tracking-url", url ?? mlflow.url, "--base-dir", base, ...flags];
    const to = ["--kiroframe-url", kiroframe.url, "--profiling-token", kiroframe.token];
    // A sync finds by itself what to go on with.
    const sync = flags.includes("--resume") ? [] : [["sync", ...from, ...to]];
    for (const args of [["export", ...from], [...from, ...to], ...sync]) {
      const outcome = await runHere(args, { env: { ...ONCE, ...env } });
      assert.equal(outcome.exitCode, exitCode, outcome.stderr);
      assert.match(outcome.stderr, says);
      assert.deepEqual([...Deno.readDirSync(folder.path)], []);
      if (!flags.includes("--resume")) assert.doesNotMatch(outcome.stderr, /--resume|kiroframe-importer import/);
    }
    assert.equal(kiroframe.requestCount, 0);
  });
}

Deno.test("a login that MLflow refuses: exit 4, and nothing is written", async () => {
  await using mlflow = await startMlflowSandbox({
    world: smallWorld(),
    faults: [{ action: { kind: "status", status: 401, body: "no" } }],
  });
  await using folder = await temporaryFolder();
  const args = ["export", "--tracking-url", mlflow.url, "--base-dir", join(folder.path, "not", "there")];
  const { exitCode, stderr } = await runHere(args, { env: ONCE });
  assert.equal(exitCode, 4);
  assert.doesNotMatch(stderr, /--resume/);
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
});
