/**
 * The seed's experiments, each made for one kind of trap.
 * @module
 */
import type { SeedApi } from "./api.ts";
import { addLongMetric, longMetricPoint, longMetricPoints } from "./long_metric.ts";
import { keys, nastyText, numbers, pieces, steps } from "./nasty.ts";
import type { Random } from "./random.ts";
import { createRun, epoch, randomRun, type SeedMetric, type SeedRun } from "./runs.ts";

/** Runs that start in the same millisecond. */
export const twinRuns = 130;

/** Metrics of the wide run. */
export const wideRunMetrics = 300;

/** Makes an experiment and returns its id. */
export async function createExperiment(
  api: SeedApi,
  name: string,
  tags: Readonly<Record<string, string>> = {},
): Promise<string> {
  try {
    const reply = await api.post("experiments/create", {
      name,
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    });
    return reply["experiment_id"] as string;
  } catch (error) {
    // fetch sends again by itself when a busy server drops the connection, though the first time was heard.
    if (!String(error).includes("RESOURCE_ALREADY_EXISTS")) throw error;
    return await api.experimentNamed(name);
  }
}

/** Makes runs in that order, some at a time. */
export async function createRuns(api: SeedApi, experimentId: string, runs: readonly SeedRun[]): Promise<string[]> {
  const ids: string[] = [];
  const queue = [...runs.entries()];
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      ids[next[0]] = await createRun(api, experimentId, next[1]);
    }
  }));
  return ids;
}

/** Experiments whose names and tags hold everything that text can hold; most have no run. */
export async function seedNames(api: SeedApi, random: Random): Promise<void> {
  await createExperiment(api, pieces.filter((piece) => piece !== "\u0001").join(" "), {
    "mlflow.note.content": "# Note\nwith \"quotes\", 'quotes', commas\r\n{braces} 100% \\ 🚀",
    "description": "not this one",
    "mlflow.owner": 'Zoë "Z" O\'Neil, PhD',
    "owner": "not this one",
  });
  await createExperiment(api, "__proto__", { "mlflow.note.content": "", "description": "taken: the note is empty" });
  await createExperiment(api, "constructor", { "mlflow.note.content": "", "description": "" });
  await createExperiment(api, "10", { "owner": "taken", "10": "ten", "2": "two" });
  await createExperiment(api, "  spaces around  ", { "mlflow.owner": "", "owner": "" });
  for (let index = 0; index < 3; index++) await createExperiment(api, `${index} ${nastyText(random, 8)}`);
}

/** Keys that break maps and sorters, in one run and spread over two, and everything a value can be. */
export async function seedKeysAndValues(api: SeedApi): Promise<void> {
  const experiment = await createExperiment(api, "keys and values");
  const texts = ["", " ", ...pieces, pieces.join(""), "x".repeat(240)];
  await createRuns(api, experiment, [
    {
      name: "every key",
      start: epoch + 3,
      status: "FINISHED",
      end: epoch + 1003,
      tags: keys.map((key, index) => [key, texts[index % texts.length] as string]),
      params: keys.map((key, index) => [key, texts[(index + 7) % texts.length] as string]),
      metrics: keys.map((key, index) => ({ key, value: index, timestamp: epoch, step: 0 })),
    },
    {
      name: "every text",
      start: epoch + 2,
      tags: texts.map((text, index) => [`text ${index}`, text]),
      params: texts.map((text, index) => [`text ${index}`, text]),
    },
    {
      name: "every number",
      start: epoch + 1,
      metrics: numbers.flatMap((value, index): SeedMetric[] => [
        { key: `number ${index}`, value, timestamp: epoch, step: 0 },
        { key: "all numbers", value, timestamp: epoch + index, step: index },
      ]),
    },
    {
      name: "every step",
      start: epoch,
      metrics: steps.flatMap((step, index): SeedMetric[] => [
        { key: `step ${index}`, value: index, timestamp: epoch, step },
        { key: "all steps", value: index, timestamp: epoch - index, step },
      ]),
    },
  ]);
}

