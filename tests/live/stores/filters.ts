/**
 * Runs that filters tell apart, and the filters: some of a list, some made by chance.
 * @module
 */
import type { SeedApi } from "../seed/api.ts";
import type { Random } from "../seed/random.ts";
import { createRun, epoch, type SeedRun } from "../seed/runs.ts";

const runs: readonly SeedRun[] = [
  { name: "Plain", metrics: { acc: 0.5, "val/loss": 0 }, params: { lr: "0.1", word: "Adam" }, tags: { team: "a" } },
  { name: "plain", metrics: { acc: "NaN", zero: 0 }, params: { lr: "0.10", word: "adam" }, tags: { team: "A" } },
  { name: "it's", metrics: { acc: "Infinity" }, params: { lr: "10", "a b": "c" }, tags: { "x.y": "z", team: "" } },
  { name: "50%_of", metrics: { acc: "-Infinity", "val/loss": -1.5 }, params: { lr: "9", word: "50%_of" }, tags: {} },
  { name: "none", metrics: {}, params: {}, tags: { "mlflow.user": "ada", "mlflow.source.name": "main.py" } },
  { name: "last", metrics: { acc: 1e300, step: 3 }, params: { word: "a.b", order: "1" }, tags: { team: "b c" } },
].map(({ name, metrics, params, tags }, index): SeedRun => ({
  name,
  start: epoch + index * 1000,
  ...(index === 4 ? {} : { end: epoch + index * 1500, status: ["FINISHED", "FAILED", "KILLED"][index % 3] }),
  metrics: Object.entries(metrics).map(([key, value]) => ({ key, value, timestamp: epoch, step: 0 })),
  params: Object.entries(params),
  tags: Object.entries(tags),
}));

/** Makes the runs in an experiment of their own; returns its id. */
export async function seedFilterRuns(api: SeedApi): Promise<string> {
  const { experiment_id: experimentId } = await api.post("experiments/create", { name: "filters" });
  const ids: string[] = [];
  for (const run of runs) ids.push(await createRun(api, String(experimentId), run));
  const datasets = [["train", "d1", "training"], ["Train", "d2", "eval"], ["test", "d1", undefined]] as const;
  for (const [index, id] of ids.slice(0, 4).entries()) {
    await api.post("runs/log-inputs", {
      run_id: id,
      datasets: datasets.slice(index % 3, index % 3 + 2).map(([name, digest, context]) => ({
        tags: context === undefined ? [] : [{ key: "mlflow.data.context", value: context }],
        dataset: { name, digest, source_type: "local", source: "{}" },
      })),
    });
  }
  return String(experimentId);
}

