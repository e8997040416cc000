/**
 * nginx before an MLflow server: each test says what its servers do.
 * @module
 */
import { join } from "node:path";
import { freePort, serve } from "./serving.ts";
import { venvPython } from "./venvs.ts";

/** A running nginx. */
export interface Nginx extends AsyncDisposable {
  /** The addresses of its servers, by name. */
  readonly urls: Readonly<Record<string, string>>;
}

/** What nginx is to be. */
export interface NginxOptions {
  /** What stands in each `server { … }`, by name, without the port. */
  readonly servers: Readonly<Record<string, string>>;
  /** Of those that speak TLS, the name in their certificate. @default {none} */
  readonly tlsHosts?: Readonly<Record<string, string>>;
  /** What stands in `http { … }` beside them. @default {""} */
  readonly http?: string;
}

/** Whether there is one: Debian's package nginx-light. */
export async function hasNginx(): Promise<boolean> {
  const output = await new Deno.Command("nginx", { args: ["-v"], stderr: "null", stdout: "null" }).output()
    .catch(() => null);
  return output?.success ?? false;
}

/** Starts it, on a port for each server. */
export async function startNginx({ servers, tlsHosts = {}, http = "" }: NginxOptions): Promise<Nginx> {
  const folder = await Deno.makeTempDir({ prefix: "nginx-" });
  const addresses = Object.entries(servers).map(([name, text]) => {
    const port = freePort();
    const tlsHost = tlsHosts[name];
    const listen = `listen 127.0.0.1:${port}${tlsHost === undefined ? "" : " ssl"};`;
    const url = tlsHost === undefined ? `http://127.0.0.1:${port}` : `https://${tlsHost}:${port}`;
    return { name, url, server: `server { ${listen} ${text} }` };
  });
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) =>
    `${name}_temp_path ${folder}/t;`
  );
  const alive = `127.0.0.1:${freePort()}`;
  await Deno.writeTextFile(
    join(folder, "nginx.conf"),
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr;
    events {}
    http {
      access_log off; ${temporary.join(" ")} ${http}
      server { listen ${alive}; return 200; }
      ${addresses.map(({ server }) => server).join("\n")}
    }`,
  );
  const served = await serve({
    name: "nginx",
    python: await venvPython("mlflow-3.17.2"),
    folder,
    command: ["nginx", "-p", folder, "-c", join(folder, "nginx.conf"), "-e", "stderr"],
    health: [`http://${alive}/`],
  });
  return {
    urls: Object.fromEntries(addresses.map(({ name, url }) => [name, url])),
    [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
  };
}
