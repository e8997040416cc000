/**
 * Which row a line is, from its beginning alone: rows that an export wrote have their ids in front, and may hold millions of points
 * behind them.
 * @module
 */

/** The ids of an experiment's or a run's row. */
export interface RowIds {
  readonly experimentId: string;
  readonly experimentName: string;
  /** run_id; null for an experiment. */
  readonly runId: string | null;
}

/** Bytes of a line's beginning that hold the ids, whatever the experiment is called (MLflow's names have 500 characters at most). */
export const HEAD_BYTES = 16_384;

/** Bytes that are looked at first: nearly every name is short, and what need not be decoded costs nothing. */
const SHORT_BYTES = 512;

// A JSON string: no control character, and a backslash before every quote, so that what follows a name cannot be imitated by a name.
const TEXT = String.raw`\s*("(?:[ !#-\[\]-\uffff]|\\.)*")\s*`;
const EXPERIMENT_HEAD = new RegExp(`^\\s*{\\s*"experiment_id"\\s*:${TEXT},\\s*"experiment_name"\\s*:${TEXT}[,}]`);
const RUN_HEAD = new RegExp(
  `^\\s*{\\s*"experiment_name"\\s*:${TEXT},\\s*"experiment_id"\\s*:${TEXT},\\s*"run_id"\\s*:${TEXT}[,}]`,
);

const DECODER = new TextDecoder();

/** Finds the ids in a row, or in its first {@linkcode HEAD_BYTES}; undefined where they do not stand there as an export writes them. */
export function readRowHead(row: Uint8Array): RowIds | undefined {
  const ids = idsIn(row.subarray(0, SHORT_BYTES));
  return ids !== undefined || row.length <= SHORT_BYTES ? ids : idsIn(row.subarray(0, HEAD_BYTES));
}

function idsIn(head: Uint8Array): RowIds | undefined {
  const text = DECODER.decode(head);
  try {
    const run = RUN_HEAD.exec(text);
    if (run !== null) return { experimentName: parse(run[1]!), experimentId: parse(run[2]!), runId: parse(run[3]!) };
    const experiment = EXPERIMENT_HEAD.exec(text);
    if (experiment === null) return undefined;
    return { experimentId: parse(experiment[1]!), experimentName: parse(experiment[2]!), runId: null };
  } catch {
    return undefined;
  }
}

/** Most texts have no escapes: to parse them takes longer than to find them. Throws a SyntaxError for an escape that is none. */
function parse(literal: string): string {
  return literal.includes("\\") ? JSON.parse(literal) : literal.slice(1, -1);
}
