import assert from "node:assert/strict";
import { AppError } from "../../lib/errors.ts";
import { type Counted, type Failure, type Progress, silentProgress } from "../../lib/logger.ts";
import type { History, MetricPoint, Run } from "../../lib/source/mod.ts";
import { experiment, run } from "../source/fake_source.ts";
import { exportAnew, withBase } from "./exports.ts";

const POINTS: readonly MetricPoint[] = [1, 2, 3].map((step) => ({ step, timestamp: step, value: step }));

/** Pages of three points each, with what is done before each of them. */
function paged(pages: number, before: (page: number) => void): History {
  return {
    async *[Symbol.asyncIterator](): AsyncGenerator<readonly MetricPoint[]> {
      for (let page = 0; page < pages; page++) {
        before(page);
        yield await Promise.resolve(POINTS);
      }
    },
  };
}

function accountOf(): Progress & { readonly counts: Map<Counted, number>; readonly failures: Failure[] } {
  const counts = new Map<Counted, number>();
  const failures: Failure[] = [];
  return {
    ...silentProgress,
    counts,
    failures,
    count: (what, amount = 1) => void counts.set(what, (counts.get(what) ?? 0) + amount),
    failed: (failure) => void failures.push(failure),
  };
}

Deno.test("writeRunLine() tells points as they come, and takes back those of a history that broke", () =>
  withBase(async (base) => {
    const progress = accountOf();
    const told: number[] = [];
    const histories = new Map<string, History>([
      ["short", POINTS],
      ["long", paged(3, () => void told.push(progress.counts.get("points") ?? 0))],
      [
        "broken",
        paged(2, (page) => {
          if (page === 1) throw new AppError("cut off");
        }),
      ],
    ]);
    const metrics = new Map([...histories.keys()].map((key) => [key, 3]));
    const world = {
      experiments: [experiment("1")],
      runs: [run("r", { metrics })],
      history: (_run: Run, key: string): History => histories.get(key) ?? [],
    };
    await exportAnew(base, world, { progress });
    assert.deepEqual(told.slice(0, 3), [3, 6, 9]);
    assert.equal(progress.counts.get("points"), 12);
    assert.equal(progress.counts.get("metrics"), 2);
    assert.deepEqual(progress.failures, [{ what: "histories", status: null, words: "cut off" }]);
  }));
