/** Progress as a person sees it: the whole program in a real terminal, reading a slow MLflow and sending to a slow Kiroframe. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { programCommand } from "../tools/program.ts";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import type { KiroframeSandbox } from "../../sandbox/kiroframe/types.ts";
import { type MlflowSandbox, startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { World } from "../../sandbox/world/mod.ts";
import { needTmux, Terminal } from "./tmux.ts";

const START_MS = 1_795_000_000_000;
const EXPERIMENTS = 12;
const RUNS = 8;

/** Names as long as they may be, of characters of two columns, and such as would move the cursor. */
function slowWorld(): World {
  const world = new World();
  for (let number = 1; number < EXPERIMENTS; number++) {
    const { id } = world.addExperiment({ name: `${number} \x1b[31m\x1b[2J\r\n红色 ${"a long name ".repeat(20)}` });
    for (let run = 0; run < RUNS; run++) {
      const startTime = START_MS + number * 1000 + run;
      const points = [0, 1, 2].map((step) => ({ step, timestamp: startTime + step, value: step }));
      const metrics = { loss: points, [`own ${run}`]: points };
      world.addRun({
        experimentId: id,
        name: `run ${run}`,
        status: "FINISHED",
        startTime,
        endTime: startTime + 9,
        metrics,
      });
    }
  }
  return world;
}

/** Servers that take their time, one of them busy for a while. */
class Slow implements AsyncDisposable {
  private constructor(readonly mlflow: MlflowSandbox, readonly kiroframe: KiroframeSandbox) {}

  static async start(): Promise<Slow> {
    const busy = { kind: "status", status: 429, headers: { "retry-after": "1" } } as const;
    const faults = [{
      match: ({ path }: { readonly path: string }) => /get-history/.test(path),
      times: 2,
      action: busy,
    }];
    const mlflow = await startMlflowSandbox({ world: slowWorld(), latencyMs: 150, faults });
    return new Slow(mlflow, await startKiroframeSandbox({ latencyMs: 30 }));
  }

  /** The command line of the plain command, between these. */
  command(base: string, ...flags: readonly string[]): string {
    const { mlflow, kiroframe } = this;
    return [
      ...programCommand(),
      ...["--tracking-url", mlflow.url, "--kiroframe-url", kiroframe.url, "--profiling-token", kiroframe.token],
      ...["--base-dir", base, "--concurrency", "3", "--import-concurrency", "2", ...flags],
    ].join(" ");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.mlflow.close();
    await this.kiroframe.close();
  }
}

const ENV = { CI: "", NO_COLOR: "", TERM: "xterm-256color" };
const LABELS = /(?:Asking MLflow|Exporting runs|Writing files|Importing \w+|Writing the report) {2}/g;

async function exportLog(base: string): Promise<string> {
  const [name = ""] = (await readdir(base)).filter((entry) => /^\d{8}_/.test(entry));
  return await readFile(join(base, name, "export.log"), "utf8");
}

Deno.test("tmux is there", needTmux);

for (const [columns, resized] of [[40, 200], [80, 40], [200, 80]] as const) {
  Deno.test(`in ${columns} columns, and then ${resized}, there is one live area, which is gone at the end`, async () => {
    await using slow = await Slow.start();
    const base = await Deno.makeTempDir();
    await using terminal = await Terminal.open(slow.command(base), { columns, env: ENV });
    const seen = new Set<string>();
    let looks = 0;
    await terminal.watch(async (lines) => {
      const text = lines.join("\n");
      assert.ok((text.match(LABELS)?.length ?? 0) <= 1, `more than one live area:\n${text}`);
      for (
        const fact of [
          / of 12 experiments/,
          /MLflow answered 429: \d calls? waits? \d s/,
          / left/,
          /\d\/s/,
          /rows sent/,
          /红/,
        ]
      ) {
        if (fact.test(text)) seen.add(String(fact));
      }
      if (/MLflow answered 429: /.test(text) && ++looks === 3) await terminal.resize(resized);
    });
    assert.equal(seen.size, 6, [...seen].join(" "));
    assert.ok(looks >= 3);
    const all = (await terminal.all()).join("\n");
    assert.doesNotMatch(all, LABELS, "something of the live area is left");
    assert.doesNotMatch(all, /INFO/);
    assert.match(all, /WARNING: MLflow answered .* with status 429: trying again/);
    assert.match(all, /\nDone in [\d.]+ s\n\nRead {5}12 experiments, 88 runs, /);
    assert.match(all, /\nNext\n {2}kiroframe-importer verify \S+\nENDED 0$/);
    const log = await exportLog(base);
    assert.match(log, / INFO .*: Exported 88 runs of 12 experiments/);
    assert.match(log, / WARNING .* with status 429: trying again/);
    await Deno.remove(base, { recursive: true });
  });
}

