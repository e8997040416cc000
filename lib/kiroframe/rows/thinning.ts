/**
 * Which points of a long history are sent when it has to be thinned.
 * @module
 */

/** What must be known of a whole history before the first of its points can be chosen. */
export interface HistoryExtent {
  readonly count: number;
  /** Place of its smallest finite value (the first of equals); -1 where it has none. */
  readonly minIndex: number;
  /** Place of its largest finite value (the first of equals); -1 where it has none. */
  readonly maxIndex: number;
}

/**
 * Returns a function that says of each place, asked in rising order from 0, whether its point is kept: the last and the first,
 * then the smallest and the largest value, then points at even distances, `maxPoints` (1 or more) at most.
 */
export function createThinner(extent: HistoryExtent, maxPoints: number): (index: number) => boolean {
  const { count } = extent;
  if (count <= maxPoints) return () => true;
  const last = count - 1;
  const extremes = [...new Set([extent.minIndex, extent.maxIndex])].filter((index) => index > 0 && index < last);
  const wanted = new Set(extremes.slice(0, Math.max(0, maxPoints - 2)));
  const evenly = maxPoints - wanted.size;
  let place = 0;
  let next = evenly === 1 ? last : 0;
  return function isKept(index: number): boolean {
    if (index !== next) return wanted.has(index);
    // Strictly rising, for there are more points than places: no index is passed over.
    place++;
    next = Math.floor(place * last / Math.max(1, evenly - 1));
    return true;
  };
}
