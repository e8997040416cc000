/**
 * registered-models and model-versions: the listings, and single ones.
 * @module
 */
import { mayReadModel } from "../protocol/account.ts";
import { missing } from "../protocol/errors.ts";
import { modelMessage, modelVersionMessage } from "./messages.ts";
import { cutPage, cutReadablePage } from "../protocol/paging.ts";
import type { Call } from "../protocol/call.ts";
import { protoReply, type WireReply } from "../protocol/wire.ts";
import type { WorldModel, WorldModelVersion } from "../../world/types.ts";

/** GET registered-models/search: by name; prompts are hidden unless asked for. */
export function searchModels(call: Call): WireReply {
  const { fields, dialect, queries } = call;
  const size = fields.count("max_results", { byDefault: 100, most: 1000 });
  const wanted = queries.modelFilter(fields.text("filter"), dialect);
  const models = [...call.world.models.values()]
    .filter((model) => wanted({ model, tags: model.tags }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = cutReadablePage(models, {
    token: fields.text("page_token"),
    size,
    mayRead: ({ name }) => mayReadModel(call.user, name),
  });
  return protoReply({
    registered_models: page.items.map((model) => modelMessage(model, dialect)),
    next_page_token: page.token,
  });
}

/** GET model-versions/search: last updated first; all versions of all models without a filter. */
export function searchModelVersions(call: Call): WireReply {
  const { fields, dialect, queries } = call;
  const most = dialect.pagesModelVersions ? { most: 200_000 } : {};
  const size = fields.count("max_results", { byDefault: 10_000, ...most });
  const wanted = queries.modelFilter(fields.text("filter"), dialect);
  const versions: WorldModelVersion[] = [];
  for (const model of call.world.models.values()) {
    versions.push(...model.versions.filter((version) => wanted({ model, tags: version.tags, version })));
  }
  if (!dialect.pagesModelVersions) {
    versions.sort((a, b) => Number(a.creationTimestamp) - Number(b.creationTimestamp));
    return protoReply({ model_versions: versions.map((item) => modelVersionMessage(item)) });
  }
  versions.sort(queries.versionOrder(fields.texts("order_by")));
  const page = cutPage(versions, { token: fields.text("page_token"), size, looksAhead: true });
  // 3.x leaves out what may not be read without filling the page again; 2.x leaves out nothing.
  const readable = page.items.filter(({ name }) => !dialect.isThree || mayReadModel(call.user, name));
  return protoReply({
    model_versions: readable.map((version) => modelVersionMessage(version)),
    next_page_token: page.token,
  });
}

/** GET registered-models/get. */
export function getModel(call: Call): WireReply {
  return protoReply({ registered_model: modelMessage(findModel(call, call.fields.required("name")), call.dialect) });
}

/** GET model-versions/get: the one place that tells a version's aliases. */
export function getModelVersion(call: Call): WireReply {
  const model = findModel(call, call.fields.required("name"));
  const version = findVersion(model, call.fields.required("version"));
  const aliases = [...model.aliases].filter(([, number]) => number === version.version).map(([alias]) => alias);
  return protoReply({ model_version: modelVersionMessage(version, aliases) });
}

/** The registered model; refused where there is none. */
export function findModel(call: Call, name: string): WorldModel {
  const model = call.world.models.get(name);
  if (model === undefined) throw missing(`Registered Model with name=${name} not found`);
  return model;
}

/** The version of a model; refused where there is none. */
export function findVersion(model: WorldModel, version: string): WorldModelVersion {
  const found = model.versions.find((item) => String(item.version) === version);
  if (found === undefined) throw missing(`Model Version (name=${model.name}, version=${version}) not found`);
  return found;
}
