/**
 * What an account of the basic-auth app may read, and what it is told where it may not: silence in listings, else 403.
 * @module
 */
import { type BasicAuthUser, mayReadAll, mayReadExperiment, mayReadModel } from "../protocol/account.ts";
import type { Call } from "../protocol/call.ts";
import { missing } from "../protocol/errors.ts";
import { textReply, type WireReply } from "../protocol/wire.ts";

/** The refusal of a path that there is not: 3.x tells a plain account nothing about it. */
export function refuseUnknownPath(user: BasicAuthUser | null, isThree: boolean): WireReply | undefined {
  return isThree && !mayReadAll(user) ? forbidden() : undefined;
}

/** The refusal of a call about one thing; undefined where the account may read it. */
export function refuseReading(call: Call): WireReply | undefined {
  const { user, fields, request, parts, dialect, world } = call;
  if (mayReadAll(user)) return undefined;
  const what = request.path.replace(/^.*?\/(?:ajax-)?api\/2\.0\/(?:mlflow\/)?/, "");
  if (what === "experiments/get") return refuseUnless(mayReadExperiment(user, fields.text("experiment_id")));
  if (/^(?:registered-models|model-versions)\/get$/.test(what)) {
    return refuseUnless(mayReadModel(user, fields.text("name")));
  }
  if (/^(?:runs\/get|metrics\/get-history|artifacts\/list)$/.test(what)) {
    return refuseRun(call, fields.text("run_id") || fields.text("run_uuid"));
  }
  if (what.startsWith("logged-models/")) {
    const model = world.loggedModels.get(parts["model_id"] ?? "");
    return refuseUnless(model === undefined || mayReadExperiment(user, model.experimentId));
  }
  if (what.startsWith("mlflow-artifacts/artifacts/")) {
    const mayRead = mayReadExperiment(user, (parts["path"] ?? "").split("/")[0] ?? "");
    return refuseUnless(mayRead, dialect.isThree ? "text/plain; charset=utf-8" : undefined);
  }
  // 2.x leaves these three unguarded.
  if (!dialect.isThree) return undefined;
  if (what === "mlflow-artifacts/artifacts") {
    return refuseUnless(mayReadExperiment(user, fields.text("path").split("/")[0] ?? ""));
  }
  if (request.path.endsWith("/get-artifact")) return refuseRun(call, fields.text("run_id") || fields.text("run_uuid"));
  if (what === "metrics/get-history-bulk") return refuseRuns(call, request.query.getAll("run_id"));
  return undefined;
}

function refuseRun(call: Call, id: string): WireReply | undefined {
  const run = call.world.runs.get(id);
  if (run === undefined && !call.dialect.isThree) throw missing(`Run with id=${id} not found`);
  return refuseUnless(run !== undefined && mayReadExperiment(call.user, run.experimentId));
}

function refuseRuns(call: Call, ids: readonly string[]): WireReply | undefined {
  for (const id of ids) {
    const run = call.world.runs.get(id);
    if (run === undefined) throw missing(`Run with id=${id} not found`);
    if (!mayReadExperiment(call.user, run.experimentId)) return forbidden();
  }
  return undefined;
}

function refuseUnless(mayRead: boolean, contentType?: string): WireReply | undefined {
  return mayRead ? undefined : forbidden(contentType);
}

function forbidden(contentType?: string): WireReply {
  return textReply(403, "Permission denied", contentType);
}
