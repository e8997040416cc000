import assert from "node:assert/strict";
import { createLog } from "../../lib/terminal/log.ts";
import { createProgress } from "../../lib/terminal/progress.ts";
import type { Progress } from "../../lib/logger.ts";
import { fakeScreen } from "./fakes.ts";
import type { FakeScreen } from "./fakes.ts";

interface Bench extends FakeScreen {
  readonly progress: Progress;
  /** Lets time pass, and the timer tick as often as it would. */
  pass(ms: number): void;
  /** The timer's interval; undefined: it is stopped. */
  intervalMs(): number | undefined;
  /** What stands on the live line. */
  live(): string;
}

function bench(options: Parameters<typeof fakeScreen>[0] = {}): Bench {
  const fake = fakeScreen(options);
  let now = 0;
  let timer: { readonly intervalMs: number; readonly tick: () => void; due: number } | undefined;
  const log = createLog({ level: "INFO", ...fake });
  const progress = createProgress({
    screen: fake.screen,
    logger: log.logger,
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
    live: () => fake.stderr.text.split("\x1b[2K").at(-1) ?? "",
  };
}

Deno.test("createProgress() redraws one line ten times a second in a terminal, and clears it", () => {
  const { progress, pass, live, stderr, stdout, intervalMs } = bench({ columns: 120 });
  progress.start("Exporting runs", 100);
  assert.equal(live(), "Exporting runs  [--------------------]  0 of 100 (0%)  0:00");
  assert.equal(intervalMs(), 100);
  pass(2000);
  progress.advance();
  progress.advance(19);
  progress.detail("digits");
  assert.match(live(), / 0 of 100 /);
  pass(100);
  assert.equal(live(), "Exporting runs  [####----------------]  20 of 100 (20%)  0:08 left  9.5/s  digits");
  progress.stop();
  assert.equal(live(), "");
  assert.equal(intervalMs(), undefined);
  assert.doesNotMatch(stderr.text, /\n/);
  assert.equal(stdout.text, "");
});

Deno.test("createProgress() writes a line to the log every ten seconds where there is no terminal", () => {
  const { progress, pass, stdout, stderr, intervalMs } = bench();
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
  assert.equal(live(), "Sending  0  0:00");
  progress.stop();
  progress.start("Sending");
  assert.equal(live(), "Sending  0  0:00");
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
