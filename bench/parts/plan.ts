/**
 * What `plan` says beside what the export then takes, on every kind of store: its calls and its time.
 * @module
 */
import { type MlflowVersion, startRealMlflow } from "../../tests/live/parts/servers.ts";
import { deno, measure } from "../child.ts";
import { startSandbox } from "../sandbox.ts";
import { seedStore, type Shape } from "../seed.ts";
import { seedFiles } from "../seed_files.ts";
import { fillStore } from "../stores.ts";
import type { Context, Goal, Part } from "../types.ts";
import { middle, seconds } from "./export.ts";

/** How often plan and export take turns: the middle of the ratios counts. */
const ROUNDS = 3;

/** Calls may differ by a fifth, time by a factor of two (docs/running.md). */
const CALLS_LIMIT = 1.2;
const TIME_LIMIT = 2;

const LARGE: Shape = { experiments: 20, runs: 50, metrics: 10, points: 100, params: 10, tags: 4 };
const FLAT: Shape = { ...LARGE, points: 1 };
const LISTED: Shape = { experiments: 1, runs: 20_000, metrics: 0, points: 0, params: 20, tags: 8 };
const SMALL: Shape = { ...LARGE, experiments: 2, runs: 5 };
const LONG: Shape = { experiments: 1, runs: 1, metrics: 1, points: 1_000_000, params: 1, tags: 1 };
const STORED: Shape = { ...LARGE, runs: 100 };

/** A store or a server with rows in it, until it is disposed of. */
interface Filled extends AsyncDisposable {
  readonly uri: string;
}

type Fill = (shape: Shape, folder: string) => Promise<Filled>;

/** Makes the part for some shapes of one kind of store. */
function planPart(kind: string, fill: Fill, shapes: readonly Shape[]): Part {
  return async (context) => {
    const goals: Goal[] = [];
    for (const [index, shape] of shapes.entries()) {
      const scaled = shape.runs === 1
        ? { ...shape, points: scaledBy(shape.points, context) }
        : { ...shape, runs: scaledBy(shape.runs, context) };
      const folder = `${context.folder}/${index}`;
      await Deno.mkdir(folder);
      await using filled = await fill(scaled, folder);
      goals.push(...await compare(filled.uri, { what: `${named(scaled)}, ${kind}`, folder, say: context.say }));
    }
    return { goals, curves: [] };
  };
}

function scaledBy(count: number, { scale }: Context): number {
  return Math.ceil(count * scale);
}

function named({ experiments, runs, metrics, points }: Shape): string {
  const all = experiments * runs;
  const [shown, length] = [all.toLocaleString("en"), points.toLocaleString("en")];
  return `${shown} ${all === 1 ? "run" : "runs"}${metrics === 0 ? "" : ` x ${metrics} metrics x ${length} points`}`;
}

interface Pair {
  readonly plannedMs: number;
  readonly takenMs: number;
  readonly plannedCalls: number;
  readonly calls: number;
}

async function compare(
  uri: string,
  { what, folder, say }: Pick<Context, "folder" | "say"> & { readonly what: string },
): Promise<Goal[]> {
  const pairs: Pair[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const given = ["--tracking-url", uri, "--base-dir", `${folder}/exports`, "--json"];
    const { plan } = JSON.parse((await measure(deno("main.ts", "plan", ...given))).output);
    const exported = await measure(deno("main.ts", "export", ...given));
    const { calls } = JSON.parse(exported.output);
    await Deno.remove(`${folder}/exports`, { recursive: true });
    const pair = {
      plannedMs: plan.seconds.total * 1000,
      takenMs: exported.ms,
      plannedCalls: plan.calls.total,
      calls: calls.source,
    };
    say(
      `${what}: planned ${seconds(pair.plannedMs)} and ${pair.plannedCalls} calls, took ${
        seconds(pair.takenMs)
      } and ${pair.calls}`,
    );
    pairs.push(pair);
  }
  const ms = (of: (pair: Pair) => number): string => seconds(middle(pairs.map(of)));
  const time: Goal = {
    what: `plan of ${what}: its time over that of the export, or the other way round`,
    rule: "at most",
    limit: TIME_LIMIT,
    measured: middle(pairs.map(({ plannedMs, takenMs }) => apart(plannedMs, takenMs))),
    unit: "x",
    from: `planned ${ms(({ plannedMs }) => plannedMs)}, took ${ms(({ takenMs }) => takenMs)}`,
  };
  const [last] = pairs;
  if (last === undefined || last.calls === 0) return [time];
  return [time, {
    what: `plan of ${what}: its calls`,
    rule: "at most",
    limit: CALLS_LIMIT,
    measured: Math.max(...pairs.map(({ plannedCalls, calls }) => apart(plannedCalls, calls))),
    unit: "x",
    from: `planned ${last.plannedCalls}, made ${last.calls}`,
  }];
}

/** How many times as much the greater one is. */
function apart(one: number, other: number): number {
  return Math.max(one / other, other / one);
}

function realServer(version: MlflowVersion): Fill {
  return async (shape) => {
    const server = await startRealMlflow(version, { workers: 4 });
    seedStore(server.folder, shape);
    return { uri: server.url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  };
}

async function generated({ experiments, runs, metrics, points }: Shape): Promise<Filled> {
  const sandbox = await startSandbox({ experiments, runs: experiments * runs, metrics, points });
  return { uri: sandbox.url, [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose]() };
}

function fileStore(shape: Shape, folder: string): Promise<Filled> {
  const uri = `${folder}/mlruns`;
  seedFiles(uri, shape);
  return Promise.resolve({ uri, [Symbol.asyncDispose]: () => Deno.remove(uri, { recursive: true }) });
}

/** The parts by name. */
export const PLAN_PARTS: readonly (readonly [string, Part])[] = [
  ["plan-3.17.2", planPart("MLflow 3.17.2", realServer("3.17.2"), [LARGE, FLAT, SMALL, LISTED, LONG])],
  ["plan-2.22.5", planPart("MLflow 2.22.5", realServer("2.22.5"), [LARGE, LONG])],
  ["plan-sandbox", planPart("sandbox", generated, [STORED, SMALL, LONG])],
  ["plan-sqlite", planPart("SQLite", (shape, folder) => fillStore("sqlite", shape, folder), [STORED, SMALL, LONG])],
  ["plan-files", planPart("file store", fileStore, [STORED, SMALL, LONG])],
  ["plan-postgres", planPart("PostgreSQL", (shape, folder) => fillStore("postgres", shape, folder), [STORED, SMALL])],
  ["plan-mysql", planPart("MariaDB", (shape, folder) => fillStore("mysql", shape, folder), [STORED, SMALL])],
];
