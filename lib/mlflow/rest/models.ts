/**
 * The model registry: two listings, joined here, in place of a call for each model.
 * @module
 */
import { HttpError } from "../../http/failure/errors.ts";
import { isPrompt, PROMPT_FILTER, promptsOf } from "../extras/prompts.ts";
import type { ModelVersion, Prompt, RegisteredModel } from "../../source/mod.ts";
import type { Logger } from "../../logger.ts";
import type { MlflowClient } from "./endpoints/client.ts";
import { isMissing } from "./endpoints/dialect.ts";
import { allPages } from "./paging/all_pages.ts";
import type { ListedModel, ListedVersion } from "./endpoints/wire.ts";

/** MLflow's largest page of registered models. */
const MODEL_PAGE_SIZE = 1_000;
/** Versions a page: MLflow would take 200,000. */
const VERSION_PAGE_SIZE = 5_000;

/** Reads every registered model with all its versions. Prompts stay out, as MLflow hides them. */
export async function readModels(client: MlflowClient, logger: Logger): Promise<RegisteredModel[]> {
  return await readRegistry(client, logger, undefined);
}

/** Reads every prompt with all its versions: MLflow 2.21 and later. */
export async function readPrompts(client: MlflowClient, logger: Logger): Promise<Prompt[]> {
  return promptsOf(await readRegistry(client, logger, PROMPT_FILTER));
}

async function readRegistry(
  client: MlflowClient,
  logger: Logger,
  filter: string | undefined,
): Promise<RegisteredModel[]> {
  const versions = listVersions(client, filter);
  // Whoever waits for the versions hears of their failure; nobody does where there are no models.
  versions.catch(() => {});
  const listed = await listModels(client, filter).catch((error) => {
    const reason = reasonForNoRegistry(error);
    if (reason === undefined) throw error;
    // The models have said it.
    if (filter === undefined) logger.warn(`No registered models are exported: ${reason}`);
    return [];
  });
  const models = listed.filter(({ tags }) => isPrompt(tags) === (filter === PROMPT_FILTER));
  if (models.length === 0) return [];
  const byName = Map.groupBy(await versions, (version) => version.name);
  return models.map((model) => joinModel(model, byName.get(model.name) ?? []));
}

function listVersions(client: MlflowClient, filter: string | undefined): Promise<ListedVersion[]> {
  return Array.fromAsync(allPages(
    (token) => client.modelVersions({ maxResults: VERSION_PAGE_SIZE, token, filter }),
    { what: "model versions", idOf: (version) => JSON.stringify([version.name, version.version]) },
  ));
}

async function listModels(client: MlflowClient, filter: string | undefined): Promise<ListedModel[]> {
  const list = (endpoint: "search" | "list"): Promise<ListedModel[]> =>
    Array.fromAsync(allPages(
      (token) => client.registeredModels({ endpoint, maxResults: MODEL_PAGE_SIZE, token, filter }),
      { what: "registered models", idOf: (model) => model.name },
    ));
  try {
    const models = await list("search");
    if (models.length === 0 && filter === undefined) await checkRegistry(client);
    return models;
  } catch (error) {
    if (!isMissing(error)) throw error;
    return filter === undefined ? await list("list") : [];
  }
}

/** A server that only speaks MLflow's API (FastTrackML) may list no models because it has no registry. Rejects then. */
async function checkRegistry(client: MlflowClient): Promise<void> {
  try {
    await client.findModel("kiroframe-importer", { retries: 0 });
  } catch (error) {
    if (isMissing(error)) throw error;
  }
}

/** Puts the versions in: newest (highest number) first, each with its aliases, which only the model's listing has. */
export function joinModel({ aliases, ...model }: ListedModel, versions: readonly ListedVersion[]): RegisteredModel {
  const byVersion = Map.groupBy(aliases, (alias) => alias.version);
  const withAliases = versions.map(({ name: _name, ...version }): ModelVersion => ({
    ...version,
    aliases: (byVersion.get(version.version) ?? []).map(({ alias }) => alias),
  }));
  return { ...model, versions: withAliases.sort((a, b) => Number(b.version) - Number(a.version)) };
}

/** File stores of MLflow 1.x have no registry, servers before 1.4 no endpoint for one. */
function reasonForNoRegistry(error: unknown): string | undefined {
  if (isMissing(error)) return "the server has no model registry";
  if (!(error instanceof HttpError) || error.status !== 400) return undefined;
  return /registry functionality is unavailable/i.test(error.message) ? error.serverMessage ?? undefined : undefined;
}
