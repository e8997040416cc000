/**
 * How far a logged model is, in the words of MLflow's Python client.
 * @module
 */

const STATUSES = ["UNSPECIFIED", "PENDING", "READY", "FAILED"] as const;

/** Returns the word for what a server ("LOGGED_MODEL_UPLOAD_FAILED"), a database (3) or a folder ("3") has. */
export function loggedModelStatus(told: string | number): string {
  if (typeof told === "number" || /^\d+$/.test(told)) return STATUSES[Number(told)] ?? "UNSPECIFIED";
  return STATUSES.find((status) => told === status || told.endsWith(`_${status}`)) ?? "UNSPECIFIED";
}
