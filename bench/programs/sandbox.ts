/**
 * A generated MLflow in a process of its own, until standard input ends: sandbox.ts JSON, the options of generateWorld().
 * Prints its URL, and when it ends how many requests it answered.
 * @module
 */
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { generateWorld } from "../../sandbox/world/generator.ts";

const world = generateWorld(JSON.parse(Deno.args[0] ?? "{}"));
await using sandbox = await startMlflowSandbox({ world, logSize: 10 });
const encoder = new TextEncoder();
await Deno.stdout.write(encoder.encode(`${sandbox.url}\n`));
for await (const _ of Deno.stdin.readable) { /* Nothing is said; the end is waited for. */ }
await Deno.stdout.write(encoder.encode(`${sandbox.requestCount}\n`));
