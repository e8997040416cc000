/**
 * Registered models, artifacts and logged models.
 * @module
 */
import { API as api, type ContractRequest } from "./request.ts";
import type { ContractSeed } from "./seed.ts";

/** Makes the requests for the ids that a server gave out. */
export function storeRequests(
  { runs, loggedModel, evaluationDataset }: ContractSeed,
): Readonly<Record<string, ContractRequest>> {
  const files = `${api}/artifacts/list?run_id=${runs["plain"]}`;
  const proxy = "/api/2.0/mlflow-artifacts/artifacts";
  const folder = `1/${runs["plain"]}/artifacts`;
  const dataset = `/api/3.0/mlflow/datasets/${evaluationDataset || "d-none"}`;
  const model = `mlflow/logged-models/${loggedModel || "m-none"}`;
  return {
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
    "model-versions/search: in order of names": {
      path: `${api}/model-versions/search?max_results=100&order_by=name%20ASC`,
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
    "artifacts/list: an empty file": { path: `${api}/artifacts/list?run_id=${runs["going"]}` },
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
    "logged-models/search": {
      method: "POST",
      path: `${api}/logged-models/search`,
      body: { experiment_ids: ["1", "2"] },
    },
    "logged-models/search: none": {
      method: "POST",
      path: `${api}/logged-models/search`,
      body: { experiment_ids: ["2"] },
    },
    "logged-models/search: until": {
      method: "POST",
      path: `${api}/logged-models/search`,
      body: { experiment_ids: ["1"], filter: "creation_timestamp <= 9795867618860", max_results: 1 },
    },
    "logged-models/search: before there were any": {
      method: "POST",
      path: `${api}/logged-models/search`,
      body: { experiment_ids: ["1"], filter: "creation_timestamp <= 1000" },
    },
    "traces/search: none": {
      method: "POST",
      path: "/api/3.0/mlflow/traces/search",
      body: {
        locations: [{ type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: "1" } }],
        filter: "timestamp_ms <= 9795867618860",
        order_by: ["timestamp_ms DESC"],
        max_results: 1,
      },
    },
    "traces/search: 501": {
      method: "POST",
      path: "/api/3.0/mlflow/traces/search",
      body: { locations: [{ type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: "1" } }], max_results: 501 },
    },
    "traces: none": {
      path: `${api}/traces?experiment_ids=1&filter=timestamp_ms%20%3C%3D%209795867618860&order_by=timestamp_ms%20DESC` +
        "&max_results=1",
    },
    "traces: 501": { path: `${api}/traces?experiment_ids=1&max_results=501` },
    "datasets/search": { method: "POST", path: "/api/3.0/mlflow/datasets/search", body: { max_results: 50 } },
    "datasets/search: first page": {
      method: "POST",
      path: "/api/3.0/mlflow/datasets/search",
      body: { max_results: 1 },
    },
    "datasets: experiments": { path: `${dataset}/experiment-ids` },
    "datasets: no records": { path: `${dataset}/records?max_results=200` },
    "datasets: unknown": { path: "/api/3.0/mlflow/datasets/d-none/experiment-ids" },
    "scorers/list": { path: "/api/3.0/mlflow/scorers/list?experiment_id=1" },
    "scorers/list: all": { path: "/api/3.0/mlflow/scorers/list" },
    "scorers/list: deleted experiment": { path: "/api/3.0/mlflow/scorers/list?experiment_id=3" },
    "scorers/versions": { path: "/api/3.0/mlflow/scorers/versions?experiment_id=1&name=polite" },
    "scorers/versions: unknown": { path: "/api/3.0/mlflow/scorers/versions?experiment_id=1&name=none" },
    "webhooks": { path: `${api}/webhooks?max_results=50` },
    "logged model": { path: `/api/2.0/${model}` },
    "logged model: listing": { path: `/api/2.0/${model}/artifacts/directories` },
    "logged model: folder": { path: `/api/2.0/${model}/artifacts/directories?artifact_directory_path=data` },
    "logged model: file": { path: `/ajax-api/2.0/${model}/artifacts/files?artifact_file_path=data%2Fweights.bin` },
    "logged model: file below /api": { path: `/api/2.0/${model}/artifacts/files?artifact_file_path=MLmodel` },
    "logged model: unknown": { path: `/api/2.0/mlflow/logged-models/m-unknown/artifacts/directories` },
  };
}
