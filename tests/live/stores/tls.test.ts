/** Databases that speak nothing but TLS, and where their passwords come from: what is trusted, and who is let in. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Environment } from "../../../lib/environment.ts";
import { hasOpenssl } from "../parts/certificates.ts";
import {
  databasePassword,
  installedDatabases,
  type RealDatabase,
  startMariaDb,
  startPostgres,
} from "../parts/databases.ts";
import { readLines } from "../parts/folders.ts";
import { runOurs } from "../parts/programs.ts";
import { venvPython } from "../parts/venvs.ts";

const openssl = await hasOpenssl();

/** Makes MLflow's tables with one run, by MLflow itself. */
async function makeTables(uri: string): Promise<void> {
  const script = "import sys; from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore; " +
    "SqlAlchemyStore(sys.argv[1], '/tmp').create_run('0', 'somebody', 1000, [], 'over TLS')";
  const { success, stderr } = await new Deno.Command(await venvPython("mlflow-3.17.2-databases"), {
    args: ["-W", "ignore", "-c", script, uri],
    env: { MLFLOW_DISABLE_TELEMETRY: "true" },
    stderr: "piped",
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

/** Exports with nothing but this in its environment; the exit code, and what was said. A wrong one leaves nothing behind. */
async function exported(trackingUrl: string, env: Environment): Promise<readonly [exitCode: number, said: string]> {
  const baseDir = await Deno.makeTempDir({ prefix: "exports-" });
  try {
    const outcome = await runOurs({ trackingUrl, baseDir, args: ["--no-import-to-kiroframe", "--no-report"], env });
    if (outcome.exitCode === 0) assert.equal((await readLines(outcome.folder, "runs.json")).length, 1);
    else assert.deepEqual([...Deno.readDirSync(baseDir)], []);
    assert.doesNotMatch(outcome.said, /p@ss|p%40ss/);
    return [outcome.exitCode, outcome.said];
  } finally {
    await Deno.remove(baseDir, { recursive: true });
  }
}

async function assertRead(trackingUrl: string, env: Environment): Promise<void> {
  const [exitCode, said] = await exported(trackingUrl, env);
  assert.equal(exitCode, 0, said);
}

async function assertRefused(trackingUrl: string, env: Environment, reason: RegExp): Promise<void> {
  const [exitCode, said] = await exported(trackingUrl, env);
  assert.notEqual(exitCode, 0, said);
  assert.match(said, reason);
}

function uriOf({ port }: RealDatabase, kind: string, host = "localhost"): string {
  return `${kind}://mlflow@${host}:${port}/mlflow`;
}

Deno.test("PostgreSQL that speaks nothing but TLS is read as far as PGSSLMODE trusts it, with ~/.pgpass", {
  ignore: !openssl || !installedDatabases.PostgreSQL,
}, async (t) => {
  await using database = await startPostgres({ onlyTls: true });
  await makeTables(`${database.uri}?sslmode=require`);
  const uri = uriOf(database, "postgresql+psycopg2");
  const ca = database.certificates?.ca ?? "";
  const password = { PGPASSWORD: databasePassword };
  const full = { ...password, PGSSLMODE: "verify-full", PGSSLROOTCERT: ca };
  await t.step("verify-full trusts the name in the certificate", () => assertRead(uri, full));
  await t.step(
    "verify-full refuses another name",
    () => assertRefused(uriOf(database, "postgresql", "127.0.0.1"), full, /127\.0\.0\.1.*cert|altnames/i),
  );
  await t.step(
    "verify-ca takes another name",
    () => assertRead(uriOf(database, "postgresql", "127.0.0.1"), { ...full, PGSSLMODE: "verify-ca" }),
  );
  await t.step("verify-full and verify-ca refuse an authority that nobody named", async () => {
    for (const PGSSLMODE of ["verify-full", "verify-ca"]) {
      await assertRefused(uri, { ...password, PGSSLMODE }, /certificate|issuer/i);
    }
  });
  await t.step("require and prefer trust any", async () => {
    await assertRead(`${uri}?sslmode=require`, password);
    await assertRead(uri, password);
  });
  await t.step("disable is refused by the server", () => assertRefused(`${uri}?sslmode=disable`, password, /pg_hba/));
  await t.step("~/.pgpass has the password, unless others may read it", async () => {
    const HOME = await Deno.makeTempDir({ prefix: "home-" });
    try {
      const path = join(HOME, ".pgpass");
      await Deno.writeTextFile(path, `localhost:*:mlflow:mlflow:${databasePassword.replace(":", "\\:")}\n`, {
        mode: 0o600,
      });
      await assertRead(uri, { HOME });
      await Deno.chmod(path, 0o644);
      await assertRefused(uri, { HOME }, /password/);
    } finally {
      await Deno.remove(HOME, { recursive: true });
    }
  });
});

Deno.test("MariaDB that speaks nothing but TLS is read as far as the URI trusts it, with MYSQL_PWD", {
  ignore: !openssl || !installedDatabases.MariaDB,
}, async (t) => {
  await using database = await startMariaDb({ onlyTls: true });
  const ca = database.certificates?.ca ?? "";
  await makeTables(`${database.uri.replace("127.0.0.1", "localhost")}?ssl_ca=${ca}`);
  const uri = uriOf(database, "mysql+pymysql");
  const env = { MYSQL_PWD: databasePassword };
  const verify = `?ssl_ca=${ca}&ssl_verify_identity=true`;
  await t.step("ssl_verify_identity trusts the name in the certificate", () => assertRead(`${uri}${verify}`, env));
  await t.step(
    "ssl_verify_identity refuses an address",
    () =>
      assertRefused(
        `${uriOf(database, "mysql", "127.0.0.1")}${verify}`,
        env,
        /127\.0\.0\.1: ssl_verify_identity needs a name/,
      ),
  );
  await t.step(
    "ssl_ca alone takes another name",
    () => assertRead(`${uriOf(database, "mysql", "127.0.0.1")}?ssl_ca=${ca}`, env),
  );
  await t.step(
    "ssl_verify_cert refuses an authority that nobody named",
    () => assertRefused(`${uri}?ssl_verify_cert=true`, env, /certificate|issuer/i),
  );
  await t.step("without TLS the server refuses", () => assertRefused(uri, env, /Access denied|secure.transport/i));
  await t.step(
    "a wrong MYSQL_PWD is refused",
    () => assertRefused(`${uri}${verify}`, { MYSQL_PWD: "hunter2" }, /Access denied/),
  );
});
