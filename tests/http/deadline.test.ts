import assert from "node:assert/strict";
import { Deadline, linkSignals, sleep } from "../../lib/http/deadline.ts";

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
}

Deno.test("Deadline aborts when the time is over", async () => {
  const deadline = new Deadline(1);
  await aborted(deadline.signal);
  assert.equal(deadline.isOver, true);
  deadline.restart();
});

Deno.test("Deadline aborts with its parent's reason, then or later", () => {
  const reason = new Error("stop");
  const before = new Deadline(60_000, AbortSignal.abort(reason));
  assert.equal(before.signal.reason, reason);
  before.stop();
  const controller = new AbortController();
  const later = new Deadline(60_000, controller.signal);
  controller.abort(reason);
  assert.equal(later.signal.reason, reason);
  assert.equal(later.isOver, false);
  later.stop();
});

Deno.test("Deadline.pause() stops the time and still hears the parent", async () => {
  const controller = new AbortController();
  const deadline = new Deadline(1, controller.signal);
  deadline.pause();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(deadline.signal.aborted, false);
  controller.abort();
  assert.equal(deadline.signal.aborted, true);
  deadline.stop();
});

Deno.test("Deadline.stop() leaves no listener with the parent", () => {
  const controller = new AbortController();
  const deadline = new Deadline(60_000, controller.signal);
  deadline.stop();
  controller.abort();
  assert.equal(deadline.signal.aborted, false);
});

Deno.test("sleep() rejects with the signal's reason, then or later", async () => {
  const reason = new Error("stop");
  await assert.rejects(sleep(60_000, AbortSignal.abort(reason)), reason);
  const controller = new AbortController();
  const sleeping = sleep(60_000, controller.signal);
  controller.abort(reason);
  await assert.rejects(sleeping, reason);
  await sleep(1, new AbortController().signal);
});

Deno.test("linkSignals() aborts with the first of the signals, then or later", () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const link = linkSignals([undefined, first.signal, second.signal]);
  second.abort(new Error("second"));
  first.abort(new Error("first"));
  assert.equal(link.signal?.reason.message, "second");
  assert.equal(linkSignals([new AbortController().signal, first.signal]).signal?.reason.message, "first");
  link.unlink();
});

Deno.test("linkSignals() makes nothing of one signal and of none", () => {
  const { signal } = new AbortController();
  assert.equal(linkSignals([signal, undefined, signal]).signal, signal);
  assert.equal(linkSignals([undefined]).signal, undefined);
});

Deno.test("LinkedSignal.unlink() leaves no listener", () => {
  const controller = new AbortController();
  const link = linkSignals([controller.signal, new AbortController().signal]);
  link.unlink();
  controller.abort();
  assert.equal(link.signal?.aborted, false);
});
