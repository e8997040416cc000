/**
 * runs/search and runs/get.
 * @module
 */
import { invalid, missing, RestError } from "../protocol/errors.ts";
import { mayReadExperiment } from "../protocol/account.ts";
import { stageFilter } from "./experiments.ts";
import { runMessage } from "./messages.ts";
import { cutPage } from "../protocol/paging.ts";
import type { Call } from "../protocol/call.ts";
import { protoReply, type WireReply } from "../protocol/wire.ts";
import { byStartTime } from "../../world/mod.ts";
import type { WorldRun } from "../../world/types.ts";

const MOST_RUNS = 50_000;

/** POST runs/search: newest first across all experiments given; unknown experiments are passed over. */
export function searchRuns(call: Call): WireReply {
  const { fields, dialect } = call;
  const size = fields.count("max_results", { byDefault: 1000, most: MOST_RUNS });
  if (size < 1 && dialect.validatesFields) {
    throw invalid(`Invalid value ${size} for parameter 'max_results' supplied. It must be a positive integer`);
  }
  const page = cutPage(selectRuns(call), { token: fields.text("page_token"), size, looksAhead: dialect.looksAhead });
  const listed = page.items.map((run) => runMessage(call.listsOutputs ? run : { ...run, modelOutputs: [] }, dialect));
  return protoReply({ runs: listed, next_page_token: page.token });
}

export function getRun(call: Call): WireReply {
  return protoReply({ run: runMessage(findRun(call, call.fields.runId()), call.dialect) });
}

/** The run, deleted ones included; refused where there is none. */
export function findRun(call: Call, id: string): WorldRun {
  const run = call.world.runs.get(id);
  if (run === undefined) throw missing(`Run with id=${id} not found`);
  return run;
}

function selectRuns(call: Call): readonly WorldRun[] {
  const { fields, world, dialect, user, queries } = call;
  const ids = [...new Set(fields.texts("experiment_ids"))].filter((id) =>
    !dialect.isThree || mayReadExperiment(user, id)
  );
  const damage = ids.map((id) => world.damaged.get(id)).find((words) => words !== undefined);
  if (damage !== undefined) throw new RestError("INTERNAL_ERROR", damage);
  const lists = ids.map((id) => world.runsOf(id)).filter((list) => list.length > 0);
  const isWanted = stageFilter(fields.text("run_view_type"), dialect);
  const matches = queries.runFilter(fields.text("filter"), dialect);
  const order = queries.runOrder(fields.texts("order_by"), dialect);
  const runs = lists.flatMap((list) => list.filter((run) => isWanted(run) && matches(run)));
  // One experiment's runs are kept in the default order: most pages need no sorting.
  if (order !== null) runs.sort((a, b) => order(a, b) || byStartTime(a, b));
  else if (lists.length > 1) runs.sort(byStartTime);
  return runs;
}
