/**
 * Evaluation datasets, scorers and webhooks (MLflow 3).
 * @module
 */
import { Buffer } from "node:buffer";
import { mayReadExperiment } from "../protocol/account.ts";
import type { Call } from "../protocol/call.ts";
import { invalid, missing } from "../protocol/errors.ts";
import { pythonObject } from "../protocol/json.ts";
import { cutPage } from "../protocol/paging.ts";
import { jsonReply, protoReply, type WireReply } from "../protocol/wire.ts";
import type { WorldEvaluationDataset, WorldScorer, WorldWebhook } from "../../world/types.ts";

/** POST datasets/search: newest first. */
export function searchDatasets({ fields, world }: Call): WireReply {
  const size = fields.count("max_results", { byDefault: 1_000 });
  const datasets = world.evaluationDatasets.toSorted((a, b) => b.createdTime - a.createdTime || (a.id < b.id ? 1 : -1));
  const page = cutPage(datasets, { token: fields.text("page_token"), size, looksAhead: true });
  return protoReply({ datasets: page.items.map(datasetMessage), next_page_token: page.token });
}

/** GET datasets/ID/experiment-ids. */
export function getDatasetExperiments(call: Call): WireReply {
  return protoReply({ experiment_ids: findDataset(call)?.experimentIds ?? [] });
}

/** GET datasets/ID/records: JSON within JSON, by creation; of a dataset that there is not, none. */
export function getDatasetRecords(call: Call): WireReply {
  const { fields } = call;
  const size = fields.count("max_results", { byDefault: 1_000 });
  const after = Buffer.from(fields.text("page_token"), "base64").toString();
  const left = (findDataset(call)?.records ?? []).filter((record) => after === "" || placeOf(record) > after);
  const records = left.slice(0, size);
  const last = records.at(-1);
  const token = left.length > size && last !== undefined ? Buffer.from(placeOf(last)).toString("base64") : undefined;
  return jsonReply(JSON.stringify({ records: JSON.stringify(records), next_page_token: token }, null, 2));
}

function placeOf(record: WorldEvaluationDataset["records"][number]): string {
  return `${record.created_time}:${record.dataset_record_id}`;
}

function findDataset({ world, parts }: Call): WorldEvaluationDataset | undefined {
  return world.evaluationDatasets.find(({ id }) => id === parts["dataset_id"]);
}

export function datasetMessage(dataset: WorldEvaluationDataset): { readonly [field: string]: string | number } {
  return {
    dataset_id: dataset.id,
    name: dataset.name,
    tags: pythonObject(Object.fromEntries(dataset.tags)),
    digest: dataset.digest,
    created_time: dataset.createdTime,
    last_update_time: dataset.createdTime,
  };
}

/** GET scorers/list: of each scorer the newest version; of all active experiments where none is named. */
export function listScorers({ fields, world, user }: Call): WireReply {
  const asked = fields.text("experiment_id");
  if (asked !== "") checkActive(world.experiments.get(asked), asked);
  const scorers = world.scorers.filter(({ experimentId }) =>
    asked === ""
      ? world.experiments.get(experimentId)?.lifecycleStage === "active" && mayReadExperiment(user, experimentId)
      : experimentId === asked
  );
  return protoReply({ scorers: scorers.map((scorer) => versionMessage(scorer, scorer.versions.length)) });
}

/** GET scorers/versions: oldest first. */
export function listScorerVersions({ fields, world }: Call): WireReply {
  const [experimentId, name] = [fields.required("experiment_id"), fields.required("name")];
  checkActive(world.experiments.get(experimentId), experimentId);
  const scorer = world.scorers.find((one) => one.experimentId === experimentId && one.name === name);
  if (scorer === undefined) throw missing(`Scorer with name '${name}' not found for experiment ${experimentId}.`);
  return protoReply({ scorers: scorer.versions.map((_, index) => versionMessage(scorer, index + 1)) });
}

function checkActive(experiment: { readonly lifecycleStage: string } | undefined, id: string): void {
  if (experiment === undefined) throw missing(`No Experiment with id=${id} exists`);
  if (experiment.lifecycleStage === "active") return;
  throw invalid(
    `The experiment ${id} must be in the 'active' state. Current state is ${experiment.lifecycleStage}.`,
  );
}

function versionMessage(
  { id, experimentId, name, versions }: WorldScorer,
  version: number,
): { readonly [field: string]: string | number } {
  const { serialized = "", created = 0 } = versions[version - 1] ?? {};
  return {
    experiment_id: Number(experimentId),
    scorer_name: name,
    scorer_version: version,
    serialized_scorer: serialized,
    creation_time: created,
    scorer_id: id,
  };
}

/** GET webhooks: newest first, without their secrets. */
export function listWebhooks({ fields, world }: Call): WireReply {
  const size = fields.count("max_results", { byDefault: 100 });
  const page = cutPage(world.webhooks.toReversed(), { token: fields.text("page_token"), size, looksAhead: true });
  return protoReply({ webhooks: page.items.map(webhookMessage), next_page_token: page.token });
}

export function webhookMessage(webhook: WorldWebhook): Parameters<typeof protoReply>[0] {
  return {
    webhook_id: webhook.id,
    name: webhook.name,
    url: webhook.url,
    // In the order of their table's key.
    events: webhook.events.toSorted((a, b) => (`${a}` < `${b}` ? -1 : 1)).map(([entity, action]) => ({
      entity,
      action,
    })),
    status: "ACTIVE",
    creation_timestamp: webhook.created,
    last_updated_timestamp: webhook.created,
  };
}
