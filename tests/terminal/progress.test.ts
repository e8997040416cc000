import assert from "node:assert/strict";
import { createLog } from "../../lib/terminal/log.ts";
import { type AccountedProgress, createProgress, type ProgressMode } from "../../lib/terminal/progress.ts";
import { fakeScreen } from "./fakes.ts";
import type { FakeScreen } from "./fakes.ts";

interface Bench extends FakeScreen {
  readonly progress: AccountedProgress;
  /** Lets time pass, and the timer tick as often as it would. */
  pass(ms: number): void;
  /** The timer's interval; undefined: it is stopped. */
  intervalMs(): number | undefined;
  /** What stands in the live area. */
  live(): string;
}

// deno-lint-ignore no-control-regex -- what a terminal takes for "go up"
const BACK = /^\x1b\[\d+A/;

function bench({ mode, ...options }: Parameters<typeof fakeScreen>[0] & { readonly mode?: ProgressMode } = {}): Bench {
  const fake = fakeScreen(options);
  let now = 0;
  let timer: { readonly intervalMs: number; readonly tick: () => void; due: number } | undefined;
  const log = createLog({ level: "INFO", ...fake });
  const progress = createProgress({
    screen: fake.screen,
    logger: log.logger,
    mode,
    now: () => now,
    every(intervalMs, tick): () => void {
      timer = { intervalMs, tick, due: now + intervalMs };
      return () => void (timer = undefined);
    },
  });
  return {
    ...fake,
    progress,
    pass(ms): void {
      for (const end = now + ms; now < end;) {
        now = Math.min(end, timer?.due ?? end);
        if (timer === undefined || now < timer.due) continue;
        timer.due += timer.intervalMs;
        timer.tick();
      }
    },
    intervalMs: () => timer?.intervalMs,
    live: () => {
      const drawn = fake.stderr.text.slice(fake.stderr.text.lastIndexOf("\r") + 1);
      return drawn.replace(BACK, "").replaceAll("\x1b[K", "").replace(/\n$/, "");
    },
  };
}

Deno.test("createProgress() redraws its area ten times a second in a terminal, and clears it", () => {
  const { progress, pass, live, stdout, intervalMs } = bench({ columns: 120 });
  progress.start("Importing runs", 100);
  assert.equal(live(), "Importing runs  [--------------------]  0 of 100 (0%)  0:00");
  assert.equal(intervalMs(), 100);
  pass(2000);
  progress.advance();
  progress.advance(19);
  progress.detail("digits");
  progress.count("sentRuns", 20);
  assert.match(live(), / 0 of 100 /);
  pass(100);
  assert.equal(
    live(),
    "Importing runs  [####----------------]  20 of 100 (20%)  0:08 left  9.5/s  20 rows sent  digits",
  );
  progress.stop();
  assert.equal(live(), "");
  assert.equal(intervalMs(), undefined);
  assert.equal(stdout.text, "");
});

Deno.test("createProgress() shows experiments of all, what was counted since the work began, and what was before", () => {
  const { progress, pass, live } = bench({ columns: 200 });
  progress.count("points", 5);
  progress.failed({ what: "models", status: null, words: "" });
  progress.start("Exporting runs");
  progress.expectExperiments(11, 1);
  for (let run = 0; run < 40; run++) progress.advance();
  progress.count("experiments", 2);
  progress.count("points", 400);
  progress.count("artifactFiles");
  progress.count("artifactBytes", 2000);
  pass(2000);
  assert.equal(
    live(),
    "Exporting runs  [#####---------------]  3 of 11 experiments (27%)  0:08 left  40 runs  20/s  400 points  1 file of 2.0 KB",
  );
  progress.stop();
});

Deno.test("createProgress() shows who waits, why and how long still, and where less is asked at a time", () => {
  const { progress, pass, live } = bench({ columns: 120 });
  progress.start("Asking MLflow");
  const end = progress.waiting("MLflow answered 503", 2000);
  const endToo = progress.waiting("MLflow answered 429", 9000);
  progress.throttled("MLflow", 4, 8);
  pass(500);
  assert.match(
    live(),
    /\nMLflow answered 429: 2 calls wait 2 s\n4 of 8 calls at a time: MLflow is busy$/,
  );
  end();
  progress.throttled("MLflow", 8, 8);
  pass(500);
  assert.match(live(), /\nMLflow answered 429: 1 call waits 8 s$/);
  endToo();
  pass(100);
  assert.equal(live(), "Asking MLflow  0:01");
  assert.equal(progress.account.of("retries"), 2);
  progress.stop();
});

Deno.test("createProgress() writes a line to the log every ten seconds where there is no terminal, or it is asked to", () => {
  for (const options of [{}, { columns: 80, mode: "plain" as const }]) {
    const { progress, pass, stdout, stderr, intervalMs } = bench(options);
    progress.start("Sending rows", 300);
    assert.equal(intervalMs(), 10_000);
    for (let second = 0; second < 25; second++) {
      pass(1000);
      progress.advance(10);
    }
    progress.stop();
    pass(60_000);
    const lines = stdout.text.trimEnd().split("\n").map((line) => line.replace(/^\[.*?\] /, ""));
    assert.deepEqual(lines, [
      "INFO: Sending rows: 90 of 300 (30%), 0:23 left, 9.0/s",
      "INFO: Sending rows: 190 of 300 (63%), 0:11 left, 9.5/s",
    ]);
    assert.equal(stderr.text, "");
  }
});

Deno.test("createProgress() shows nothing where it is asked to, and counts all the same", () => {
  const { progress, pass, stdout, stderr, intervalMs } = bench({ columns: 80, mode: "none" });
  progress.start("Sending rows", 300);
  progress.count("runs", 3);
  pass(20_000);
  progress.stop();
  assert.deepEqual([stdout.text, stderr.text, intervalMs(), progress.account.of("runs")], ["", "", undefined, 3]);
});

Deno.test("start() with the same label gives a total and keeps the count; another label begins anew", () => {
  const { progress, pass, live } = bench({ columns: 120 });
  progress.start("Listing");
  progress.advance(5);
  pass(500);
  assert.equal(live(), "Listing  5  0:00");
  progress.start("Listing", 10);
  assert.equal(live(), "Listing  [##########----------]  5 of 10 (50%)  0:00");
  progress.detail("x");
  progress.start("Sending");
  assert.equal(live(), "Sending  0:00");
  progress.stop();
  progress.start("Sending");
  assert.equal(live(), "Sending  0:00");
});

Deno.test("createProgress() takes rates over the last half minute, so that it follows a server that slows down", () => {
  const { progress, pass, live } = bench({ columns: 120 });
  progress.start("Exporting runs");
  for (let second = 0; second < 60; second++) {
    progress.advance(100);
    pass(1000);
  }
  assert.match(live(), / 6,000 {2}1:00 {2}100\/s$/);
  for (let second = 0; second < 31; second++) {
    progress.advance(1);
    pass(1000);
  }
  assert.match(live(), / 1\.0\/s$/);
});

Deno.test("createProgress() keeps no process waiting, and its own timer ends with stop()", async () => {
  const { screen, stderr } = fakeScreen({ columns: 80 });
  const progress = createProgress({
    screen,
    logger: createLog({ level: "INFO", ...fakeScreen() }).logger,
    drawIntervalMs: 1,
  });
  progress.start("Waiting");
  progress.advance();
  while (!stderr.text.includes("Waiting  1")) await new Promise((resolve) => setTimeout(resolve, 1));
  progress.stop();
});
