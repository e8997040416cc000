/** A team's server, for pictures: experiments with runs that learn, datasets, models. */
import { World } from "../../../sandbox/world/mod.ts";
import type { WorldDataset } from "../../../sandbox/world/types.ts";

const START_MS = Date.UTC(2026, 8, 1);
const HOUR_MS = 3_600_000;
const POINTS = 100;
const NAMES = ["churn", "pricing", "fraud", "search ranking", "demand forecast"];
const OWNERS = ["Ada", "Grace", "Katherine", "Emmy", "Mary"];
const STATUSES = ["FINISHED", "FINISHED", "FINISHED", "FINISHED", "FAILED", "FINISHED", "KILLED"];

export function teamWorld({ runs }: { readonly runs: number }): World {
  const world = new World();
  for (const [number, name] of NAMES.entries()) {
    const { id } = world.addExperiment({
      name,
      tags: [["mlflow.owner", OWNERS[number] ?? ""], ["mlflow.note.content", `Weekly training of the ${name} model.`]],
    });
    const made = Array.from({ length: runs }, (_, index) => {
      const startTime = START_MS + index * 9 * HOUR_MS + number * HOUR_MS;
      const rate = 10 ** -(1 + index % 4);
      const curve = (value: (step: number) => number) =>
        Array.from({ length: POINTS }, (_, step) => ({ step, timestamp: startTime + step * 1000, value: value(step) }));
      const slowness = 12 + (index % 4) * 9 + number * 3;
      const runName = `${["swift", "calm", "bold"][index % 3]}-${["owl", "lynx", "heron", "fox"][index % 4]}-${index}`;
      return world.addRun({
        experimentId: id,
        name: runName,
        tags: [["mlflow.runName", runName]],
        status: STATUSES[index % STATUSES.length],
        startTime,
        endTime: startTime + (20 + (index * 7) % 40) * 60_000,
        params: [["learning_rate", String(rate)], ["depth", String(2 + index % 7)], [
          "optimizer",
          index % 2 ? "adam" : "sgd",
        ]],
        metrics: {
          "train/loss": curve((step) => (1 + Math.sin(step * (index + 3)) / 12) / (1 + step / slowness)),
          "val/accuracy": curve((step) => 0.97 - 0.45 * Math.exp(-step / slowness) + Math.sin(step + index) / 150),
        },
        datasets: [dataset(`${name}-2026-${String(8 + index % 2).padStart(2, "0")}`, "training")],
      });
    });
    const model = world.addModel({ name: `${name} model` });
    for (const run of made.slice(-3)) world.addModelVersion(model, { runId: run.id, source: `models:/${run.id}` });
  }
  return world;
}

function dataset(name: string, context: string): WorldDataset {
  return {
    name,
    digest: name.length.toString(16).padStart(8, "0"),
    sourceType: "local",
    source: `{"uri": "/data/${name}.parquet"}`,
    schema: null,
    profile: null,
    tags: new Map([["mlflow.data.context", context]]),
  };
}
