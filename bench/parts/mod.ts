/**
 * The parts of the benchmark by name, in the order in which they are taken.
 * @module
 */
import type { Part } from "../types.ts";
import { calls } from "./calls.ts";
import { csv } from "./csv.ts";
import { exportPart } from "./export.ts";
import { imports } from "./import.ts";
import { latency } from "./latency.ts";
import { listing } from "./listing.ts";
import { memory } from "./memory.ts";
import { PLAN_PARTS } from "./plan.ts";
import { scaling } from "./scaling.ts";
import { smallExperiments } from "./small_experiments.ts";
import { start } from "./start.ts";
import { storePart } from "./store.ts";
import { storeFile } from "./store_file.ts";
import { sync, syncOfReal } from "./sync.ts";

const large = { experiments: 20, runs: 50, metrics: 10, points: 100, params: 10, tags: 4 };
const flat = { ...large, points: 1 };

/** All parts. */
export const parts: ReadonlyMap<string, Part> = new Map([
  ["start", start],
  ["calls", calls],
  ["import", imports],
  ["export-3.17.2", exportPart({ version: "3.17.2", shape: large, referenceRuns: 60, atLeast: 25, hasFloor: true })],
  ["export-2.22.5", exportPart({ version: "2.22.5", shape: large, referenceRuns: 200, atLeast: 5, hasFloor: false })],
  ["export-flat", exportPart({ version: "3.17.2", shape: flat, referenceRuns: 60, atLeast: 50, hasFloor: false })],
  ["listing", listing],
  ["latency", latency],
  ["memory", memory],
  ["csv", csv],
  ["scaling", scaling],
  ["sync", sync],
  ["sync-3.17.2", syncOfReal],
  ["small-experiments", smallExperiments],
  ["store-sqlite", storePart("sqlite")],
  ["store-postgres", storePart("postgres")],
  ["store-mysql", storePart("mysql")],
  ["store-file", storeFile],
  ...PLAN_PARTS,
]);
