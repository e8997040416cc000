/**
 * Database servers of Debian's packages, each with its own data in a temporary folder, on a free port of the loopback.
 * @module
 */
import { join } from "node:path";
import { type Certificates, makeCertificates } from "./certificates.ts";
import { freePort } from "./serving.ts";

/** A running database server; disposing it ends its processes and removes its data. */
export interface RealDatabase extends AsyncDisposable {
  /** As MLflow's --backend-store-uri takes it. */
  readonly uri: string;
  /** Its port on 127.0.0.1. */
  readonly port: number;
  /** The folder with its data, and with its socket. */
  readonly folder: string;
  /** Its certificates, where it speaks nothing but TLS. */
  readonly certificates: Certificates | undefined;
}

/** How a server is started. */
export interface DatabaseOptions {
  /** Whether it refuses whoever does not speak TLS. @default {false} */
  readonly onlyTls?: boolean;
}

const POSTGRES = "/usr/lib/postgresql";
const MARIADB = "/usr/sbin/mariadbd";

/** Which of the servers are installed: apt-get install postgresql mariadb-server. */
export const installedDatabases = { PostgreSQL: isThere(POSTGRES), MariaDB: isThere(MARIADB) } as const;

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** The password of both servers. */
export const databasePassword = "p@ss/word:1";

/** Starts PostgreSQL with an empty database, whose user needs the password. */
export async function startPostgres({ onlyTls = false }: DatabaseOptions = {}): Promise<RealDatabase> {
  const bin = await newestPostgres();
  const folder = await ownFolder("postgres-");
  const data = join(folder, "data");
  const passwordFile = join(folder, "password");
  await Deno.writeTextFile(passwordFile, databasePassword);
  const authentication = ["--username=mlflow", "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
  await runAsNobody([join(bin, "initdb"), "--pgdata", data, "--encoding=UTF8", "--locale=C.UTF-8", ...authentication]);
  const certificates = onlyTls ? await ownCertificates(folder) : undefined;
  const tls = certificates && ["ssl=on", `ssl_cert_file=${certificates.cert}`, `ssl_key_file=${certificates.key}`];
  if (onlyTls) await Deno.writeTextFile(join(data, "pg_hba.conf"), "hostssl all all all scram-sha-256\n");
  const port = freePort();
  const settings = [
    ...["listen_addresses=127.0.0.1", `unix_socket_directories=${folder}`, "fsync=off"],
    ...tls ?? [],
  ];
  const server = asNobody([
    ...[join(bin, "postgres"), "-D", data, "-p", String(port)],
    ...settings.flatMap((setting) => ["-c", setting]),
  ], join(folder, "log"));
  const env = { PGPASSWORD: databasePassword };
  const psql = ["psql", "-h", "127.0.0.1", "-p", String(port), "-U", "mlflow", "-d", "postgres", "-c"];
  return await whenReady(
    server,
    { folder, port, certificates, scheme: "postgresql+psycopg2" },
    () => run([...psql, "create database mlflow"], env),
  );
}

/** Starts MariaDB with an empty database, whose user needs the password. */
export async function startMariaDb({ onlyTls = false }: DatabaseOptions = {}): Promise<RealDatabase> {
  const folder = await ownFolder("mariadb-");
  const data = join(folder, "data");
  const socket = join(folder, "socket");
  await runAsNobody([
    "mariadb-install-db",
    "--no-defaults",
    `--datadir=${data}`,
    "--auth-root-authentication-method=normal",
  ]);
  const certificates = onlyTls ? await ownCertificates(folder) : undefined;
  const tls = certificates &&
    [`--ssl-cert=${certificates.cert}`, `--ssl-key=${certificates.key}`, "--require-secure-transport=ON"];
  const port = freePort();
  const server = asNobody([
    ...[MARIADB, "--no-defaults", `--datadir=${data}`, `--socket=${socket}`, `--port=${port}`],
    ...["--bind-address=127.0.0.1", `--pid-file=${join(folder, "pid")}`, "--innodb-flush-log-at-trx-commit=0"],
    ...["--innodb-buffer-pool-size=1G", "--skip-name-resolve"],
    ...tls ?? [],
  ], join(folder, "log"));
  const setUp = "create database mlflow character set utf8mb4 collate utf8mb4_bin; create user mlflow identified by " +
    `'${databasePassword}'; grant all on mlflow.* to mlflow`;
  return await whenReady(
    server,
    { folder, port, certificates, scheme: "mysql+pymysql" },
    () => run(["mariadb", "--no-defaults", `--socket=${socket}`, "-u", "root", "-e", setUp], {}),
  );
}

/** Sets a server up as soon as it answers; gives it up after a minute. */
export async function whenReady(
  server: Deno.ChildProcess,
  { scheme, ...about }: Omit<RealDatabase, "uri" | typeof Symbol.asyncDispose> & { readonly scheme: string },
  setUp: () => Promise<void>,
): Promise<RealDatabase> {
  const stop = async (): Promise<void> => {
    // SIGINT: PostgreSQL ends its connections; MariaDB takes SIGTERM alone.
    server.kill(scheme.startsWith("postgresql") ? "SIGINT" : "SIGTERM");
    await server.status;
    await Deno.remove(about.folder, { recursive: true });
  };
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      await setUp();
      break;
    } catch (error) {
      if (Date.now() > deadline) {
        await stop();
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  const uri = `${scheme}://mlflow:${encodeURIComponent(databasePassword)}@127.0.0.1:${about.port}/mlflow`;
  return { uri, ...about, [Symbol.asyncDispose]: stop };
}

async function newestPostgres(): Promise<string> {
  const versions = await Array.fromAsync(Deno.readDir(POSTGRES));
  const newest = versions.map(({ name }) => Number(name)).sort((a, b) => b - a)[0];
  return `${POSTGRES}/${newest}/bin`;
}

/** A temporary folder that belongs to nobody: neither server runs as root. */
async function ownFolder(prefix: string): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix });
  if (Deno.uid() === 0) await Deno.chown(folder, 65_534, 65_534);
  return folder;
}

async function ownCertificates(folder: string): Promise<Certificates> {
  const certificates = await makeCertificates(folder);
  if (Deno.uid() === 0) await Deno.chown(certificates.key, 65_534, 65_534);
  return certificates;
}

function nobody(command: readonly string[]): string[] {
  return Deno.uid() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", ...command] : [...command];
}

function asNobody(command: readonly string[], log: string): Deno.ChildProcess {
  const [program = "", ...args] = nobody(["sh", "-c", 'exec "$@" >"$0" 2>&1', log, ...command]);
  return new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
}

async function runAsNobody(command: readonly string[]): Promise<void> {
  await run(nobody(command), {});
}

/** Runs a program to its end. Rejects with all that it said if it failed. */
export async function run(
  [program = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const output = await new Deno.Command(program, { args, env, stdin: "null", stdout: "piped", stderr: "piped" })
    .output();
  if (output.success) return;
  throw new Error(
    `Cannot run ${program}:\n${new TextDecoder().decode(output.stdout)}${new TextDecoder().decode(output.stderr)}`,
  );
}
