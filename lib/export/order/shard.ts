/**
 * Splits an export by experiment over machines that do not talk to each other: each comes to the same answer by itself.
 * @module
 */
import type { Experiment } from "../../source/mod.ts";

/** One part of an export. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  /** Parts in all. */
  readonly count: number;
}

/**
 * Gives the experiments of one shard, in the order given: the largest go first, each to the shard that has least so far; of equals the
 * one with the smaller id goes first. An experiment is never split, for Kiroframe numbers its runs as they come.
 */
export function shardOf(
  experiments: readonly Experiment[],
  options: { readonly shard: Shard; readonly runCounts: ReadonlyMap<string, number> },
): Experiment[] {
  const { shard, runCounts } = options;
  // An experiment costs a call or two even without runs.
  const weight = ({ id }: Experiment): number => 1 + (runCounts.get(id) ?? 0);
  const loads = new Array<number>(shard.count).fill(0);
  const chosen = new Set<string>();
  const order = [...experiments].sort((a, b) => weight(b) - weight(a) || (a.id < b.id ? -1 : 1));
  for (const experiment of order) {
    const least = loads.indexOf(Math.min(...loads));
    loads[least] = (loads[least] ?? 0) + weight(experiment);
    if (least === shard.index - 1) chosen.add(experiment.id);
  }
  return experiments.filter(({ id }) => chosen.has(id));
}
