/**
 * The MLflow server of `demo`: the endpoints of the sandbox that an export asks, and nothing that only tests need.
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import { LocalServer } from "../local_server.ts";
import { READING_ROUTES } from "../mlflow/reading_routes.ts";
import { Router } from "../mlflow/router.ts";
import { MLFLOW_3 } from "../mlflow/protocol/dialect.ts";
import { readRequest, sendReply } from "../mlflow/protocol/http.ts";
import type { QueryLanguage } from "../mlflow/protocol/queries.ts";
import { textReply, type WireReply, type WireRequest } from "../mlflow/protocol/wire.ts";
import type { World } from "../world/mod.ts";

export interface DemoMlflow {
  readonly url: string;
  readonly requestCount: number;
  /** Closes the server and its connections. */
  close(): Promise<void>;
}

/** Each answer takes so many milliseconds. */
export async function startDemoMlflow(
  world: World,
  { latencyMs }: { readonly latencyMs: number },
): Promise<DemoMlflow> {
  const router = new Router(READING_ROUTES, {
    dialect: MLFLOW_3,
    world,
    queries: DEFAULT_QUERIES,
    auth: null,
    bulkRunIds: MLFLOW_3.bulkRunIds,
    endlessHistoryToken: false,
    listsOutputs: true,
    servesArtifacts: true,
  });
  let requestCount = 0;
  const server = await LocalServer.start(0, async (incoming, response) => {
    requestCount += 1;
    if (latencyMs > 0) await sleep(latencyMs);
    sendReply(answer(router, await readRequest(incoming)), { response, dialect: MLFLOW_3 });
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    get requestCount() {
      return requestCount;
    },
    close: () => server.close(),
  };
}

function answer(router: Router, request: WireRequest): WireReply {
  const { route } = router.find(request);
  if (route === undefined) return textReply(404, `The demo has no ${request.method} ${request.path}`, "text/plain");
  try {
    return router.call(route, { request, user: null });
  } catch (error) {
    return textReply(500, `The demo cannot answer ${request.path}: ${error}`, "text/plain");
  }
}

/** No filter but the one for prompts, and of the orders only those that a listing has by itself. */
const DEFAULT_QUERIES: QueryLanguage = {
  runFilter: (filter) => everything(filter),
  runOrder: ([order = "", ...more]) => {
    if (order !== "attributes.start_time DESC" || more.length > 0) throw new RangeError(`unknown order "${order}"`);
    return null;
  },
  experimentOrder: () => (a, b) => Number(b.creationTime) - Number(a.creationTime),
  modelFilter: (filter) => {
    const isPrompt = filter === "tag.`mlflow.prompt.is_prompt` = 'true'";
    if (!isPrompt) everything(filter);
    return ({ model }) => (model.tags.get("mlflow.prompt.is_prompt") === "true") === isPrompt;
  },
  versionOrder: () => (a, b) => Number(b.lastUpdatedTimestamp) - Number(a.lastUpdatedTimestamp),
};

function everything(filter: string): () => boolean {
  if (filter !== "") throw new RangeError(`unknown filter "${filter}"`);
  return () => true;
}
