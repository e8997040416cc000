/**
 * The least that reading a file store can cost: every file, one after another, the lines of metrics read as numbers, and all of it thrown
 * away.
 *
 *     bare_files.ts FOLDER
 *
 * Prints a line of JSON: {"files", "points", "ms"}.
 * @module
 */
import { readFileSync } from "node:fs";

let [files, points, sum] = [0, 0, 0];

function readMetric(text: string): void {
  for (let start = 0; start < text.length;) {
    const value = text.indexOf(" ", start) + 1;
    const step = text.indexOf(" ", value) + 1;
    const end = text.indexOf("\n", step);
    sum += Number(text.slice(start, value)) + Number(text.slice(value, step)) + Number(text.slice(step, end));
    points++;
    start = end + 1;
  }
}

function walk(folder: string, isMetrics: boolean): void {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) {
      walk(path, isMetrics || name === "metrics");
      continue;
    }
    files++;
    const text = readFileSync(path, "utf8");
    if (isMetrics) readMetric(text);
  }
}

const start = performance.now();
walk(Deno.args[0] ?? "", false);
if (Number.isNaN(sum)) throw new Error("A line is not of numbers");
const ms = performance.now() - start;
await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify({ files, points, ms })}\n`));
