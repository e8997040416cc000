/**
 * Fills a fresh MLflow server, sandboxed or real, with what the contract cases ask for: by REST alone, so that the same
 * code serves both.
 * @module
 */
import type { MlflowVersion } from "../../sandbox/mlflow/protocol/dialect.ts";

/** A server to hold to the contract. It must be fresh: the cases compare whole listings. */
export interface ContractServer {
  /** The tracking URL. */
  readonly url: string;
  readonly version: MlflowVersion;
}

/** The ids that the server gave out. */
export interface ContractSeed {
  /** Run ids by the names that the cases use. */
  readonly runs: Readonly<Record<string, string>>;
  /** The logged model's id; "" before 3.x. */
  readonly loggedModel: string;
  /** The evaluation dataset's id; "" before 3.x. */
  readonly evaluationDataset: string;
}

/** Milliseconds at which the seeded past begins. */
export const START = 1_700_000_000_000;

/** Points of the metric that is longer than one get-history-bulk reply; 1.24.0, which has none, writes them slowly. */
export function longPoints(version: MlflowVersion): number {
  return version === "1.24.0" ? 60 : 25_100;
}

/** Fills the server. Takes a few seconds on a real one. */
export async function seedContract(server: ContractServer): Promise<ContractSeed> {
  const api = new SeedApi(server.url);
  for (const name of ['odd "names", ☃', "second", "deleted", "empty"]) await api.post("experiments/create", { name });
  for (const [key, value] of [["mlflow.note.content", 'two\nlines, "quoted"'], ["owner", "vision"]]) {
    await api.post("experiments/set-experiment-tag", { experiment_id: "1", key, value });
  }
  const runs: Record<string, string> = {};
  runs["plain"] = await seedPlainRun(api, server.version);
  runs["odd"] = await seedOddRun(api);
  runs["going"] = await api.run("1", { start_time: START + 3000, run_name: "still going", user_id: "ml" });
  runs["timeless"] = await api.run("1", { run_name: "no start" });
  runs["gone"] = await api.run("1", { start_time: START + 4000, run_name: "deleted" });
  await api.post("runs/delete", { run_id: runs["gone"] });
  for (let index = 0; index < 6; index += 1) {
    const id = await api.run("2", { start_time: START + 10_000, run_name: `tie ${index}` });
    runs[`tie ${index}`] = id;
    await api.metrics(
      id,
      [0, 1, 2].map((step) => ({ key: "loss", value: 1 / (step + 1), step, timestamp: START + step })),
    );
  }
  runs["long"] = await api.run("2", { start_time: START + 5000, run_name: "long" });
  await seedLongMetric(api, { id: runs["long"], points: longPoints(server.version) });
  runs["lost"] = await api.run("3", { start_time: START, run_name: "in a deleted experiment" });
  await api.post("experiments/delete", { experiment_id: "3" });
  await seedModels(api, server.version);
  await seedFiles(api, runs["plain"]);
  await api.put(`1/${runs["going"]}/artifacts/${encodeURIComponent("☃.txt")}`, "snow");
  await api.put(`1/${runs["going"]}/artifacts/empty.bin`, "");
  if (server.version !== "3.17.2") return { runs, loggedModel: "", evaluationDataset: "" };
  return {
    runs,
    loggedModel: await seedLoggedModel(api, runs["plain"]),
    evaluationDataset: await seedEvaluation(api),
  };
}

