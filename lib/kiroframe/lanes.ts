/**
 * Several lanes of work side by side, each strictly one thing after another.
 * @module
 */

/**
 * Works on each lane in turn, `concurrency` of them at once, begun in the order given. The first failure begins no further lane; it is
 * thrown when the lanes that are under way have ended, so that nothing goes on behind the caller's back.
 */
export async function forEachLane<T>(
  lanes: Iterable<T>,
  options: { readonly concurrency: number; readonly work: (lane: T) => Promise<void> },
): Promise<void> {
  const waiting = lanes[Symbol.iterator]();
  const failures: unknown[] = [];
  async function workOn(): Promise<void> {
    for (let lane = waiting.next(); failures.length === 0 && lane.done !== true; lane = waiting.next()) {
      try {
        await options.work(lane.value);
      } catch (error) {
        failures.push(error);
      }
    }
  }
  await Promise.all(Array.from({ length: options.concurrency }, workOn));
  if (failures.length > 0) throw failures[0];
}
