/**
 * A real MLflow with a few runs, and what of it a Kiroframe got: an engine's job works between the two.
 * @module
 */
import type { Receiver } from "../../live/parts/receiver.ts";
import { type RealMlflow, startRealMlflow } from "../../live/parts/servers.ts";
import { SeedApi } from "../../live/seed/api.ts";

/** What {@linkcode startMlflow} fills it with: experiments of one to three runs each. */
export const EXPERIMENTS = 6;
export const RUNS = 12;

/** Starts a server and fills it. */
export async function startMlflow(): Promise<RealMlflow> {
  await using stack = new AsyncDisposableStack();
  const mlflow = stack.use(await startRealMlflow("2.22.5"));
  await seed(new SeedApi(mlflow.url));
  stack.move();
  return mlflow;
}

async function seed(api: SeedApi): Promise<void> {
  for (let number = 0; number < EXPERIMENTS; number++) {
    const { experiment_id } = await api.post("experiments/create", { name: `engines/${number}` });
    for (let index = 0; index <= number % 3; index++) await addRun(api, String(experiment_id), `run ${index}`);
  }
}

/** Adds a finished run of one metric with ten points. */
export async function addRun(api: SeedApi, experimentId: string, name: string): Promise<void> {
  const start = Date.now();
  const reply = await api.post("runs/create", { experiment_id: experimentId, start_time: start, run_name: name });
  const { run_id } = (reply["run"] as { readonly info: { readonly run_id: string } }).info;
  const metrics = Array.from(
    { length: 10 },
    (_, step) => ({ key: "loss", value: 1 / (step + 1), timestamp: start, step }),
  );
  await api.post("runs/log-batch", { run_id, metrics, params: [{ key: "name", value: name }] });
  await api.post("runs/update", { run_id, status: "FINISHED", end_time: start + 1 });
}

/** The names of the runs that a receiver got, one for each time. */
export function sentRuns({ calls }: Pick<Receiver, "calls">): string[] {
  return calls.map(({ body }) => JSON.parse(body)).filter((body) => body.import_type === 2)
    .map(({ line }) => `${line.experiment_name} ${line.params.name}`).sort();
}
