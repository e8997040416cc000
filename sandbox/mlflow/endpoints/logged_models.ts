/**
 * logged-models/search (MLflow 3).
 * @module
 */
import { Buffer } from "node:buffer";
import { mayReadExperiment } from "../protocol/account.ts";
import type { Call } from "../protocol/call.ts";
import { invalid } from "../protocol/errors.ts";
import { protoReply, type WireReply } from "../protocol/wire.ts";
import type { WorldLoggedModel } from "../../world/types.ts";
import { loggedModelMessage } from "./messages.ts";

/** POST logged-models/search: newest first over all experiments given, then by id. Of filters only those by time are known here. */
export function searchLoggedModels(call: Call): WireReply {
  const { fields, world, user } = call;
  const experimentIds = fields.texts("experiment_ids");
  const filter = fields.text("filter");
  const size = Number(fields.integer("max_results") || 50);
  const models = [...world.loggedModels.values()]
    .filter(({ experimentId }) => experimentIds.includes(experimentId) && mayReadExperiment(user, experimentId))
    .filter(untilOf(filter))
    .sort((a, b) => Number(b.creationTimestamp) - Number(a.creationTimestamp) || (a.id < b.id ? -1 : 1));
  const offset = offsetOf(fields.text("page_token"));
  return protoReply({
    models: models.slice(offset, offset + size).map(loggedModelMessage),
    next_page_token: offset + size < models.length
      ? tokenOf({ experimentIds, filter, offset: offset + size })
      : undefined,
  });
}

function untilOf(filter: string): (model: WorldLoggedModel) => boolean {
  if (filter === "") return () => true;
  const until = /^creation_timestamp <= (\d+)$/.exec(filter)?.[1];
  if (until === undefined) throw invalid(`Invalid filter string: '${filter}'`);
  return ({ creationTimestamp }) => creationTimestamp <= Number(until);
}

function tokenOf(
  { experimentIds, filter, offset }: {
    readonly experimentIds: readonly string[];
    readonly filter: string;
    readonly offset: number;
  },
): string {
  const ids = experimentIds.map((id) => JSON.stringify(id)).join(", ");
  const text = `{"experiment_ids": [${ids}], "filter_string": ${filter === "" ? "null" : JSON.stringify(filter)}, ` +
    `"order_by": null, "offset": ${offset}}`;
  return Buffer.from(text).toString("base64");
}

function offsetOf(token: string): number {
  return token === "" ? 0 : Number(JSON.parse(Buffer.from(token, "base64").toString()).offset);
}
