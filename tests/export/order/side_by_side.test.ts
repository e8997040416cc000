import assert from "node:assert/strict";
import { sideBySide } from "../../../lib/export/order/side_by_side.ts";

async function* numbers(count: number): AsyncGenerator<number> {
  for (let number = 0; number < count; number++) yield await Promise.resolve(number);
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

Deno.test("sideBySide() gives results in their order, and works on so many at once", async () => {
  let [now, most] = [0, 0];
  const results = await Array.fromAsync(sideBySide(numbers(9), async (number) => {
    most = Math.max(most, ++now);
    await pause(number % 3 === 0 ? 10 : 1);
    now--;
    return number * 2;
  }, { atOnce: 3 }));
  assert.deepEqual([results, most], [[0, 2, 4, 6, 8, 10, 12, 14, 16], 3]);
});

Deno.test("sideBySide() ends and waits for what is in work, whether something fails, nobody wants more, or it is told to", async () => {
  const [begun, ended]: [number[], number[]] = [[], []];
  const controller = new AbortController();
  const work = async (number: number, signal: AbortSignal): Promise<number> => {
    if (number === 1) throw new RangeError("one");
    begun.push(number);
    try {
      await pause(number === 0 ? 1 : 60_000, signal);
      return number;
    } finally {
      // What is done after the end of a call takes its time as well.
      await pause(5);
      ended.push(number);
    }
  };
  const allEnded = (): void => {
    assert.ok(begun.length >= 2 && begun.length < 10);
    assert.deepEqual(ended.splice(0).toSorted(), begun.splice(0).toSorted());
  };
  await assert.rejects(Array.fromAsync(sideBySide(numbers(100), work, { atOnce: 3 })), RangeError);
  allEnded();

  for await (const number of sideBySide(numbers(100), (number, signal) => work(number * 2, signal), { atOnce: 3 })) {
    assert.equal(number, 0);
    break;
  }
  allEnded();

  setTimeout(() => controller.abort(new RangeError("told")), 20);
  const told = sideBySide(numbers(100), (number, signal) => work(number + 2, signal), {
    atOnce: 3,
    signal: controller.signal,
  });
  await assert.rejects(Array.fromAsync(told), /told/);
  allEnded();
});
