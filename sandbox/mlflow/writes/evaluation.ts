/**
 * The endpoints that make evaluation datasets, scorers and webhooks.
 * @module
 */
import { datasetMessage, webhookMessage } from "../endpoints/evaluation.ts";
import type { Call } from "../protocol/call.ts";
import { protoReply, type WireReply } from "../protocol/wire.ts";

/** POST datasets/create. */
export function createDataset({ fields, world }: Call): WireReply {
  const dataset = {
    id: `d-${world.newId()}`,
    name: fields.required("name"),
    digest: world.newId().slice(0, 8),
    tags: new Map<string, string>(Object.entries(JSON.parse(fields.text("tags") || "{}"))),
    createdTime: world.now(),
    experimentIds: fields.texts("experiment_ids"),
    records: [],
  };
  world.evaluationDatasets.push(dataset);
  return protoReply({ dataset: datasetMessage(dataset) });
}

/** POST scorers/register: a further version where there is one of that name. */
export function registerScorer({ fields, world }: Call): WireReply {
  const [experimentId, name] = [fields.required("experiment_id"), fields.required("name")];
  const version = { serialized: fields.required("serialized_scorer"), created: world.now() };
  const known = world.scorers.find((one) => one.experimentId === experimentId && one.name === name);
  if (known !== undefined) known.versions.push(version);
  else world.scorers.push({ id: world.newId(), experimentId, name, versions: [version] });
  return protoReply({ name, version: known?.versions.length ?? 1 });
}

/** POST webhooks. */
export function createWebhook({ fields, world }: Call): WireReply {
  const events = fields.objects("events").map((event) => [event.text("entity"), event.text("action")] as const);
  const webhook = { id: world.newId(), name: fields.required("name"), url: fields.required("url"), events };
  world.webhooks.push({ ...webhook, created: world.now() });
  return protoReply({ webhook: webhookMessage({ ...webhook, created: 0 }) });
}
