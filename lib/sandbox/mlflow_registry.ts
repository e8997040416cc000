/**
 * registered-models and model-versions: the listings, and single ones.
 * @module
 */
import { invalid, missing } from "./mlflow_errors.ts";
import { modelMessage, modelVersionMessage } from "./mlflow_messages.ts";
import { cutPage } from "./mlflow_paging.ts";
import { type Call, protoReply, type WireReply } from "./mlflow_wire.ts";
import type { WorldModel, WorldModelVersion } from "./world_types.ts";

const PROMPT_TAG = "mlflow.prompt.is_prompt";

/** GET registered-models/search: by name; prompts are hidden unless asked for. */
export function searchModels(call: Call): WireReply {
  const { fields, dialect } = call;
  const size = fields.count("max_results", { byDefault: 100, most: 1000 });
  const wanted = parseModelFilter(fields.text("filter"), "registered model");
  const models = [...call.world.models.values()]
    .filter((model) => mayReadModel(call, model.name) && wanted({ model, tags: model.tags }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = cutPage(models, { token: fields.text("page_token"), size, looksAhead: true });
  return protoReply({
    registered_models: page.items.map((model) => modelMessage(model, dialect)),
    next_page_token: page.token,
  });
}

/** GET model-versions/search: last updated first; all versions of all models without a filter. */
export function searchModelVersions(call: Call): WireReply {
  const { fields, dialect } = call;
  const most = dialect.pagesModelVersions ? { most: 200_000 } : {};
  const size = fields.count("max_results", { byDefault: 10_000, ...most });
  const wanted = parseModelFilter(fields.text("filter"), "model version");
  const versions: WorldModelVersion[] = [];
  for (const model of call.world.models.values()) {
    if (dialect.isThree && !mayReadModel(call, model.name)) continue;
    versions.push(...model.versions.filter((version) => wanted({ model, tags: version.tags, version })));
  }
  versions.sort(versionOrder(fields.texts("order_by")));
  if (!dialect.pagesModelVersions) {
    return protoReply({ model_versions: versions.map((item) => modelVersionMessage(item)) });
  }
  const page = cutPage(versions, { token: fields.text("page_token"), size, looksAhead: true });
  return protoReply({
    model_versions: page.items.map((version) => modelVersionMessage(version)),
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

function mayReadModel(call: Call, name: string): boolean {
  const { user } = call;
  return user === null || user.isAdmin === true || !(user.deniedModels ?? []).includes(name);
}

interface Candidate {
  readonly model: WorldModel;
  readonly version?: WorldModelVersion;
  /** The thing's own tags. */
  readonly tags: ReadonlyMap<string, string>;
}

function parseModelFilter(filter: string, what: string): (candidate: Candidate) => boolean {
  const comparisons = filter.trim() === "" ? [] : filter.split(/\s+AND\s+(?=[\w`".]+\s*(?:=|!=|LIKE|ILIKE))/i);
  const predicates = comparisons.map((text) => parseModelComparison(text, what));
  if (!filter.includes(PROMPT_TAG)) predicates.push(({ model }) => model.tags.get(PROMPT_TAG) !== "true");
  return (candidate) => predicates.every((predicate) => predicate(candidate));
}

function parseModelComparison(text: string, what: string): (candidate: Candidate) => boolean {
  const match = /^\s*([\w.`"]+?)\s*(=|!=|I?LIKE)\s*('[^']*'|"[^"]*")\s*$/i.exec(text);
  if (match === null) throw invalid(`Invalid filter '${text}'. Could not be parsed.`);
  const [, name = "", comparator = "", quoted = ""] = match;
  const value = quoted.slice(1, -1);
  const actual = (candidate: Candidate): string | undefined => {
    if (name === "name") return candidate.model.name;
    if (name === "run_id") return candidate.version?.runId ?? undefined;
    const tag = /^tags?\.(.+)$/.exec(name)?.[1];
    if (tag === undefined) throw invalid(`Invalid attribute name: ${name} for ${what} search`);
    const key = tag.replace(/^[`"]|[`"]$/g, "");
    return key === PROMPT_TAG ? candidate.model.tags.get(key) : candidate.tags.get(key);
  };
  switch (comparator.toUpperCase()) {
    case "=":
      return (candidate) => actual(candidate) === value;
    case "!=":
      return (candidate) => actual(candidate) !== value;
    default: {
      const flags = comparator.toUpperCase() === "ILIKE" ? "si" : "s";
      const escaped = value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("%", ".*").replaceAll("_", ".");
      const pattern = new RegExp(`^${escaped}$`, flags);
      return (candidate) => pattern.test(actual(candidate) ?? "");
    }
  }
}

function versionOrder(orderBy: readonly string[]): (a: WorldModelVersion, b: WorldModelVersion) => number {
  const clauses = orderBy.length === 0 ? ["last_updated_timestamp DESC"] : orderBy;
  const keys = [...clauses, "name ASC", "version_number DESC"].map((clause) => {
    const [name = "", direction = "ASC"] = clause.trim().split(/\s+/);
    return { value: versionKey(name), sign: direction.toUpperCase() === "DESC" ? -1 : 1 };
  });
  return (a, b) => {
    for (const { value, sign } of keys) {
      const [left, right] = [value(a), value(b)];
      if (left !== right) return left < right ? -sign : sign;
    }
    return 0;
  };
}

function versionKey(name: string): (version: WorldModelVersion) => string | number {
  switch (name) {
    case "name":
      return (version) => version.name;
    case "version_number":
      return (version) => version.version;
    case "creation_timestamp":
      return (version) => Number(version.creationTimestamp);
    case "last_updated_timestamp":
      return (version) => Number(version.lastUpdatedTimestamp);
    default:
      throw invalid(`Invalid order by key '${name}' specified.`);
  }
}
