/**
 * The server itself, experiments and runs: listings, filters, single ones.
 * @module
 */
import { API as api, type ContractRequest } from "./request.ts";
import type { ContractSeed } from "./seed.ts";

/** Makes the requests for the ids that a server gave out. */
export function listingRequests({ runs }: ContractSeed): Readonly<Record<string, ContractRequest>> {
  const runsOf = (body: unknown): ContractRequest => ({ method: "POST", path: `${api}/runs/search`, body });
  const filter = (text: string): ContractRequest =>
    runsOf({ experiment_ids: ["1"], filter: text, run_view_type: "ALL" });
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
  };
}