Deno.test("Ctrl-C takes the live area away, and says how to go on", async () => {
  await using slow = await Slow.start();
  const base = await Deno.makeTempDir();
  await using terminal = await Terminal.open(`trap : INT; ${slow.command(base)}`, { columns: 80, env: ENV });
  let isPressed = false;
  await terminal.watch(async (lines) => {
    if (isPressed || !/[1-9]\d* runs/.test(lines.join("\n"))) return;
    isPressed = true;
    await terminal.press("C-c");
  });
  const all = (await terminal.all()).join("\n");
  assert.doesNotMatch(all, LABELS);
  assert.match(all, /ERROR: Interrupted by SIGINT\n/);
  assert.match(
    all,
    /\nInterrupted after .*\n[^]*\nWritten {2}in part: [^]*\nNext\n {2}kiroframe-importer .* --resume \S+\nENDED 130$/,
  );
  await Deno.remove(base, { recursive: true });
});

Deno.test("demo takes its time where somebody watches: progress, the block, and where the report is", async () => {
  const command = [...programCommand(), "demo"].join(" ");
  await using terminal = await Terminal.open(command, { columns: 80, env: ENV });
  const seen = new Set<string>();
  await terminal.watch((lines) => {
    for (const [label] of lines.join("\n").matchAll(LABELS)) seen.add(label.trim());
  });
  for (const label of ["Asking MLflow", "Exporting runs", "Importing runs"]) {
    assert.ok(seen.has(label), [...seen].join());
  }
  const all = (await terminal.all()).join("\n");
  assert.doesNotMatch(all, LABELS);
  const [, folder = ""] = /^Report {3}(\/.*)\/report\.html$/m.exec(all) ?? [];
  assert.match(all, /\nSent {5}4 experiments, 4 runs and the registered models\n/);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("--log-level, CI, TERM=dumb and --progress choose what is shown in a terminal", async () => {
  await using slow = await Slow.start();
  const cases: readonly (readonly [flags: string[], env: Record<string, string>, live: boolean, info: boolean])[] = [
    [["--log-level", "INFO"], {}, true, true],
    [[], { CI: "true" }, false, true],
    [[], { TERM: "dumb" }, false, true],
    [["--progress", "plain"], {}, false, true],
    [["--progress", "none"], {}, false, true],
    [["--json"], { NO_COLOR: "1" }, true, false],
  ];
  await Promise.all(cases.map(async ([flags, env, live, info]) => {
    const base = await Deno.makeTempDir();
    const command = slow.command(base, "--experiment", "Default", ...flags);
    await using terminal = await Terminal.open(command, { columns: 120, env: { ...ENV, ...env } });
    let isSeen = false;
    await terminal.watch((lines) => void (isSeen ||= /^(?:Asking MLflow|Exporting runs) {2}/m.test(lines.join("\n"))));
    const all = (await terminal.all()).join("\n");
    const what = `${flags.join(" ")} ${JSON.stringify(env)}:\n${all}`;
    assert.equal(isSeen, live, what);
    assert.equal(/ INFO: /.test(all), info, what);
    assert.doesNotMatch(all, LABELS);
    assert.match(all, /ENDED 0$/);
    await Deno.remove(base, { recursive: true });
  }));
});