class SeedApi {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  // deno-lint-ignore no-explicit-any -- replies of many shapes, read once each
  async post(path: string, body: unknown, version = "2.0"): Promise<any> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(`${this.#url}/api/${version}/mlflow/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: text,
    });
    const reply = await response.text();
    if (!response.ok) throw new Error(`Cannot seed by ${path} ${text}: ${response.status} ${reply}`);
    return JSON.parse(reply);
  }

  async put(path: string, content: string): Promise<void> {
    const response = await fetch(`${this.#url}/api/2.0/mlflow-artifacts/artifacts/${path}`, {
      method: "PUT",
      body: content,
    });
    const reply = await response.text();
    if (!response.ok) throw new Error(`Cannot put ${path}: ${response.status} ${reply}`);
  }

  async run(experimentId: string, fields: Readonly<Record<string, unknown>>): Promise<string> {
    const reply = await this.post("runs/create", { experiment_id: experimentId, ...fields });
    return reply.run.info.run_id;
  }

  async metrics(runId: string, metrics: readonly unknown[]): Promise<void> {
    await this.post("runs/log-batch", { run_id: runId, metrics });
  }
}

async function seedPlainRun(api: SeedApi, version: MlflowVersion): Promise<string> {
  const run_id = await api.run("1", {
    start_time: START + 2000,
    run_name: "plain, first",
    user_id: "ml",
    tags: [{ key: "team", value: "vision" }],
  });
  // Neither in the order of steps nor of time; one point comes twice.
  const points = [[3, 30], [1, 10], [2, 40], [1, 10], [0, 40], [5, 5]] as const;
  await api.metrics(
    run_id,
    points.map(([step, time]) => ({ key: "loss", value: step / 4, step, timestamp: START + time })),
  );
  await api.metrics(run_id, [{ key: "val/acc 1.0", value: 3, step: 0, timestamp: START }]);
  await api.post("runs/log-batch", {
    run_id,
    params: [{ key: "lr", value: "0.1" }, { key: "empty", value: "" }, { key: "multi", value: "a\nb" }],
    tags: [{ key: "cost", value: "1,5€ 🎉" }, { key: "team", value: "text" }],
  });
  await api.post("runs/update", { run_id, status: "FINISHED", end_time: START + 2500 });
  if (version === "1.24.0") return run_id;
  const dataset = { name: "digits", digest: "6fe16e4b", source_type: "s3", source: '{"uri": "s3://b/x"}' };
  const context = [{ key: "mlflow.data.context", value: "training" }];
  await api.post("runs/log-inputs", {
    run_id,
    datasets: [
      { tags: context, dataset: { ...dataset, schema: "[1]", profile: "{}" } },
      { tags: [{ key: "a", value: "b" }, ...context], dataset: { ...dataset, name: "other" } },
    ],
  });
  await api.post("runs/log-inputs", { run_id, datasets: [{ tags: [], dataset }] });
  return run_id;
}

/** Numbers at the edges of what JSON, floats and int64 can say. */
async function seedOddRun(api: SeedApi): Promise<string> {
  const id = await api.run("1", { start_time: START + 1000, run_name: 'failed, with "quotes"' });
  const values = ["NaN", "Infinity", "-Infinity", 5e-324, 1e22, 1e-7, 1e-5, 0.0001, 1e16, 123456789012345680, 0.1, -3];
  const metrics = values.map((value, index) => ({ key: `value ${index}`, value, step: index, timestamp: START }));
  await api.metrics(id, [...metrics, { key: "minus", value: -1.5, step: -5, timestamp: START }, {
    key: "7",
    value: 7,
    step: 0,
    timestamp: START,
  }]);
  await api.metrics(id, [0.2, 0.1].map((value) => ({ key: "twice", value, step: 0, timestamp: START })));
  // JSON.stringify cannot write a step beyond 2^53.
  await api.post(
    "runs/log-batch",
    `{"run_id": "${id}", "metrics": [{"key": "far", "value": 1, "step": 9007199254740993, "timestamp": ${START}}]}`,
  );
  await api.post("runs/update", { run_id: id, status: "FAILED", end_time: START + 1500 });
  return id;
}

async function seedLongMetric(
  api: SeedApi,
  { id, points }: { readonly id: string; readonly points: number },
): Promise<void> {
  for (let from = 0; from < points; from += 1000) {
    const count = Math.min(1000, points - from);
    const metrics = Array.from({ length: count }, (_, index) => ({
      key: "long",
      value: from + index,
      step: from + index,
      timestamp: START + from + index,
    }));
    await api.metrics(id, metrics);
  }
}

