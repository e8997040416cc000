/**
 * The requests of the contract whose replies are compared byte by byte with what real servers answered
 * (tests/fixtures/contract/<version>.json). A request's name says what it shows.
 * @module
 */
import type { MlflowVersion } from "../../lib/sandbox/mlflow_dialect.ts";
import type { ContractSeed } from "./seed.ts";

/** One request. Paths are below the tracking URL. */
export interface ContractRequest {
  /** @default {"GET"} */
  readonly method?: "GET" | "POST" | "PUT";
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Which versions it is asked. @default {all} */
  readonly versions?: readonly MlflowVersion[];
}

/** Makes the requests for the ids that a server gave out. */
export function contractRequests({ runs, loggedModel }: ContractSeed): Readonly<Record<string, ContractRequest>> {
  const api = "/api/2.0/mlflow";
  const bulk = "/ajax-api/2.0/mlflow/metrics/get-history-bulk";
  const history = (run: string | undefined, key: string): string =>
    `${api}/metrics/get-history?run_id=${run}&metric_key=${encodeURIComponent(key)}`;
  const runsOf = (body: unknown): ContractRequest => ({ method: "POST", path: `${api}/runs/search`, body });
  const filter = (text: string): ContractRequest =>
    runsOf({ experiment_ids: ["1"], filter: text, run_view_type: "ALL" });
  const files = `${api}/artifacts/list?run_id=${runs["plain"]}`;
  const proxy = "/api/2.0/mlflow-artifacts/artifacts";
  const folder = `1/${runs["plain"]}/artifacts`;
  const model = `mlflow/logged-models/${loggedModel || "m-none"}`;
  const values = Object.fromEntries(
    [...Array(12).keys()].map((
      index,
    ) => [`get-history: number ${index}`, { path: history(runs["odd"], `value ${index}`) }]),
  );
  return {
    "health": { path: "/health" },
    "version": { path: "/version" },
    "server-info": { path: "/api/3.0/mlflow/server-info" },
    "unknown path": { path: "/api/2.0/mlflow/nothing" },
    "users/current without accounts": { path: `${api}/users/current` },

    "experiments/search by POST": { method: "POST", path: `${api}/experiments/search`, body: { max_results: 100 } },
    "experiments/search by GET": { path: `${api}/experiments/search?max_results=100&view_type=ALL` },
    "experiments/search: deleted ones": { path: `${api}/experiments/search?max_results=9&view_type=DELETED_ONLY` },
    "experiments/search: unknown view": { path: `${api}/experiments/search?max_results=9&view_type=NO_SUCH` },
    "experiments/search: first page": { path: `${api}/experiments/search?max_results=2` },
    "experiments/search: last page": {
      path: `${api}/experiments/search?max_results=2&page_token=eyJvZmZzZXQiOiAyfQ%3D%3D`,
    },
    "experiments/search: beyond": { path: `${api}/experiments/search?max_results=2&page_token=eyJvZmZzZXQiOiA5MH0%3D` },
    "experiments/search: order": { path: `${api}/experiments/search?max_results=9&order_by=experiment_id%20ASC` },
    "experiments/search: order by name": { path: `${api}/experiments/search?max_results=9&order_by=name%20DESC` },
    "experiments/search without max_results": { method: "POST", path: `${api}/experiments/search`, body: {} },
    "experiments/search: 0": { path: `${api}/experiments/search?max_results=0` },
    "experiments/search: 50001": { method: "POST", path: `${api}/experiments/search`, body: { max_results: 50001 } },
    "experiments/search: no number": { path: `${api}/experiments/search?max_results=many` },
    "experiments/search: no token": { path: `${api}/experiments/search?max_results=2&page_token=rubbish` },
    "experiments/list": { path: `${api}/experiments/list` },
    "experiments/list: all": { path: `${api}/experiments/list?view_type=ALL` },
    "experiments/list: first page": { path: `${api}/experiments/list?max_results=2` },
    "experiments/list: last page": {
      path: `${api}/experiments/list?max_results=2&page_token=eyJvZmZzZXQiOiAyfQ%3D%3D`,
    },
    "experiments/list by POST": { method: "POST", path: `${api}/experiments/list`, body: {} },
    "experiments/get": { path: `${api}/experiments/get?experiment_id=1` },
    "experiments/get: unknown": { path: `${api}/experiments/get?experiment_id=987` },

    "runs/search": runsOf({ experiment_ids: ["1"], max_results: 100 }),
    "runs/search: all": runsOf({ experiment_ids: ["1", "3"], run_view_type: "ALL" }),
    "runs/search: deleted": runsOf({ experiment_ids: ["1"], run_view_type: "DELETED_ONLY" }),
    "runs/search: unknown view": runsOf({ experiment_ids: ["3"], run_view_type: "NO_SUCH" }),
    "runs/search: many experiments": runsOf({ experiment_ids: ["4", "987", "1"], max_results: 1 }),
    "runs/search: unknown experiment": runsOf({ experiment_ids: ["987"] }),
    "runs/search: no experiments": runsOf({ experiment_ids: [] }),
    "runs/search: nothing": runsOf({}),
    "runs/search: a full last page": runsOf({ experiment_ids: ["1"], max_results: 4 }),
    "runs/search: page after a full one": runsOf({
      experiment_ids: ["1"],
      max_results: 4,
      page_token: "eyJvZmZzZXQiOiA0fQ==",
    }),
    "runs/search: made-up token": runsOf({ experiment_ids: ["1"], max_results: 1, page_token: "eyJvZmZzZXQiOiAzfQ==" }),
    "runs/search: token of offset 0": runsOf({ experiment_ids: ["1"], page_token: "eyJvZmZzZXQiOiAwfQ==" }),
    "runs/search: token of offset 0 as text": runsOf({
      experiment_ids: ["1"],
      max_results: 1,
      page_token: "eyJvZmZzZXQiOiAiMCJ9",
    }),
    "runs/search: no token": runsOf({ experiment_ids: ["1"], page_token: "rubbish" }),
    "runs/search: token that is no JSON": runsOf({ experiment_ids: ["1"], page_token: "aGVsbG8=" }),
    "runs/search: 50001": runsOf({ experiment_ids: ["1"], max_results: 50001 }),
    "runs/search: 0": runsOf({ experiment_ids: ["1"], max_results: 0 }),
    "runs/search: number as text": runsOf({ experiment_ids: ["1"], max_results: "1" }),
    "runs/search by GET": { path: `${api}/runs/search` },
    "runs/search: oldest first": runsOf({
      experiment_ids: ["1"],
      order_by: ["attributes.start_time ASC"],
      max_results: 2,
    }),
    "runs/search: by metric": runsOf({ experiment_ids: ["1"], order_by: ["metrics.`loss` DESC"], max_results: 1 }),
    "filter: start_time": filter(`attributes.start_time >= 1700000002000`),
    "filter: start_time twice": filter(
      `attributes.start_time > 1700000001000 and attributes.start_time < 1700000003000`,
    ),
    "filter: status": filter(`attributes.status = 'FAILED'`),
    "filter: bare attribute": filter(`status != "RUNNING"`),
    "filter: metric": filter(`metrics.loss > 1`),
    "filter: quoted metric": filter(`metrics."val/acc 1.0" = 3`),
    "filter: param": filter("params.`lr` = '0.1'"),
    "filter: tag": filter(`tags.team LIKE 'te%' AND params.multi != 'x'`),
    "filter: run id": filter(`attributes.run_id = '${runs["odd"]}'`),
    "filter: nothing found": filter(`tags.none = 'x'`),
    "filter: wrong word": filter(`nonsense`),
    "filter: wrong entity": filter(`stuff.a = 'b'`),
    "filter: wrong attribute": filter(`attributes.nothing = 'b'`),
    "filter: number wanted": filter(`metrics.loss > 'x'`),
    "filter: text wanted": filter(`params.lr = 0.1`),
    "filter: time wanted": filter(`attributes.start_time > 'yesterday'`),
    "filter: OR": filter(`metrics.loss > 1 OR metrics.loss < 0`),
    "filter: no value": filter(`metrics.loss >`),
    "filter: wrong comparison": filter(`params.lr > '1'`),
    "runs/get": { path: `${api}/runs/get?run_id=${runs["plain"]}` },
    "runs/get by run_uuid": { path: `${api}/runs/get?run_uuid=${runs["timeless"]}` },
    "runs/get: unknown": { path: `${api}/runs/get?run_id=00000000000000000000000000000000` },
    "runs/get without id": { path: `${api}/runs/get` },

    "get-history": { path: `${history(runs["plain"], "loss")}&max_results=25000` },
    "get-history without max_results": { path: history(runs["plain"], "loss") },
    "get-history: first page": { path: `${history(runs["plain"], "loss")}&max_results=3` },
    "get-history: next page": {
      path: `${history(runs["plain"], "loss")}&max_results=3&page_token=eyJvZmZzZXQiOiAzfQ%3D%3D`,
    },
    "get-history: token as it is": {
      path: `${history(runs["plain"], "loss")}&max_results=3&page_token=eyJvZmZzZXQiOiAzfQ==`,
    },
    "get-history: key of digits": { path: `${history(runs["odd"], "7")}&max_results=9` },
    "get-history: 0": { path: `${history(runs["plain"], "loss")}&max_results=0` },
    "get-history: key with slash": { path: `${history(runs["plain"], "val/acc 1.0")}&max_results=9` },
    "get-history: unknown key": { path: `${history(runs["plain"], "none")}&max_results=9` },
    "get-history: unknown run": { path: `${history("00000000000000000000000000000000", "loss")}&max_results=9` },
    "get-history without run": { path: `${api}/metrics/get-history?metric_key=loss` },
    "get-history without key": { path: `${api}/metrics/get-history?run_id=${runs["plain"]}` },
    "get-history: below zero": { path: `${history(runs["odd"], "minus")}&max_results=9` },
    "get-history: beyond 2^53": { path: `${history(runs["odd"], "far")}&max_results=9` },
    "get-history: equal times": { path: `${history(runs["odd"], "twice")}&max_results=9` },
    ...values,
    "get-history-bulk": { path: `${bulk}?run_id=${runs["plain"]}&metric_key=loss` },
    "get-history-bulk: NaN": { path: `${bulk}?run_id=${runs["odd"]}&metric_key=value%200&max_results=25000` },
    "get-history-bulk: infinity": { path: `${bulk}?run_id=${runs["odd"]}&metric_key=value%202&max_results=25000` },
    "get-history-bulk: a run twice": { path: `${bulk}?run_id=${runs["odd"]}&run_id=${runs["odd"]}&metric_key=minus` },
    "get-history-bulk: unknown run": { path: `${bulk}?run_id=none&metric_key=loss` },
    "get-history-bulk: two rows": { path: `${bulk}?run_id=${runs["plain"]}&metric_key=loss&max_results=2` },
    "get-history-bulk: 101 runs": { path: `${bulk}?${"run_id=a&".repeat(101)}metric_key=loss` },
    "get-history-bulk: no runs": { path: `${bulk}?metric_key=loss` },
    "get-history-bulk: no key": { path: `${bulk}?run_id=a` },
    "get-history-bulk by POST": { method: "POST", path: bulk, body: {} },
    "get-history-bulk below /api": { path: `${api}/metrics/get-history-bulk?run_id=a&metric_key=loss` },
    "a request line of 4,094 bytes": { path: `/health?${"x".repeat(4094 - "GET /health? HTTP/1.1".length)}` },
    "a request line of 4,095 bytes": { path: `/health?${"x".repeat(4095 - "GET /health? HTTP/1.1".length)}` },

    "registered-models/search": { path: `${api}/registered-models/search` },
    "registered-models/search: first page": { path: `${api}/registered-models/search?max_results=2` },
    "registered-models/search: last page": {
      path: `${api}/registered-models/search?max_results=2&page_token=eyJvZmZzZXQiOiAyfQ%3D%3D`,
    },
    "registered-models/search: 1001": { path: `${api}/registered-models/search?max_results=1001` },
    "registered-models/search: by name": { path: `${api}/registered-models/search?filter=name%3D%22o'brien%22` },
    "registered-models/search: like": { path: `${api}/registered-models/search?filter=name%20ILIKE%20%27PL%25%27` },
    "registered-models/search: prompts": {
      path: `${api}/registered-models/search?filter=${encodeURIComponent("tag.`mlflow.prompt.is_prompt` = 'true'")}`,
    },
    "registered-models/search: no prompts": {
      path: `${api}/registered-models/search?filter=${encodeURIComponent("tag.`mlflow.prompt.is_prompt` != 'true'")}`,
    },
    "registered-models/search by POST": { method: "POST", path: `${api}/registered-models/search`, body: {} },
    "registered-models/get": { path: `${api}/registered-models/get?name=plain` },
    "registered-models/get: unknown": { path: `${api}/registered-models/get?name=none` },
    "model-versions/search": { path: `${api}/model-versions/search` },
    "model-versions/search: first page": { path: `${api}/model-versions/search?max_results=3` },
    "model-versions/search: 200001": { path: `${api}/model-versions/search?max_results=200001` },
    "model-versions/search: by name": {
      path: `${api}/model-versions/search?filter=name%3D%27plain%27&order_by=version_number%20ASC`,
    },
    "model-versions/search: by quoted name": { path: `${api}/model-versions/search?filter=name%3D%22o'brien%22` },
    "model-versions/get": { path: `${api}/model-versions/get?name=plain&version=3` },
    "model-versions/get: unknown": { path: `${api}/model-versions/get?name=plain&version=9` },

    "artifacts/list": { path: files },
    "artifacts/list: folder": { path: `${files}&path=notes` },
    "artifacts/list: unknown folder": { path: `${files}&path=none` },
    // 1.24.0 really lists what lies above.
    "artifacts/list: above": { path: `${files}&path=..%2F..`, versions: ["3.17.2", "2.22.5"] },
    "artifacts/list: no files": { path: `${api}/artifacts/list?run_id=${runs["odd"]}` },
    "artifacts/list: unknown run": { path: `${api}/artifacts/list?run_id=none` },
    "get-artifact": { path: `/get-artifact?run_uuid=${runs["plain"]}&path=tables%2Fresults.csv` },
    "get-artifact by run_id": { path: `/get-artifact?run_id=${runs["plain"]}&path=a%20b.bin` },
    "get-artifact: odd name": {
      path: `/get-artifact?run_uuid=${runs["plain"]}&path=${encodeURIComponent("notes/ünïcode näme, 100%.txt")}`,
    },
    "get-artifact: name beyond Latin-1": {
      path: `/get-artifact?run_uuid=${runs["going"]}&path=${encodeURIComponent("☃.txt")}`,
    },
    "get-artifact: range": {
      path: `/get-artifact?run_uuid=${runs["plain"]}&path=a%20b.bin`,
      headers: { range: "bytes=4-" },
    },
    "get-artifact: missing": { path: `/get-artifact?run_uuid=${runs["plain"]}&path=none.txt` },
    "get-artifact: folder": { path: `/get-artifact?run_uuid=${runs["plain"]}&path=notes` },
    "get-artifact: above": {
      path: `/get-artifact?run_uuid=${runs["plain"]}&path=..%2F..%2Fx`,
      versions: ["3.17.2", "2.22.5"],
    },
    "proxy: listing": { path: `${proxy}?path=${folder}` },
    "proxy: file": { path: `${proxy}/${folder}/a%20b.bin` },
    "proxy: file below /ajax-api": { path: `/ajax-api/2.0/mlflow-artifacts/artifacts/${folder}/a%20b.bin` },
    "proxy: odd name": { path: `${proxy}/${folder}/notes/${encodeURIComponent("ünïcode näme, 100%.txt")}` },
    // 2.22.5 drops the connection: a case of its own.
    "proxy: name beyond Latin-1": {
      path: `${proxy}/1/${runs["going"]}/artifacts/${encodeURIComponent("☃.txt")}`,
      versions: ["3.17.2", "1.24.0"],
    },
    "proxy: range": { path: `${proxy}/${folder}/a%20b.bin`, headers: { range: "bytes=4-6" } },
    "proxy: missing": { path: `${proxy}/${folder}/none.txt` },
    "logged model": { path: `/api/2.0/${model}` },
    "logged model: listing": { path: `/api/2.0/${model}/artifacts/directories` },
    "logged model: folder": { path: `/api/2.0/${model}/artifacts/directories?artifact_directory_path=data` },
    "logged model: file": { path: `/ajax-api/2.0/${model}/artifacts/files?artifact_file_path=data%2Fweights.bin` },
    "logged model: file below /api": { path: `/api/2.0/${model}/artifacts/files?artifact_file_path=MLmodel` },
    "logged model: unknown": { path: `/api/2.0/mlflow/logged-models/m-unknown/artifacts/directories` },
  };
}
