/**
 * Which run and experiment a line of runs.json is about, from its beginning alone: the line may hold millions of points.
 * @module
 */

/** Bytes of a line's beginning that hold the ids, whatever the experiment is called (MLflow's names have 500 characters at most). */
export const HEAD_BYTES = 16_384;

// The row begins with experiment_name, experiment_id, run_id. Inside a JSON string every quote has a backslash before it, so that
// what follows the name cannot be imitated by a name.
const HEAD =
  /^\{"experiment_name": "(?:[^"\\]|\\.)*", "experiment_id": ("(?:[^"\\]|\\.)*"), "run_id": ("(?:[^"\\]|\\.)*")/;

/** The ids of a line of runs.json; null where it does not begin as we write it. */
export function readRowHead(head: string): { experimentId: string; runId: string } | null {
  const match = HEAD.exec(head);
  if (match === null) return null;
  return { experimentId: JSON.parse(match[1] ?? ""), runId: JSON.parse(match[2] ?? "") };
}
