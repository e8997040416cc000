import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type DoctorJob, runDoctor } from "../../../lib/jobs/doctor/run.ts";
import { silentLogger, silentProgress } from "../../../lib/logger.ts";
import { exitCodeOf } from "../../../lib/errors.ts";
import { type Check, checkShape } from "../../../lib/shapes/checks.ts";
import { exportMlflow } from "../../../mod.ts";
import type { MlflowSandboxOptions } from "../../../sandbox/mlflow/mod.ts";
import { digitsWorld } from "../../../sandbox/world/digits.ts";
import { generateWorld } from "../../../sandbox/world/generator.ts";
import { World } from "../../../sandbox/world/mod.ts";
import { Lab } from "../../cli/run_program.ts";
import { writeWorld as writeDatabase } from "../../mlflow/store/sql/world_database.ts";

const ENV = { HOME: "/nonexistent", MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0", KIROFRAME_HTTP_REQUEST_MAX_RETRIES: "0" };

interface Given extends Partial<Omit<DoctorJob, "export">> {
  readonly trackingUrl: string;
  readonly baseDir: string;
  readonly downloadArtifacts?: boolean;
  readonly experiments?: readonly string[];
}

interface Examined {
  readonly checks: readonly Check[];
  /** By part and name. */
  readonly of: (name: string) => Check;
  readonly code: number;
}

async function examine({ trackingUrl, baseDir, downloadArtifacts, experiments, ...job }: Given): Promise<Examined> {
  const silent = (): void => {};
  const env = { ...ENV, ...job.env };
  const { checks, fault } = await runDoctor(
    {
      ...job,
      env,
      export: {
        importType: "mlflow",
        source: { trackingUrl, env, experimentPageSize: 200, runPageSize: 1_000, concurrency: 8 },
        rows: { downloadArtifacts, experiments },
        privacy: { redact: [], excludeTags: [], excludeParams: [] },
        baseDir,
      },
    },
    {
      logger: silentLogger,
      progress: silentProgress,
      hide: silent,
      redact: (text) => text.replaceAll("s3cret", "***"),
      openLog: silent,
      tell: silent,
      advise: silent,
    },
  );
  for (const check of checks) checkShape.parse(check);
  return {
    checks,
    of: (name) => checks.find(({ part, check }) => `${part} ${check}` === name) ?? assert.fail(name),
    code: fault === undefined ? 0 : exitCodeOf(fault),
  };
}

function statesOf(checks: readonly Check[]): Record<string, string> {
  return Object.fromEntries(checks.map(({ part, check, state }) => [`${part} ${check}`, state]));
}

Deno.test("runDoctor() finds all well, writes nothing, and sends no row", async () => {
  await using lab = await Lab.open();
  const baseDir = join(lab.base, "deep");
  const { checks, code, of } = await examine({ trackingUrl: lab.mlflow.url, baseDir, kiroframeUrl: lab.kiroframe.url });
  assert.equal(code, 0);
  assert.deepEqual([...new Set(Object.values(statesOf(checks)))], ["ok"]);
  assert.deepEqual(Object.keys(statesOf(checks)), [
    "MLflow reachable",
    "MLflow experiments",
    "MLflow runs",
    "MLflow address",
    "MLflow login",
    "MLflow store",
    "MLflow bulk histories",
    "MLflow latency",
    "MLflow clock",
    "MLflow account",
    "MLflow artifacts",
    "MLflow registry",
    "MLflow estimate",
    "Kiroframe reachable",
    "Kiroframe token, rows",
    "folder writable",
    "folder room",
    "folder earlier jobs",
  ]);
  assert.match(of("MLflow reachable").found, /version 3\.17\.2$/);
  assert.equal(of("MLflow store").found, "SqlStore");
  assert.match(of("MLflow bulk histories").found, /^\d+ points in \d+ ms$/);
  assert.match(of("MLflow artifacts").found, /^\d+ bytes of .+ were read$/);
  assert.match(of("folder room").found, /MB are free, an export takes about \d+ MB$/);
  assert.deepEqual(await readdir(lab.base), []);
  assert.equal(lab.kiroframe.runs.size + lab.kiroframe.experiments.size, 0);
});

interface Fault {
  readonly name: string;
  readonly server?: MlflowSandboxOptions;
  readonly given?: Partial<Given>;
  /** Behind the server's address. */
  readonly path?: string;
  /** The check that tells it, its state, its words, and the exit code. */
  readonly told: readonly [check: string, state: Check["state"], words: RegExp, code: number];
}

/** A status for every request whose path ends so. */
function refused(end: string, status: number): MlflowSandboxOptions {
  return { faults: [{ match: ({ path }) => path.endsWith(end), action: { kind: "status", status } }] };
}

const FAULTS: readonly Fault[] = [
  {
    name: "that nobody is there",
    given: { trackingUrl: "http://127.0.0.1:9" },
    told: ["MLflow reachable", "fault", /ECONNREFUSED|refused/i, 5],
  },
  {
    name: "a login that is missing",
    server: { auth: { users: [{ name: "a", password: "b", isAdmin: true }] } },
    told: ["MLflow reachable", "fault", /401/, 4],
  },
  {
    name: "a Host that the server does not know",
    server: { allowedHosts: ["mlflow.example"] },
    told: ["MLflow reachable", "fault", /403/, 4],
  },
  {
    name: "a path that is no MLflow's",
    path: "/nothing",
    told: ["MLflow reachable", "fault", /Cannot find MLflow/, 1],
  },
  {
    name: "an account that is no admin's",
    server: { auth: { users: [{ name: "a", password: "b", isAdmin: false }] } },
    given: { env: { MLFLOW_TRACKING_USERNAME: "a", MLFLOW_TRACKING_PASSWORD: "b" } },
    told: ["MLflow account", "note", /account/, 0],
  },
  {
    name: "bulk histories that a gateway keeps to itself",
    server: refused("/get-history-bulk", 404),
    told: ["MLflow bulk histories", "note", /404.*one by one/, 0],
  },
  {
    name: "artifacts that are refused, where they are wanted",
    server: refused("/artifacts/list", 403),
    given: { downloadArtifacts: true },
    told: ["MLflow artifacts", "fault", /403/, 4],
  },
  {
    name: "artifacts that are refused, where they are not wanted",
    server: refused("/artifacts/list", 403),
    told: ["MLflow artifacts", "note", /403/, 0],
  },
  {
    name: "a registry that fails",
    server: refused("/registered-models/search", 500),
    told: ["MLflow registry", "fault", /500/, 1],
  },
  {
    name: "a name that no experiment has",
    given: { experiments: ["no such"] },
    told: ["MLflow experiments", "fault", /No experiment has a name/, 2],
  },
  {
    name: "a Kiroframe that is not there",
    given: { kiroframeUrl: "http://127.0.0.1:9" },
    told: ["Kiroframe reachable", "fault", /ECONNREFUSED|refused/i, 5],
  },
  {
    name: "a proxy before Kiroframe that is down",
    given: { kiroframeUrl: "http://kiroframe.example", env: { HTTP_PROXY: "http://127.0.0.1:9" } },
    told: ["Kiroframe reachable", "fault", /proxy/i, 5],
  },
  {
    name: "names that nobody reads",
    given: { envFile: { path: "params.env", count: 3, unread: ["KIROFRAM_URL"] } },
    told: ["settings names", "note", /^1 of 3 names in params\.env are read by nobody: KIROFRAM_URL$/, 0],
  },
];

for (const { name, server, given, path = "", told: [check, state, words, code] } of FAULTS) {
  // A listing that is left early lets its spacing timers run out.
  Deno.test(`runDoctor() tells ${name}`, { sanitizeOps: false }, async () => {
    await using lab = await Lab.open({ mlflow: server });
    const examined = await examine({ trackingUrl: lab.mlflow.url + path, baseDir: lab.base, ...given });
    const found = examined.of(check);
    assert.equal(found.state, state);
    assert.match(found.found, words);
    assert.notEqual(found.hint, null);
    assert.deepEqual([examined.code, found.exit_code], [code, code], JSON.stringify(examined.checks));
    assert.equal(examined.of("folder writable").state, "ok");
  });
}

Deno.test("runDoctor() tells of the base folder: what is in its way, and what earlier jobs left", async () => {
  await using lab = await Lab.open();
  const file = join(lab.base, "file");
  await writeFile(file, "");
  const blocked = await examine({ trackingUrl: lab.mlflow.url, baseDir: file });
  assert.equal(blocked.of("folder writable").state, "fault");
  assert.equal(blocked.code, 2);
  const { folderPath } = await exportMlflow({ trackingUrl: lab.mlflow.url, baseDir: lab.base, env: ENV });
  await mkdir(join(lab.base, "20260101_0000_000000"));
  const before = await readdir(lab.base, { recursive: true });
  const left = (await examine({ trackingUrl: lab.mlflow.url, baseDir: lab.base })).of("folder earlier jobs");
  assert.equal(left.found, "1 export");
  assert.deepEqual(await readdir(lab.base, { recursive: true }), before);
  // As one that was killed: its summary was not kept yet.
  const state = new DatabaseSync(join(folderPath, ".state.sqlite"));
  state.exec("DELETE FROM kept WHERE name IN ('summary', 'ended')");
  state.close();
  const begun = (await examine({ trackingUrl: lab.mlflow.url, baseDir: lab.base })).of("folder earlier jobs");
  assert.deepEqual([begun.state, begun.found], ["note", "1 export, 1 not finished"]);
  assert.ok(begun.hint?.includes(`Go on with ${folderPath} by --resume`), begun.hint ?? "");
});

Deno.test("runDoctor() looks at stores, old servers and empty ones", async () => {
  await using lab = await Lab.open({ mlflow: { world: generateWorld({ runs: 3, metrics: 1 }), version: "1.24.0" } });
  const old = await examine({ trackingUrl: lab.mlflow.url, baseDir: lab.base });
  assert.equal(old.code, 0, JSON.stringify(old.checks));
  assert.match(old.of("MLflow bulk histories").found, /^this MLflow has none/);
  assert.equal(old.of("MLflow store").found, "this server does not tell");
  const database = join(lab.base, "mlflow.db");
  writeDatabase(database, digitsWorld());
  const stored = await examine({ trackingUrl: `sqlite:///${database}`, baseDir: lab.base });
  assert.equal(stored.code, 0);
  assert.match(stored.of("MLflow tables").found, /^SQLite, MLflow's tables of revision \w+$/);
  await using empty = await Lab.open({ mlflow: { world: new World() } });
  const nothing = await examine({ trackingUrl: empty.mlflow.url, baseDir: lab.base });
  assert.equal(nothing.code, 0);
  assert.equal(nothing.of("MLflow artifacts").found, "not tried: there is no run");
});

Deno.test("runDoctor() shows no secret", async () => {
  await using lab = await Lab.open();
  const { checks } = await examine({
    trackingUrl: lab.mlflow.url,
    baseDir: lab.base,
    envFile: { path: "s3cret.env", count: 1, unread: ["A"] },
  });
  assert.equal(checks[0]?.found, "1 of 1 names in ***.env are read by nobody: A");
});
