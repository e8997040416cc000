/**
 * MySQL's own server: Debian has it in its next release alone, so it is unpacked beside this system, once, and run with the libraries that
 * came with it.
 * @module
 */
import { join } from "node:path";
import { databasePassword, type RealDatabase, run, whenReady } from "../parts/databases.ts";
import { freePort } from "../parts/serving.ts";
import { cacheFolder } from "../parts/venvs.ts";

const SERVER = ["mysql-server-core", "mysql-client-core"];
/** What of the packages that they need is libraries: programs are of this system. */
const IS_LIBRARY = /^(?:lib(?!perl)|zlib|mysql-)/;

/** Whether it is to be had today: what comes next in Debian is nobody's promise. Fetches it if it is not there. */
export const canUnpackMySql: boolean = Deno.build.os === "linux" && Deno.build.arch === "x86_64" &&
  await isDebian() && await unpacked().then(() => true, (error) => {
    Deno.stderr.writeSync(new TextEncoder().encode(`MySQL is left out: ${error.message}\n`));
    return false;
  });

/** Starts MySQL with an empty database, whose user needs the password. */
export async function startMySql(): Promise<RealDatabase> {
  const root = await unpacked();
  const program = (path: string, ...args: readonly string[]): string[] => {
    const libraries = join(root, "usr/lib/x86_64-linux-gnu");
    return [join(libraries, "ld-linux-x86-64.so.2"), "--library-path", libraries, join(root, path), ...args];
  };
  const folder = await Deno.makeTempDir({ prefix: "mysql-" });
  const [data, socket] = [join(folder, "data"), join(folder, "socket")];
  const server = (...args: readonly string[]): string[] => {
    const places = [`--basedir=${join(root, "usr")}`, `--datadir=${data}`, "--secure-file-priv=NULL"];
    const who = Deno.uid() === 0 ? ["--user=root"] : [];
    return program("usr/sbin/mysqld", "--no-defaults", ...places, ...who, ...args);
  };
  await run(server("--initialize-insecure"), {});
  const port = freePort();
  const [command = "", ...args] = server(
    ...[`--socket=${socket}`, `--port=${port}`, "--bind-address=127.0.0.1", "--mysqlx=OFF"],
    ...[`--pid-file=${join(folder, "pid")}`, `--log-error=${join(folder, "log")}`],
    ...["--innodb-flush-log-at-trx-commit=0", "--disable-log-bin"],
  );
  const child = new Deno.Command(command, { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  const setUp = "create database mlflow character set utf8mb4 collate utf8mb4_bin; create user mlflow identified by " +
    `'${databasePassword}'; grant all on mlflow.* to mlflow`;
  return await whenReady(
    child,
    { folder, port, certificates: undefined, scheme: "mysql+pymysql" },
    () => run(program("usr/bin/mysql", "--no-defaults", `--socket=${socket}`, "-u", "root", "-e", setUp), {}),
  );
}

async function isDebian(): Promise<boolean> {
  const text = await Deno.readTextFile("/etc/os-release").catch(() => "");
  return /^ID=debian$/m.test(text);
}

/** The folder that the packages lie in, unpacked: the first call fetches 75 MB. */
async function unpacked(): Promise<string> {
  const folder = join(cacheFolder(), "mysql");
  const [root, complete] = [join(folder, "root"), join(folder, "complete")];
  if (await Deno.stat(complete).then(() => true, () => false)) return root;
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  for (const name of ["lists/partial", "cache/archives/partial", "packages", "root"]) {
    await Deno.mkdir(join(folder, name), { recursive: true });
  }
  // From wherever this system has its own packages.
  const mirror = /^(\S+) Debian$/m.exec(await text("apt-get", ["indextargets", "--format", "$(REPO_URI) $(LABEL)"]))
    ?.[1];
  const key = "/usr/share/keyrings/debian-archive-keyring.gpg";
  await Deno.writeTextFile(join(folder, "sources.list"), `deb [signed-by=${key}] ${mirror} sid main\n`);
  const apt = [
    ...[`Dir::Etc::sourcelist=${folder}/sources.list`, "Dir::Etc::sourceparts=/dev/null"],
    ...[`Dir::State::lists=${folder}/lists`, `Dir::Cache=${folder}/cache`, "APT::Sandbox::User=root"],
  ].flatMap((setting) => ["-o", setting]);
  await text("apt-get", [...apt, "update"]);
  const others = ["recommends", "suggests", "conflicts", "breaks", "replaces", "enhances"].map((kind) =>
    `--no-${kind}`
  );
  const needed = await text("apt-cache", [...apt, "depends", "--recurse", ...others, ...SERVER]);
  const names = new Set(needed.split("\n").filter((line) => IS_LIBRARY.test(line)));
  const packages = join(folder, "packages");
  await text("apt-get", [...apt, "download", ...names], packages);
  for await (const { name } of Deno.readDir(packages)) await text("dpkg", ["-x", join(packages, name), root]);
  for (const name of ["packages", "lists", "cache"]) await Deno.remove(join(folder, name), { recursive: true });
  await Deno.writeTextFile(complete, "");
  return root;
}

async function text(program: string, args: readonly string[], cwd?: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args], cwd }).output();
  if (!success) throw new Error(`Cannot run ${program} ${args.at(-1)}:\n${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