/** Filters by hand; RUN stands for the id of a run. */
const listed: readonly string[] = [
  "",
  "metrics.acc > 0.4",
  "metrics.acc>=0.5 and metrics.acc <= 1",
  "metrics.acc != 0.5",
  "metrics.acc = 0",
  "metrics.acc < 0",
  "metrics.zero != 0",
  "metrics.none != 1",
  'metrics."val/loss" < 0',
  "metrics.`val/loss` = -1.5",
  "metric.acc > -1e3",
  "metrics.acc > 1e308",
  "metrics.acc = .5",
  "metrics.acc > 1.",
  "metrics.step = 3.0",
  "params.lr = '0.1'",
  "params.lr != '0.1'",
  "params.none != 'x'",
  'param.word LIKE "A%"',
  "parameters.word like '%dam'",
  "params.word ilike 'ADAM'",
  "params.word LIKE 'a_b'",
  "params.word LIKE '50%'",
  "params.word = 'Adam' and params.lr = '0.1'",
  'params."a b" = "c"',
  "params.`a b` != 'd'",
  "params.order = '1'",
  "tags.team = 'a'",
  "tags.team != 'a'",
  "tags.team = ''",
  "tags.team ILIKE 'A'",
  "tags.x.y = 'z'",
  "tags.`x.y` = 'z'",
  "tag.mlflow.source.name = 'main.py'",
  "tags.team LIKE 'b c'",
  "attributes.status = 'FINISHED'",
  "status != 'FINISHED'",
  "status LIKE 'F%'",
  "run.status ilike 'failed'",
  "run_name = 'Plain'",
  "attributes.run_name ILIKE 'plain'",
  "attributes.`run name` LIKE '%a%'",
  'attributes."Run name" = "it\'s"',
  "run_id = 'RUN'",
  "run_id IN ('RUN')",
  "attributes.run_id NOT IN ('RUN', 'x')",
  "run_id LIKE '%'",
  "user_id = 'ada'",
  `start_time = ${epoch}`,
  `attributes.start_time > ${epoch + 2000} and start_time<${epoch + 5000}`,
  `created >= ${epoch + 3000}`,
  `end_time != ${epoch}`,
  `end_time > ${epoch}`,
  "artifact_uri LIKE '%artifacts'",
  "dataset.name = 'train'",
  "datasets.name != 'train'",
  "datasets.name ILIKE 'TRAIN'",
  "datasets.digest = 'd1' and dataset.name = 'Train'",
  "dataset.context = 'eval'",
  "datasets.context != 'eval'",
  "datasets.name IN ('train', 'nothing')",
  "dataset.digest NOT IN ('d1')",
  "metrics.acc > 0 tags.team = 'a'",
  "and metrics.acc > 0 AND",
  // Refused.
  "metrics.acc == 0.5",
  "metrics.acc > 'x'",
  "metrics.acc > 0 or metrics.acc < 0",
  "metrics.val/loss > 0",
  "params.lr > '0.1'",
  "params.lr = 0.1",
  "params.lr IN ('0.1')",
  "tags.team NOT LIKE 'a'",
  "tags.team = a",
  "tags.team = 'a",
  "(tags.team = 'a')",
  "status IN ('FINISHED')",
  "start_time = '1'",
  "experiment_id = '1'",
  "lifecycle_stage = 'active'",
  "dataset.source = 'x'",
  "datasets.name > 'a'",
  "Metrics.acc > 0",
  "foo.acc > 0",
  "metrics.acc",
  "metrics.acc >",
  "run_id IN ()",
  "metrics.acc > 0;",
];

/** Filters of MLflow 3 alone. */
const ofMlflow3: readonly string[] = [
  "tags.team IS NULL",
  "tags.team is not null and params.lr IS NULL",
  "params.none IS NULL",
  "metrics.acc IS NULL",
  "status IS NOT NULL",
  "run_id IN ('RUN', 'X')",
  "datasets.name IN ('Train')",
];

const fields = [
  "metrics.acc",
  "metrics.`val/loss`",
  "params.lr",
  "param.word",
  "tags.team",
  "tags.none",
  "status",
  "run_name",
]
  .concat("dataset.name", "datasets.context", "start_time", "attributes.end_time", "run_id");
const operators = ["=", "!=", "<", "<=", ">", ">=", "LIKE", "ILIKE", "like", "IN"];
const literals = [
  "0",
  "0.5",
  "-1.5",
  String(epoch + 2000),
  "'Adam'",
  "'0.1'",
  '"a"',
  "'%a%'",
  "'A%'",
  "'FAILED'",
  "'plain'",
]
  .concat("'train'", "('train', 'Train')", "'%'", "'_'", "''");

/** All filters for a release, of which as many made by chance. */
export function filtersOf(random: Random, options: { readonly isThree: boolean; readonly runId: string }): string[] {
  const comparison = (): string => [fields, operators, literals].map((words) => random.pick(words)).join(" ");
  const made = Array.from(
    { length: 80 },
    () => Array.from({ length: random.int(1, 2) }, comparison).join(random.pick([" and ", " AND "])),
  );
  const all = [...listed, ...(options.isThree ? ofMlflow3 : []), ...made];
  return all.map((filter) => filter.replaceAll("RUN", options.runId));
}
