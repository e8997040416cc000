/**
 * --shard, as people and as Kubernetes say it.
 * @module
 */
import { UsageError } from "../../errors.ts";
import type { Shard } from "../../export/order/shard.ts";
import type { Environment } from "../../environment.ts";

/**
 * Reads "2/4", or where it is not given JOB_COMPLETION_INDEX (from 0, as an Indexed Job sets it) with JOB_COMPLETIONS.
 * Null for the whole; throws a UsageError for what is neither.
 */
export function readShard(text: string | undefined, env: Environment): Shard | null {
  const [index, count] = [env["JOB_COMPLETION_INDEX"], env["JOB_COMPLETIONS"]];
  if (text === undefined && (!index || !count)) return null;
  const said = text ?? `${Number(index) + 1}/${count}`;
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(said);
  const shard = { index: Number(match?.[1]), count: Number(match?.[2]) };
  if (match !== null && shard.index >= 1 && shard.index <= shard.count) return shard;
  const given = text === undefined
    ? `JOB_COMPLETION_INDEX "${index}" with JOB_COMPLETIONS "${count}"`
    : `--shard "${text}"`;
  throw new UsageError(`Cannot use ${given}: expected I/N with I from 1 to N, as in 2/4`);
}
