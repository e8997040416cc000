/**
 * What stands in for a Databricks workspace: its published API before a sandboxed MLflow, sign-in by token or by client, and the registry of
 * Unity Catalog. It is made from Databricks' and MLflow's descriptions, and was never held beside a real one.
 */
import { startMlflowSandbox } from "../../../../sandbox/mlflow/mod.ts";
import { generateWorld } from "../../../../sandbox/world/generator.ts";

export const TOKEN = "dapi0123456789abcdef";
export const CLIENT = { id: "client-of-the-tests", secret: "dose-secret/of+client" } as const;

/** A running workspace. */
export interface Workspace extends AsyncDisposable {
  readonly url: string;
  /** Method and path of each call, and how it signed in. */
  readonly calls: readonly { readonly what: string; readonly authorization: string | null }[];
}

/** Models of Unity Catalog by name, their versions from 1. */
const MODELS: Readonly<
  Record<string, { readonly aliases: Readonly<Record<string, string>>; readonly versions: number }>
> = {
  "main.ml.churn": { aliases: { champion: "2" }, versions: 3 },
  "main.ml.none": { aliases: {}, versions: 0 },
  "main.ml.fraud": { aliases: { a: "1", b: "1" }, versions: 1 },
};

/** Starts one. Tokens of clients live for so many seconds. */
export async function startWorkspace({ tokenSeconds = 3600 } = {}): Promise<Workspace> {
  const mlflow = await startMlflowSandbox({ world: generateWorld({ runs: 5, metrics: 2, points: 3, models: 2 }) });
  const calls: { what: string; authorization: string | null }[] = [];
  const issued = new Set([`Bearer ${TOKEN}`]);
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen(): void {} },
    async (request): Promise<Response> => {
      const { pathname, search, searchParams } = new URL(request.url);
      const authorization = request.headers.get("authorization");
      calls.push({ what: `${request.method} ${pathname}`, authorization });
      if (pathname === "/oidc/v1/token" && request.method === "POST") {
        const form = new URLSearchParams(await request.text());
        const isClient = authorization === `Basic ${btoa(`${CLIENT.id}:${CLIENT.secret}`)}`;
        if (!isClient || form.get("grant_type") !== "client_credentials" || form.get("scope") !== "all-apis") {
          return Response.json({ error: "invalid_client" }, { status: 401 });
        }
        const token = `oauth-${issued.size}`;
        issued.add(`Bearer ${token}`);
        return Response.json({ access_token: token, token_type: "Bearer", expires_in: tokenSeconds });
      }
      // Pages, and what they alone use, want a browser's session.
      if (!pathname.startsWith("/api/2.0/")) {
        return new Response(null, {
          status: 303,
          headers: { location: "/login.html" },
        });
      }
      if (authorization === null || !issued.has(authorization)) {
        return Response.json({
          error_code: "UNAUTHENTICATED",
          message: "Credential was not sent or was of an unsupported type",
        }, { status: 401 });
      }
      if (pathname.startsWith("/api/2.0/mlflow/unity-catalog/")) {
        return catalog(pathname.slice("/api/2.0/mlflow/unity-catalog/".length), searchParams);
      }
      if (!pathname.startsWith("/api/2.0/mlflow/")) {
        return Response.json({ error_code: "ENDPOINT_NOT_FOUND", message: `No API found for '${pathname}'` }, {
          status: 404,
        });
      }
      const body = request.method === "POST" ? await request.text() : null;
      const headers = { "content-type": "application/json" };
      return await fetch(mlflow.url + pathname + search, { method: request.method, body, headers });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    calls,
    async [Symbol.asyncDispose](): Promise<void> {
      await server.shutdown();
      await mlflow.close();
    },
  };
}

/** The searches tell neither aliases nor tags, and give one model a page. */
function catalog(endpoint: string, query: URLSearchParams): Response {
  const names = Object.keys(MODELS);
  const token = Number(query.get("page_token") ?? 0);
  const next_page_token = token + 1 < names.length ? String(token + 1) : undefined;
  const named = { name: query.get("name") ?? names[token]!, creation_timestamp: 1, last_updated_timestamp: 2 };
  if (endpoint === "registered-models/search") return Response.json({ registered_models: [named], next_page_token });
  if (endpoint === "registered-models/get") {
    const aliases = Object.entries(MODELS[named.name]!.aliases).map(([alias, version]) => ({ alias, version }));
    return Response.json({ registered_model: { ...named, aliases, tags: [{ key: "team", value: "risk" }] } });
  }
  const name = /^name='(.*)'$/.exec(query.get("filter") ?? "")?.[1];
  if (endpoint !== "model-versions/search" || name === undefined) {
    return Response.json({ error_code: "INVALID_PARAMETER_VALUE", message: "Missing filter" }, { status: 400 });
  }
  const versions = Array.from({ length: MODELS[name]!.versions }, (_, index) => ({
    name,
    version: String(index + 1),
    creation_timestamp: 3,
    status: "READY",
    run_id: "r",
    source: "dbfs:/x",
  }));
  return Response.json(versions.length === 0 ? {} : { model_versions: versions });
}