/** Values logged out of order, at the same step and time, and twice the same. */
export async function seedPointOrder(api: SeedApi): Promise<void> {
  const experiment = await createExperiment(api, "order of points");
  const point = (key: string, step: number, timestamp: number, value: number | string): SeedMetric => (
    { key, step, timestamp: epoch + timestamp, value }
  );
  const id = await createRun(api, experiment, {
    name: "out of order",
    start: epoch,
    metrics: [
      point("steps fall", 3, 0, 0.3),
      point("steps fall", 2, 1, 0.2),
      point("steps fall", 1, 2, 0.1),
      point("times fall", 1, 9, 1),
      point("times fall", 2, 8, 2),
      point("times fall", 3, 7, 3),
      point("same moment", 0, 0, 5),
      point("same moment", 0, 0, -5),
      point("same moment", 0, 0, "NaN"),
      point("same moment", 0, 0, 3),
      point("twice", 0, 0, 1),
      point("twice", 0, 0, 1),
      point("later step first", 5, 0, 5),
      point("later step first", 4, 100, 4),
      point("nan last", 0, 0, 1),
      point("nan last", 1, 1, "NaN"),
      point("nan first", 0, 0, "NaN"),
      point("nan first", 1, 1, 1),
      point("at the epoch", 0, -epoch, 1),
    ],
  });
  // The same again in another call: what is there already, and what comes before it.
  await api.post("runs/log-batch", {
    run_id: id,
    metrics: [point("twice", 0, 0, 1), point("steps fall", 0, 3, 0), point("same moment", 0, 0, 4)],
  });
}

/** A metric longer than any page, and a run with more metrics than anybody reads. */
export async function seedLargeRuns(api: SeedApi, store: string): Promise<void> {
  const experiment = await createExperiment(api, "large runs");
  const [long = ""] = await createRuns(api, experiment, [
    { name: "long", start: epoch + 1, metrics: [longMetricPoint(longMetricPoints - 1)] },
    {
      name: "wide",
      start: epoch,
      metrics: Array.from({ length: wideRunMetrics }, (_, index) => [
        { key: `wide/${index}`, value: index / 7, timestamp: epoch, step: 0 },
        { key: `wide/${index}`, value: index / 3, timestamp: epoch + 1, step: 1 },
      ]).flat(),
    },
  ]);
  // Point by point over REST it takes minutes: straight into the file, where there is one.
  if (store.startsWith("sqlite:///")) addLongMetric(store.slice("sqlite:///".length), long);
}

/** Many runs that start together: only their ids order them, across the borders of pages too. */
export async function seedTwins(api: SeedApi): Promise<void> {
  const experiment = await createExperiment(api, "twins");
  await createRuns(
    api,
    experiment,
    Array.from({ length: twinRuns }, (_, index): SeedRun => ({
      name: `twin ${index}`,
      start: epoch,
      ...(index % 3 === 0 ? { status: "FINISHED", end: epoch + index } : {}),
      ...(index % 2 === 0 ? { metrics: [{ key: "loss", value: index, timestamp: epoch, step: index }] } : {}),
    })),
  );
}

/** Every status, times that are absent, zero or odd, parents and children, deleted runs and a deleted experiment. */
export async function seedLifecycles(api: SeedApi): Promise<void> {
  const experiment = await createExperiment(api, "lifecycles");
  const [parent = "", deleted = "", emptyName = "", noName = ""] = await createRuns(api, experiment, [
    { name: "parent", start: epoch, status: "FINISHED", end: epoch + 5 },
    { name: "deleted", start: epoch },
    { start: epoch + 8 },
    { start: epoch + 9 },
    { name: "no start" },
    { name: "start at zero", start: 0, status: "FINISHED", end: epoch },
    { name: "start at one", start: 1, status: "FAILED", end: 1 },
    { name: "before the epoch", start: -1500, status: "FINISHED", end: -1 },
    { name: "far away", start: 7_258_118_399_999, status: "KILLED", end: 7_258_118_399_999 },
    { name: "ends before it starts", start: epoch, status: "FINISHED", end: epoch - 1 },
    { name: "scheduled", start: epoch, status: "SCHEDULED" },
    { name: "killed, no end", start: epoch, status: "KILLED" },
    { start: epoch + 7, tags: [["no", "name"]] },
  ]);
  await api.post("runs/delete", { run_id: deleted });
  await api.post("runs/set-tag", { run_id: emptyName, key: "mlflow.runName", value: "" });
  await api.offer("runs/delete-tag", { run_id: noName, key: "mlflow.runName" });
  const [child = ""] = await createRuns(api, experiment, [
    { name: "child", start: epoch + 1, tags: [["mlflow.parentRunId", parent]] },
  ]);
  await createRun(api, experiment, { name: "grandchild", start: epoch + 2, tags: [["mlflow.parentRunId", child]] });
  const gone = await createExperiment(api, "deleted experiment");
  await createRun(api, gone, { name: "run of a deleted experiment", start: epoch });
  await api.post("experiments/delete", { experiment_id: gone });
}

/** Runs of chance, so that another seed number is another server. */
export async function seedRandomRuns(api: SeedApi, random: Random): Promise<void> {
  for (let index = 0; index < 2; index++) {
    const experiment = await createExperiment(api, `random ${index}`, { "mlflow.note.content": nastyText(random, 9) });
    await createRuns(api, experiment, Array.from({ length: random.int(5, 15) }, () => randomRun(random)));
  }
}
