/** What the MLflow holds that the kept folders are exports of. */
import { World } from "../../sandbox/world/mod.ts";

const START_MS = 1_795_000_000_000;

/**
 * Makes the world of the kept folders: 4 experiments (one without runs), 12 runs with odd texts and numbers, two registered models,
 * files. It stays as it is: the unfinished folders of old versions are gone on with against it. Nothing in it is generated, for
 * a generator may change.
 */
export function keptWorld(): World {
  const world = new World();
  world.setClock(START_MS);
  const runIds = [
    ...addExperiment(world, { name: "digits", runs: 4 }),
    ...addExperiment(world, { name: 'odd names, "quoted"\nand ünïcode 😀', runs: 5 }),
    ...addExperiment(world, { name: "short", runs: 3 }),
  ];
  for (const [name, runId] of [["classifier", runIds[0]], ["näme, with comma", runIds[6]]] as const) {
    const model = world.addModel({ name, description: "made for tests", tags: new Map([["task", "demo"]]) });
    for (const n of [1, 2]) {
      const source = `runs:/${runId}/model`;
      world.addModelVersion(model, { source, ...(runId === undefined ? {} : { runId }), tags: [["n", String(n)]] });
    }
    model.aliases.set("champion", 2);
  }
  return world;
}

function addExperiment(world: World, { name, runs }: { readonly name: string; readonly runs: number }): string[] {
  const { id } = world.addExperiment({ name, tags: [["mlflow.note.content", `About ${name}`]] });
  return Array.from({ length: runs }, (_, number) => addRun(world, { experimentId: id, number }));
}

/** The runs of all experiments lie between one another in time, as runs.csv has to sort them. */
function addRun(
  world: World,
  { experimentId, number }: { readonly experimentId: string; readonly number: number },
): string {
  const startTime = START_MS + number * 60_000 + Number(experimentId) * 1000 + number;
  const isGoing = number === 3;
  const { id } = world.addRun({
    experimentId,
    id: `${experimentId}${number}`.padEnd(32, "0a1b2c3d"),
    name: `run ${number}`,
    status: isGoing ? "RUNNING" : number === 2 ? "FAILED" : "FINISHED",
    startTime,
    endTime: isGoing ? null : startTime + 5000,
    tags: [["mlflow.runName", `run ${number}`], ["note", `line one\nline "two", number ${number}`]],
    params: [["alpha", String(0.1 / (number + 1))], [`only ${experimentId}`, "=1+1"]],
    metrics: {
      loss: [0, 1, 2, 3].map((step) => ({
        step,
        timestamp: startTime + step,
        value: step === 2 && number % 2 === 0 ? NaN : 1 / (step + number + 1),
      })),
      "test/accuracy": [{ step: -1, timestamp: startTime, value: number === 1 ? Infinity : 0.5 + number / 10 }],
    },
    datasets: number === 0 ? [] : [{
      tags: new Map([["mlflow.data.context", "training"]]),
      name: `set ${number % 2}`,
      digest: "d1ce5700",
      sourceType: "s3",
      source: '{"uri": "s3://bucket/set.csv"}',
      schema: '{"mlflow_colspec": [{"type": "double", "name": "x", "required": true}]}',
      profile: number === 1 ? null : '{"num_rows": 1000}',
    }],
  });
  if (number < 2) {
    world.files.put(`${experimentId}/${id}/artifacts/notes/run ${number}.txt`, `Notes on run ${number}\n`);
  }
  return id;
}
