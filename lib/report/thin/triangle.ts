/**
 * Which points of a curve are drawn: the largest triangle three buckets way (Sveinn Steinarsson, 2013).
 * @module
 */

/**
 * Returns the indexes, in order, of at most `most` points that keep a curve's look: the first, the last, and of each bucket between
 * them the one that makes the largest triangle with the point chosen before and the middle of the bucket after.
 * `xs` and `ys` are of one length and finite; `most` is 3 at least.
 */
export function largestTriangles(xs: readonly number[], ys: readonly number[], most: number): number[] {
  const { length } = xs;
  if (length <= most) return xs.map((_, index) => index);
  const width = (length - 2) / (most - 2);
  const borderOf = (bucket: number): number => Math.floor(bucket * width) + 1;
  const chosen = [0];
  let last = 0;
  for (let bucket = 0; bucket < most - 2; bucket++) {
    const [start, end] = [borderOf(bucket), borderOf(bucket + 1)];
    const nextEnd = Math.min(borderOf(bucket + 2), length);
    const [middleX, middleY] = [meanOf(xs, end, nextEnd), meanOf(ys, end, nextEnd)];
    let best = start;
    let bestArea = -1;
    for (let index = start; index < end; index++) {
      const area = Math.abs(
        (xs[last]! - middleX) * (ys[index]! - ys[last]!) - (xs[last]! - xs[index]!) * (middleY - ys[last]!),
      );
      if (area <= bestArea) continue;
      best = index;
      bestArea = area;
    }
    chosen.push(best);
    last = best;
  }
  chosen.push(length - 1);
  return chosen;
}

function meanOf(values: readonly number[], start: number, end: number): number {
  let sum = 0;
  for (let index = start; index < end; index++) sum += values[index]!;
  return sum / (end - start);
}
