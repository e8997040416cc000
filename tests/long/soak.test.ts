/** 20,000 runs while 2 % of all calls fail at random: exit 0, every row, flat memory. Needs no real server, but minutes. */
import assert from "node:assert/strict";
import { matchShare } from "../../sandbox/faults.ts";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import type { KiroframeFault } from "../../sandbox/kiroframe/faults.ts";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { generateWorld } from "../../sandbox/world/generator.ts";
import { childCommand, QUICK, say, SEED, temporaryFolder } from "../faults/program.ts";
import { kiroframeFlags } from "../faults/truth.ts";

const RUNS = 20_000;

/** Memory of a process in MB, as Linux tells it; 0 elsewhere. */
async function memoryOf(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

Deno.test("20,000 runs with 2 % of the calls failing: exit 0, all rows once, memory flat", async () => {
  const world = generateWorld({ experiments: 20, runs: RUNS, metrics: 3, points: 10, models: 20 });
  const kinds = ["reset", "cut", "truncate"] as const;
  await using mlflow = await startMlflowSandbox({
    world,
    faults: [
      ...kinds.map((kind, i) => ({ match: matchShare(0.005, SEED + i), action: { kind } })),
      { match: matchShare(0.005, SEED + 9), action: { kind: "status", status: 503 } },
    ],
  });
  const share = (part: number, seed: number): NonNullable<KiroframeFault["match"]> => matchShare(part, seed);
  await using kiroframe = await startKiroframeSandbox({
    countOnly: true,
    faults: [
      { match: share(0.007, SEED), action: { kind: "reset" } },
      { match: share(0.007, SEED + 1), action: { kind: "status", status: 503 }, applied: true },
      { match: share(0.006, SEED + 2), action: { kind: "truncate" } },
    ],
  });
  await using folder = await temporaryFolder();
  const flags = ["--tracking-url", mlflow.url, "--base-dir", folder.path, "--run-page-size", "200"];
  const child = childCommand([...flags, ...kiroframeFlags(kiroframe), "--log-level", "ERROR"], {
    env: { ...QUICK, MLFLOW_HTTP_REQUEST_TIMEOUT: "60", KIROFRAME_HTTP_REQUEST_TIMEOUT: "60" },
  }).spawn();
  const output = child.output();
  const samples: number[] = [];
  const timer = setInterval(() => void memoryOf(child.pid).then((memory) => samples.push(memory)), 500);
  const startMs = performance.now();
  const { code, stderr } = await output;
  clearInterval(timer);
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  assert.equal(kiroframe.runs.size, RUNS);
  assert.deepEqual(kiroframe.violations, []);
  const known = samples.filter((memory) => memory > 0);
  // The start (modules, the first windows of runs) is left out; what grows with the runs would show in the rest.
  const half = known.slice(Math.floor(known.length / 4));
  const early = Math.max(...half.slice(0, Math.ceil(half.length / 2)));
  const late = Math.max(...half.slice(Math.ceil(half.length / 2)));
  const seconds = Math.round((performance.now() - startMs) / 1000);
  say(
    `${RUNS} runs, ${mlflow.requestCount} calls to MLflow, ${kiroframe.requestCount} to Kiroframe, ${seconds} s; ` +
      `memory at most ${Math.round(Math.max(...known))} MB (${Math.round(early)} MB, then ${
        Math.round(late)
      } MB); seed ${SEED}`,
  );
  if (known.length > 8) assert.ok(late < early * 1.5, `memory grew from ${early} to ${late} MB`);
});
