/**
 * experiments/search (2.x, 3.x), experiments/list (1.x) and experiments/get.
 * @module
 */
import { mayReadExperiment } from "../protocol/account.ts";
import type { Dialect } from "../protocol/dialect.ts";
import { invalid, missing } from "../protocol/errors.ts";
import { experimentMessage } from "./messages.ts";
import { cutPage, cutReadablePage } from "../protocol/paging.ts";
import type { Call } from "../protocol/call.ts";
import { protoReply, type WireReply } from "../protocol/wire.ts";
import type { WorldExperiment } from "../../world/types.ts";

const MOST_EXPERIMENTS = 50_000;

/** GET or POST experiments/search: newest first unless order_by says otherwise; max_results must be given. */
export function searchExperiments(call: Call): WireReply {
  const { fields, dialect } = call;
  const size = fields.count("max_results", { byDefault: 0 });
  if (size < 1) {
    throw invalid(`Invalid value ${size} for parameter 'max_results' supplied. It must be a positive integer`);
  }
  if (size > MOST_EXPERIMENTS) {
    throw invalid(`Invalid value ${size} for parameter 'max_results' supplied. It must be at most ${MOST_EXPERIMENTS}`);
  }
  const found = [...call.world.experiments.values()].filter(stageFilter(fields.text("view_type"), dialect));
  found.sort(call.queries.experimentOrder(fields.texts("order_by")));
  const page = cutReadablePage(found, {
    token: fields.text("page_token"),
    size,
    mayRead: ({ id }) => mayReadExperiment(call.user, id),
  });
  return protoReply({
    experiments: page.items.map((experiment) => experimentMessage(experiment, dialect)),
    next_page_token: page.token,
  });
}

/** GET experiments/list: oldest first; everything at once unless max_results is given. */
export function listExperiments(call: Call): WireReply {
  const { fields, dialect } = call;
  const found = [...call.world.experiments.values()].filter(stageFilter(fields.text("view_type"), dialect));
  const size = fields.count("max_results", { byDefault: found.length + 1 });
  const page = cutPage(found, { token: fields.text("page_token"), size, looksAhead: true });
  return protoReply({
    experiments: page.items.map((experiment) => experimentMessage(experiment, dialect)),
    next_page_token: page.token,
  });
}

export function getExperiment(call: Call): WireReply {
  const id = call.fields.required("experiment_id");
  return protoReply({ experiment: experimentMessage(findExperiment(call, id), call.dialect) });
}

/** The experiment, deleted ones included; refused where there is none. */
export function findExperiment(call: Call, id: string): WorldExperiment {
  const experiment = call.world.experiments.get(id);
  if (experiment === undefined) throw missing(`No Experiment with id=${id} exists`);
  return experiment;
}

/** Which things a view type lets through; a name that is no view type counts as the default, and crashes 1.24. */
export function stageFilter(
  viewType: string,
  dialect: Dialect,
): (item: { readonly lifecycleStage: string }) => boolean {
  if (!dialect.validatesFields && !["", "ACTIVE_ONLY", "DELETED_ONLY", "ALL"].includes(viewType)) {
    throw new TypeError(`Cannot read "${viewType}" as a view type`);
  }
  if (viewType === "ALL" || viewType === "3") return () => true;
  const stage = viewType === "DELETED_ONLY" || viewType === "2" ? "deleted" : "active";
  return (item) => item.lifecycleStage === stage;
}
