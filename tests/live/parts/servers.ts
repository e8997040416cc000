/**
 * Real MLflow servers on free ports, each with its own data in a temporary folder that goes with it.
 * @module
 */
import { join } from "node:path";
import { freePort, serve } from "./serving.ts";
import { type VenvName, venvPython } from "./venvs.ts";

/**
 * The releases tested, newest first. Those where something changed are among them: 1.24 has the endpoints of before 1.28, 2.2 the first bulk
 * histories, and of 3.0 to 3.5 runs/search leaves out the models that a run put out.
 */
export const MLFLOW_VERSIONS = [
  ...["3.17.2", "3.12.0", "3.10.1", "3.5.1", "3.1.4"] as const,
  ...["2.22.5", "2.14.3", "2.9.2", "2.2.2", "1.30.1", "1.24.0"] as const,
] as const;

/** A release that can be started. */
export type MlflowVersion = typeof MLFLOW_VERSIONS[number];

/** Those that are served by uvicorn. */
const UVICORN: readonly MlflowVersion[] = ["3.17.2", "3.12.0", "3.10.1", "3.5.1"];

/** How a server is started. */
export interface RealMlflowOptions {
  /** Serve below this path: "/ml". @default {""} */
  readonly staticPrefix?: string;
  /** Start with MLflow's basic-auth app (3.17.2 and 2.22.5) and this administrator. @default {none} */
  readonly auth?: { readonly username: string; readonly password: string };
  /** Serve the data of this server too, which must live longer. @default {data of its own} */
  readonly dataOf?: RealMlflow;
  /** The loopback address it listens on. @default {"127.0.0.1"} */
  readonly host?: string;
  /** Server processes. @default {2} */
  readonly workers?: number;
  /** The --backend-store-uri of a PostgreSQL or MySQL (3.17.2 only). @default {SQLite in its own data} */
  readonly store?: string;
  /** Further arguments of `mlflow server`: a later one beats an earlier one. @default {[]} */
  readonly args?: readonly string[];
  /** Further variables. @default {{}} */
  readonly env?: Readonly<Record<string, string>>;
}

/** A running server; disposing it ends its processes and removes its data. */
export interface RealMlflow<V extends MlflowVersion = MlflowVersion> extends AsyncDisposable {
  readonly version: V;
  /** The tracking URL, with the static prefix, without a slash at its end. */
  readonly url: string;
  /** The folder with mlflow.db, artifacts/ and server.log. */
  readonly folder: string;
  /** Its store, as MLflow's --backend-store-uri takes it. */
  readonly store: string;
}

/** Starts a server and waits until it answers; rejects with the server's log when it does not. */
export async function startRealMlflow<V extends MlflowVersion>(
  version: V,
  options: RealMlflowOptions = {},
): Promise<RealMlflow<V>> {
  const python = await venvPython(venvOf(version, options));
  const folder = await Deno.makeTempDir({ prefix: `mlflow-${version}-` });
  const port = freePort();
  const origin = `http://${options.host ?? "127.0.0.1"}:${port}`;
  const served = await serve({
    name: `MLflow ${version}`,
    python,
    folder,
    command: [
      join(python, "..", "mlflow"),
      "server",
      ...(await serverArgs(version, { ...options, folder, port })),
    ],
    env: {
      PATH: `${join(python, "..")}:${Deno.env.get("PATH")}`,
      PYTHONWARNINGS: "ignore",
      MLFLOW_DISABLE_TELEMETRY: "true",
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false",
      ...(options.auth ? await authEnvironment(folder, options.auth) : {}),
      ...options.env,
    },
    // 3.17.2 has /health below the prefix, 2.22.5 without it.
    health: [`${origin}/health`, `${origin}${options.staticPrefix ?? ""}/health`],
  });
  return {
    version,
    url: `${origin}${options.staticPrefix ?? ""}`,
    folder,
    store: storeOf({ ...options, folder: options.dataOf?.folder ?? folder }),
    [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
  };
}

function venvOf(version: MlflowVersion, { store, auth }: RealMlflowOptions): VenvName {
  if (store !== undefined) return "mlflow-3.17.2-databases";
  return version === "2.22.5" && auth !== undefined ? "mlflow-2.22.5-auth" : `mlflow-${version}`;
}

function storeOf({ store, folder }: { readonly store?: string; readonly folder: string }): string {
  return store ?? `sqlite:///${join(folder, "mlflow.db")}`;
}

async function serverArgs(
  version: MlflowVersion,
  options: RealMlflowOptions & { readonly folder: string; readonly port: number },
): Promise<string[]> {
  const data = options.dataOf?.folder ?? options.folder;
  const artifacts = join(data, "artifacts");
  await Deno.mkdir(artifacts, { recursive: true });
  return [
    ...[
      "--host",
      options.host ?? "127.0.0.1",
      "--port",
      String(options.port),
      "--workers",
      String(options.workers ?? 2),
    ],
    ...["--backend-store-uri", storeOf({ ...options, folder: data })],
    ...["--artifacts-destination", artifacts],
    ...(version.startsWith("1.") ? ["--serve-artifacts", "--default-artifact-root", "mlflow-artifacts:/"] : []),
    // A worker that is slow because the machine is busy is not to be killed, as it would be after 30 seconds.
    ...(UVICORN.includes(version) ? [] : ["--gunicorn-opts", "--timeout 600"]),
    ...(options.staticPrefix ? ["--static-prefix", options.staticPrefix] : []),
    ...(options.auth ? ["--app-name", "basic-auth"] : []),
    ...(options.args ?? []),
  ];
}

async function authEnvironment(
  folder: string,
  auth: { readonly username: string; readonly password: string },
): Promise<Record<string, string>> {
  const path = join(folder, "auth.ini");
  await Deno.writeTextFile(
    path,
    [
      "[mlflow]",
      "default_permission = READ",
      // Else each call waits for the hash of the password (MLflow after 3.12).
      "auth_cache_ttl_seconds = 60",
      `database_uri = sqlite:///${join(folder, "auth.db")}`,
      `admin_username = ${auth.username}`,
      `admin_password = ${auth.password}`,
      "authorization_function = mlflow.server.auth:authenticate_request_basic_auth",
      "",
    ].join("\n"),
  );
  return { MLFLOW_AUTH_CONFIG_PATH: path, MLFLOW_FLASK_SERVER_SECRET_KEY: "live-tests" };
}
