/**
 * Which row a line is, from the first bytes of its text: rows that an export wrote have their ids in front.
 * @module
 */
import { Buffer } from "node:buffer";
import { parseJson } from "../../json/exact.ts";

/** The ids of an experiment's or a run's row. */
export interface RowIds {
  /** experiment_id. */
  readonly experimentId: string;
  /** experiment_name. */
  readonly experimentName: string;
  /** run_id; null for an experiment. */
  readonly runId: string | null;
}

const text = String.raw`\s*("(?:[^"\\]|\\.)*")\s*`;
const EXPERIMENT_HEAD = new RegExp(`^\\s*{\\s*"experiment_id"\\s*:${text},\\s*"experiment_name"\\s*:${text}[,}]`);
const RUN_HEAD = new RegExp(
  `^\\s*{\\s*"experiment_name"\\s*:${text},\\s*"experiment_id"\\s*:${text},\\s*"run_id"\\s*:${text}[,}]`,
);

/** Finds the ids in the first bytes of a row; undefined where they do not stand there as an export writes them. */
export function idsOfHead(head: Uint8Array): RowIds | undefined {
  const start = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString("utf8");
  const [, runExperimentName, runExperimentId, runId] = RUN_HEAD.exec(start) ?? [];
  if (runExperimentName !== undefined) {
    return { experimentId: parse(runExperimentId!), experimentName: parse(runExperimentName), runId: parse(runId!) };
  }
  const [, experimentId, experimentName] = EXPERIMENT_HEAD.exec(start) ?? [];
  if (experimentId === undefined) return undefined;
  return { experimentId: parse(experimentId), experimentName: parse(experimentName!), runId: null };
}

/** Finds the ids by parsing the whole row, whoever wrote it; undefined where it is no row. */
export function idsOfRow(row: Uint8Array): RowIds | undefined {
  let parsed: unknown;
  try {
    parsed = parseJson(Buffer.from(row.buffer, row.byteOffset, row.byteLength).toString("utf8"));
  } catch {
    return undefined;
  }
  const { experiment_id: experimentId, experiment_name: experimentName, run_id: runId } = (parsed ?? {}) as Record<
    string,
    unknown
  >;
  if (typeof experimentId !== "string") return undefined;
  return {
    experimentId,
    experimentName: typeof experimentName === "string" ? experimentName : "",
    runId: typeof runId === "string" ? runId : null,
  };
}

function parse(literal: string): string {
  return JSON.parse(literal);
}