async function seedModels(api: SeedApi, version: MlflowVersion): Promise<void> {
  const names = ["o'brien", "plain", 'with "double" quotes'];
  for (const name of names) await api.post("registered-models/create", { name });
  await api.post("registered-models/create", {
    name: "ö model",
    description: "Reads",
    tags: [{ key: "task", value: "ocr" }],
  });
  for (let number = 1; number <= 3; number += 1) {
    await api.post("model-versions/create", {
      name: "plain",
      source: `s3://bucket/model/${number}`,
      tags: [{ key: "n", value: String(number) }],
      ...(number === 2 ? { description: "take two" } : {}),
    });
  }
  await api.post("model-versions/create", { name: "o'brien", source: "s3://bucket/brien" });
  await api.post("model-versions/transition-stage", {
    name: "plain",
    version: "2",
    stage: "Production",
    archive_existing_versions: false,
  });
  if (version === "1.24.0") return;
  await api.post("registered-models/alias", { name: "plain", alias: "champion", version: "3" });
  await api.post("registered-models/create", {
    name: "a prompt",
    tags: [{ key: "mlflow.prompt.is_prompt", value: "true" }],
  });
}

async function seedFiles(api: SeedApi, runId: string): Promise<void> {
  const folder = `1/${runId}/artifacts`;
  await api.put(`${folder}/tables/results.csv`, "alpha,accuracy\n0.1,0.9\n");
  await api.put(`${folder}/notes/${encodeURIComponent("ünïcode näme, 100%.txt")}`, "grüße\n");
  await api.put(`${folder}/a%20b.bin`, "0123456789");
}

async function seedLoggedModel(api: SeedApi, runId: string): Promise<string> {
  const reply = await api.post("logged-models", { experiment_id: "1", name: "model", source_run_id: runId });
  const id = reply.model.info.model_id;
  await api.post("runs/outputs", { run_id: runId, models: [{ model_id: id, step: 0 }] });
  await api.put(`1/models/${id}/artifacts/MLmodel`, "flavors: {}\n");
  await api.put(`1/models/${id}/artifacts/data/weights.bin`, "weights");
  return id;
}

/** A scorer as MLflow's client registers one; a server tells it as Python writes JSON, whichever way it came. */
function judge(name: string, instructions: string): string {
  return `{"name": "${name}", "aggregations": [], "description": null, "is_session_level_scorer": false, ` +
    '"mlflow_version": "3.17.2", "serialization_version": 1, "instructions_judge_pydantic_data": ' +
    `{"instructions": "${instructions}", "model": "openai:/gpt-4o"}}`;
}

async function seedEvaluation(api: SeedApi): Promise<string> {
  const reply = await api.post(
    "datasets/create",
    { name: "questions", experiment_ids: ["1", "2"], tags: JSON.stringify({ team: "ä", empty: "" }) },
    "3.0",
  );
  await api.post("datasets/create", { name: "nobody's" }, "3.0");
  for (const words of ["Is {{ outputs }} polite?", "Is {{ outputs }} very polite?"]) {
    const serialized_scorer = judge("polite", words);
    await api.post("scorers/register", { experiment_id: "1", name: "polite", serialized_scorer }, "3.0");
  }
  const serialized_scorer = judge("short", "Is {{ outputs }} short?");
  await api.post("scorers/register", { experiment_id: "2", name: "short", serialized_scorer }, "3.0");
  await api.post("webhooks", {
    name: "hook",
    url: "https://93.184.216.34/hook",
    events: [{ entity: "REGISTERED_MODEL", action: "CREATED" }, { entity: "MODEL_VERSION_TAG", action: "SET" }],
    secret: "never told",
  });
  return reply.dataset.dataset_id;
}
