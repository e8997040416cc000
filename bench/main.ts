/**
 * The benchmark: `deno task bench` takes all figures, `deno task bench PART …` some of them, and writes them into
 * bench/README.md and bench/figures.svg. `--scale=0.1` takes a tenth of each size.
 * @module
 */
import { fileURLToPath } from "node:url";
import { parts } from "./parts/mod.ts";
import { withFigures } from "./report.ts";
import { drawCurves } from "./svg.ts";
import { isReached, type KeptResult } from "./types.ts";

const encoder = new TextEncoder();
const readmePath = new URL("README.md", import.meta.url);
const keptPath = new URL("figures.json", import.meta.url);
const picturePath = new URL("figures.svg", import.meta.url);

function say(text: string): void {
  Deno.stdout.writeSync(encoder.encode(`${text}\n`));
}

const scale = Number(Deno.args.find((argument) => argument.startsWith("--scale="))?.slice(8) ?? 1);
const names = Deno.args.filter((argument) => !argument.startsWith("--scale="));
const unknown = names.filter((name) => !parts.has(name));
if (unknown.length > 0) {
  say(`There is no part "${unknown.join('", "')}". There are: ${[...parts.keys()].join(", ")}`);
  Deno.exit(2);
}
const folder = await Deno.makeTempDir({ prefix: "bench-" });
try {
  for (const [name, part] of parts) {
    if (names.length > 0 && !names.includes(name)) continue;
    say(`${name}`);
    const before = Deno.loadavg()[0] ?? 0;
    const own = `${folder}/${name}`;
    await Deno.mkdir(own);
    const { goals, curves } = await part({ scale, folder: own, say: (text) => say(`  ${text}`) });
    await Deno.remove(own, { recursive: true });
    for (const goal of goals) {
      const { what, rule, limit, measured, unit } = goal;
      say(`  ${isReached(goal) ? "yes" : "NO "} ${what}: ${measured.toFixed(2)} ${unit} (${rule} ${limit})`);
    }
    const taken = new Date().toISOString();
    keep(name, { goals, curves, taken, scale, load: [before, Deno.loadavg()[0] ?? 0] });
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** Writes the figures at once, so that a part that fails later takes none away. */
function keep(name: string, result: KeptResult): void {
  const kept: Record<string, KeptResult> = JSON.parse(Deno.readTextFileSync(keptPath));
  kept[name] = result;
  const results = new Map([...parts.keys()].flatMap((part) => kept[part] === undefined ? [] : [[part, kept[part]]]));
  Deno.writeTextFileSync(keptPath, `${JSON.stringify(Object.fromEntries(results), null, 2)}\n`);
  Deno.writeTextFileSync(readmePath, withFigures(Deno.readTextFileSync(readmePath), results));
  Deno.writeTextFileSync(picturePath, drawCurves([...results.values()].flatMap(({ curves }) => curves)));
  // What is written passes the project's own gate.
  new Deno.Command(Deno.execPath(), { args: ["fmt", "-q", fileURLToPath(new URL(".", import.meta.url))] }).outputSync();
}
