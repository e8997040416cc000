/**
 * A generated MLflow in a process of its own, until standard input ends: sandbox.ts JSON, the options of generateWorld().
 * Prints its URL, and when it ends how many requests it answered. For each line on standard input, a number, as many runs, spread over
 * all, end otherwise than they did; then it prints how many requests it answered until then.
 * @module
 */
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { generateWorld } from "../../sandbox/world/generator.ts";

const world = generateWorld(JSON.parse(Deno.args[0] ?? "{}"));
await using sandbox = await startMlflowSandbox({ world, logSize: 10 });
const encoder = new TextEncoder();
await Deno.stdout.write(encoder.encode(`${sandbox.url}\n`));
for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const runs = [...world.runs.values()];
  const every = Math.floor(runs.length / Number(text));
  for (const run of runs.filter((_run, index) => index % every === 0)) {
    run.status = run.status === "FINISHED" ? "KILLED" : "FINISHED";
  }
  await Deno.stdout.write(encoder.encode(`${sandbox.requestCount}\n`));
}
await Deno.stdout.write(encoder.encode(`${sandbox.requestCount}\n`));
