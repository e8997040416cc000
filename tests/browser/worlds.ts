/** Folders for a browser to look at. */
import { dataset, experiment, type FakeWorld, run } from "../source/fake_source.ts";
import { model } from "../report/folder.ts";

const START = Date.UTC(2026, 8, 1);
const HOUR = 3_600_000;

/** Two experiments with everything that a report can show. */
export function usualWorld(): FakeWorld {
  const optimizers = ["adam", "sgd", "rmsprop"];
  const statuses = ["FINISHED", "FINISHED", "FINISHED", "FAILED", "KILLED", "RUNNING", "SCHEDULED"];
  return {
    experiments: [
      experiment("2", {
        name: "churn/gradient boosting",
        tags: new Map([["mlflow.owner", "Ada"], ["mlflow.note.content", "Boosted trees.\n\nSecond paragraph."]]),
      }),
      experiment("1", { name: "digits" }),
      experiment("0", { name: "Default" }),
    ],
    runs: ["2", "1"].flatMap((experimentId) =>
      Array.from({ length: 60 }, (_, index) => {
        const number = 59 - index;
        const status = statuses[number % statuses.length]!;
        return run(`${experimentId}${String(number).padStart(31, "0")}`, {
          experimentId,
          status,
          startTime: START + number * 5 * HOUR,
          endTime: status === "RUNNING" || status === "SCHEDULED"
            ? null
            : START + number * 5 * HOUR + 60_000 * (number + 1),
          tags: new Map([["mlflow.runName", `brave-owl-${number}`]]),
          params: new Map([
            ["learning_rate", String(10 ** -(1 + number % 4))],
            ["optimizer", optimizers[number % 3]!],
            ["depth", String(2 + number % 7)],
          ]),
          metrics: new Map([["train/loss", 1 / (number + 1)], ["val/accuracy", 0.5 + number / 150], [
            "system/memory",
            512,
          ]]),
          datasets: [
            dataset(`customers-${number % 3}`, { context: "training" }),
            ...(number % 10 === 0 ? [dataset(`scores-${number}`, { context: "output" })] : []),
          ],
        });
      })
    ),
    history: (one, key) => {
      if (one.id.endsWith("9") && key === "system/memory") return { error: `History of ${one.id} is gone` };
      const number = Number(one.id.slice(1));
      return Array.from({ length: 300 }, (_, step) => ({
        step,
        timestamp: START + number * 5 * HOUR + step * 1000,
        value: key === "train/loss"
          ? (1 + Math.sin(step * (number + 3)) / 8) / (1 + step / (20 + number))
          : 1 - 0.6 * Math.exp(-step / (40 + number)),
      }));
    },
    models: [
      model("churn classifier", {
        description: "Who is about to leave",
        versions: [3, 2, 1].map((version) => ({
          version: String(version),
          currentStage: version === 2 ? "Production" : "None",
          status: "READY",
          runId: `2${String(version * 10).padStart(31, "0")}`,
          source: "models:/1",
          description: null,
          created: START + version * 24 * HOUR,
          lastUpdated: START,
          tags: new Map(),
          aliases: version === 3 ? ["champion", "latest"] : [],
        })),
      }),
    ],
  };
}

/** 20,000 runs with 10 metrics and 8 params each. */
export function largeWorld(): FakeWorld {
  const ids = Array.from({ length: 20 }, (_, index) => String(20 - index));
  return {
    experiments: ids.map((id) => experiment(id, { name: `experiment ${id}` })),
    runs: ids.flatMap((experimentId) =>
      Array.from({ length: 1000 }, (_, index) => {
        const number = Number(experimentId) * 1000 + 999 - index;
        const noise = (seed: number): number => Math.abs(Math.sin(number * 12.9898 + seed * 78.233) * 43758.5453 % 1);
        return run(number.toString(16).padStart(32, "0"), {
          experimentId,
          status: number % 17 === 0 ? "FAILED" : "FINISHED",
          startTime: START + number * 600_000,
          endTime: START + number * 600_000 + Math.floor(noise(0) * HOUR),
          tags: new Map([["mlflow.runName", `amazing-crane-${number}`]]),
          params: new Map(
            Array.from(
              { length: 8 },
              (_, key) => [`param_${key}`, key % 2 === 0 ? String(noise(key)) : `choice-${number % (key + 3)}`],
            ),
          ),
          metrics: new Map(Array.from({ length: 10 }, (_, key) => [`metric_${key}`, noise(key + 10)])),
          datasets: [dataset(`dataset-${number % 5}`, { context: "training" })],
        });
      })
    ),
    // Of all but the newest, one point: their curves are not drawn.
    history: (one, key) => {
      const number = Number.parseInt(one.id.slice(-5), 16);
      return Array.from({ length: number % 1000 < 980 ? 1 : 50 }, (_, step) => ({
        step,
        timestamp: START + step,
        value: Math.abs(Math.sin(number + step + Number(key.slice(-1)))),
      }));
    },
  };
}
