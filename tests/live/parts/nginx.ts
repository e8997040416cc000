/**
 * nginx before an MLflow server, as a gateway that lets only the API through.
 * @module
 */
import { join } from "node:path";
import { freePort, serve } from "./serving.ts";
import { venvPython } from "./venvs.ts";

/** A running nginx. */
export interface Nginx extends AsyncDisposable {
  /** Its addresses, by the name of what it answers to all but the API. */
  readonly urls: Readonly<Record<string, string>>;
}

/** Whether there is one: Debian's package nginx-light. */
export async function hasNginx(): Promise<boolean> {
  const output = await new Deno.Command("nginx", { args: ["-v"], stderr: "null", stdout: "null" }).output()
    .catch(() => null);
  return output?.success ?? false;
}

/**
 * Starts it before a server, on a port for each answer.
 *
 * @param answers what stands in `location /`, by name
 */
export async function startNginx(target: string, answers: Readonly<Record<string, string>>): Promise<Nginx> {
  const folder = await Deno.makeTempDir({ prefix: "nginx-" });
  const urls = Object.fromEntries(Object.keys(answers).map((name) => [name, `http://127.0.0.1:${freePort()}`]));
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) =>
    `${name}_temp_path ${folder}/t;`
  );
  const servers = Object.entries(answers).map(([name, answer]) =>
    `server {
    listen ${new URL(urls[name] ?? "").host};
    location /api/ { proxy_pass ${target}; proxy_set_header Host $http_host; }
    location = /login { default_type text/html; return 200 "<!doctype html><title>Log in</title>"; }
    location = /alive { return 200; }
    location / { ${answer} }
  }`
  );
  await Deno.writeTextFile(
    join(folder, "nginx.conf"),
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr;
    events {}
    http { access_log off; ${temporary.join(" ")} ${servers.join("\n")} }`,
  );
  const served = await serve({
    name: "nginx",
    python: await venvPython("mlflow-3.17.2"),
    folder,
    command: ["nginx", "-p", folder, "-c", join(folder, "nginx.conf"), "-e", "stderr"],
    health: Object.values(urls).map((url) => `${url}/alive`),
  });
  return { urls, [Symbol.asyncDispose]: () => served[Symbol.asyncDispose]() };
}
