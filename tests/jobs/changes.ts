/** A world that changes at random, as a server's does between two syncs. */
import { type LoggedRun, World } from "../../sandbox/world/mod.ts";

/** Numbers that look random and are the same each time. */
export type Random = (below: number) => number;

/** Numbers from a seed (mulberry32). */
export function randomOf(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6D2B79F5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296 * below);
  };
}

/** Twelve ended runs of two experiments. */
export function smallWorld(): World {
  const world = new World();
  const ids = ["0", world.addExperiment({ name: "second" }).id];
  for (let i = 0; i < 12; i++) {
    const run = world.addRun({ experimentId: ids[i % 2] ?? "0", status: "FINISHED", endTime: world.now() });
    for (let step = 0; step < 5; step++) {
      world.logMetric(run, "m0", { step, timestamp: world.now(), value: step === 3 ? NaN : step / 3 });
    }
  }
  return world;
}

/** Changes one thing of the world, and says what. */
export function changeOneThing(world: World, random: Random): string {
  const names = Object.keys(CHANGES);
  const name = names[random(names.length)] ?? "";
  CHANGES[name]?.(world, random);
  return name;
}

type Change = (world: World, random: Random) => void;

/** Everything that may happen to a server's runs, experiments and models. */
const CHANGES: Readonly<Record<string, Change>> = {
  "a run is added": (world, random) => {
    const run = world.addRun({ experimentId: experimentOf(world, random), status: "RUNNING", endTime: null });
    logPoints(world, run, random);
  },
  "a run ends": (world, random) => {
    const run = runOf(world, random);
    run.status = ["FINISHED", "FAILED", "KILLED"][random(3)] ?? "FINISHED";
    run.endTime = world.now();
  },
  "a run is resumed": (world, random) => {
    const run = runOf(world, random);
    run.status = "RUNNING";
    run.endTime = null;
  },
  "a run is deleted": (world, random) => void (runOf(world, random).lifecycleStage = "deleted"),
  "a run is restored": (world, random) => void (runOf(world, random).lifecycleStage = "active"),
  "a run is renamed": (world, random) => {
    const run = runOf(world, random);
    run.name = `renamed ${random(1000)}`;
    run.tags.set("mlflow.runName", run.name);
  },
  "a tag is set": (world, random) => void runOf(world, random).tags.set(`tag ${random(4)}`, `"${random(99)}", ☃`),
  "a tag is removed": (world, random) => void runOf(world, random).tags.delete(`tag ${random(4)}`),
  "a param is logged": (world, random) => void runOf(world, random).params.set(`p${random(9)}`, `${random(99)}`),
  "points are added": (world, random) => logPoints(world, runOf(world, random), random),
  "a metric is added": (world, random) =>
    world.logMetric(runOf(world, random), `new ${random(1e9)}`, {
      step: random(5),
      timestamp: world.now(),
      value: random(4) === 0 ? NaN : random(100),
    }),
  "an experiment is added": (world, random) => void world.addExperiment({ name: `experiment ${random(1e9)}` }),
  "an experiment is deleted": (world, random) => setStage(world, { random, stage: "deleted" }),
  "an experiment is restored": (world, random) => setStage(world, { random, stage: "active" }),
  "an experiment is renamed": (world, random) => {
    const experiment = world.experiments.get(experimentOf(world, random));
    if (experiment !== undefined) experiment.name = `renamed ${random(1e9)}`;
  },
  "a model is registered": (world, random) => {
    const model = world.addModel({ name: `model ${random(1e9)}` });
    world.addModelVersion(model, { source: "s3://models/1", runId: runOf(world, random).id });
  },
  "an alias moves": (world, random) => {
    const model = [...world.models.values()][random(world.models.size)];
    if (model !== undefined) model.aliases.set("champion", 1);
  },
};

/** Behind the latest: what is added to an ended run at earlier steps, no listing shows. */
function logPoints(world: World, run: LoggedRun, random: Random): void {
  for (let i = 0; i < 3; i++) {
    const key = `m${random(3)}`;
    const latest = Number(run.metrics.get(key)?.latest().step ?? -1);
    world.logMetric(run, key, { step: latest + 1 + random(9), timestamp: world.now(), value: random(1000) / 7 });
  }
}

function runOf(world: World, random: Random): LoggedRun {
  return [...world.runs.values()][random(world.runs.size)] as LoggedRun;
}

function experimentOf(world: World, random: Random): string {
  return [...world.experiments.keys()][random(world.experiments.size)] ?? "0";
}

function setStage(world: World, { random, stage }: { readonly random: Random; readonly stage: string }): void {
  const experiment = world.experiments.get(experimentOf(world, random));
  if (experiment === undefined) return;
  experiment.lifecycleStage = stage;
  for (const run of world.runsOf(experiment.id)) run.lifecycleStage = stage;
}
