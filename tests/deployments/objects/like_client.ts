/**
 * Artifacts in a store of objects that MLflow 3.17.2 does not hand out, as it has neither a client of the store's nor credentials: fetched from
 * there, and held beside what MLflow's own client fetches.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startCutting } from "../../faults/objects/cutting.ts";
import type { RealObjects } from "../../live/parts/objects/store.ts";
import { readTree } from "../../live/parts/folders.ts";
import { type Outcome, runOurs } from "../../live/parts/programs.ts";
import { startRealMlflow } from "../../live/parts/servers.ts";
import { venvPython } from "../../live/parts/venvs.ts";

const GIVEN = ["--download-artifacts", "--no-import-to-kiroframe"];
const QUICK = { MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: "0.01", NO_GCE_CHECK: "true" };

/** Runs one of tests/live/python with MLflow's client and those of the stores; resolves with what its last line says. */
export async function runScript<T>(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<T> {
  const path = fileURLToPath(new URL(`../../live/python/${script}`, import.meta.url));
  const { success, stdout, stderr } = await new Deno.Command(await venvPython("mlflow-3.17.2-objects"), {
    args: [path, ...args],
    env: { ...env, MLFLOW_DISABLE_TELEMETRY: "true", PYTHONWARNINGS: "ignore" },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout).trimEnd().split("\n").at(-1) ?? "");
}

/** Compares each run's files with the client's. */
export async function assertLikeClient(ours: string, client: string, runIds: readonly string[]): Promise<void> {
  for (const runId of runIds) {
    const expected = await readTree(join(client, runId));
    const files = await readTree(join(ours, "artifacts", runId)).catch(() => new Map<string, string>());
    assert.deepEqual([...files.keys()], [...expected.keys()], runId);
    for (const [path, content] of expected) assert.ok(files.get(path) === content, `${path} of ${runId} differs`);
  }
}

/** Asserts that neither the terminal nor any file of the folder holds a secret. */
export async function assertNoSecrets({ said, folder }: Outcome, secrets: readonly string[]): Promise<void> {
  const files = [["what was said", said] as const, ...folder === "" ? [] : await readTree(folder)];
  for (const [name, content] of files) {
    for (const secret of secrets) {
      for (const form of [secret, encodeURIComponent(secret), btoa(secret)]) {
        assert.ok(!content.includes(form), `${name} holds a secret`);
      }
    }
  }
}

/** A server whose artifacts lie in a store, filled. */
export interface Filled {
  readonly server: Awaited<ReturnType<typeof startRealMlflow>>;
  readonly runIds: readonly string[];
  /** A folder with the client's copy of each run's artifacts. */
  readonly client: string;
  /** Exports into a folder of this name. */
  readonly run: (
    name: string,
    options?: {
      readonly env?: Readonly<Record<string, string>>;
      readonly args?: readonly string[];
      readonly url?: string;
    },
  ) => Promise<Outcome>;
}

/** Fills a server whose artifacts are in a store, and ends it after the work. */
export async function withFilled(
  objects: RealObjects,
  { many }: { readonly many: number },
  work: (filled: Filled) => Promise<void>,
): Promise<void> {
  const base = await Deno.makeTempDir({ prefix: "objects-" });
  try {
    const args = ["--no-serve-artifacts", "--default-artifact-root", objects.root];
    // An experiment elsewhere than at the root.
    const allowed = { MLFLOW_ALLOWED_HOST_ADDRESSED_ARTIFACT_SCHEMES: "abfss" };
    await using server = await startRealMlflow("3.17.2", { args, workers: 1, env: allowed });
    const client = join(base, "client");
    const env = objects.envAt(objects.url);
    const runIds = await runScript<string[]>("object_runs.py", [server.url, objects.root, client, String(many)], env);
    await work({
      server,
      runIds,
      client,
      run: (name, { env = {}, args = [], url = server.url } = {}) =>
        runOurs({
          trackingUrl: url,
          baseDir: join(base, name),
          args: [...GIVEN, ...args],
          env: { ...QUICK, ...env },
        }),
    });
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

/** What holds of every store. */
export async function assertFetches(objects: RealObjects, { server, runIds, client, run }: Filled): Promise<void> {
  const place = objects.root.split("/").slice(0, 3).join("/");
  const env = objects.envAt(objects.url);

  // Without credentials: a sentence a run, one at the end, and nothing else is lost.
  const without = await run("without");
  assert.equal(without.exitCode, 3, without.said);
  for (const runId of runIds) {
    assert.ok(
      without.said.includes(`Artifacts of run ${runId}: the artifacts are at ${place}, and MLflow`),
      without.said,
    );
  }
  const atTheEnd = without.said.split("\n").find((line) =>
    line.includes(`Artifacts of ${runIds.length} runs are at ${place},`)
  );
  assert.ok(atTheEnd?.includes(objects.advice), without.said);

  // With them, the same folder is gone on with.
  const resumed = await run("without", { env, args: ["--resume", "latest", "--log-level", "DEBUG"] });
  assert.equal(resumed.exitCode, 0, resumed.said);
  await assertLikeClient(resumed.folder, client, runIds);
  await assertNoSecrets(resumed, objects.secrets);

  // And so is the store read without its server.
  const stored = await run("store", { env, url: server.store });
  assert.equal(stored.exitCode, 0, stored.said);
  await assertLikeClient(stored.folder, client, runIds);

  if (objects.wrongEnv === undefined) return;
  const refused = await run("refused", { env: objects.wrongEnv, args: ["--log-level", "DEBUG"] });
  assert.equal(refused.exitCode, 3, refused.said);
  const told = refused.said.split("\n").find((line) =>
    line.includes(`Cannot read the artifacts in ${place} directly: `)
  );
  assert.match(told ?? "", /403/);
}

/** A large file whose connections break in the middle is gone on with where each broke off. */
export async function assertGoesOn(objects: RealObjects, { runIds, client, run }: Filled): Promise<void> {
  const size = 40 << 20;
  await using proxy = startCutting(objects.url, { after: 10 << 20, cuts: 3 });
  const cut = await run("cut", { env: objects.envAt(proxy.url) });
  assert.equal(cut.exitCode, 0, cut.said);
  assert.equal(proxy.cuts, 3);
  assert.ok(proxy.bytes < 1.4 * size, `${proxy.bytes} bytes came for a file of ${size}`);
  await assertLikeClient(cut.folder, client, runIds);
}
