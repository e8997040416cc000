/**
 * The registered models of Unity Catalog (mlflow 3.17.2, store/_unity_catalog/registry/rest_store.py): a search tells neither aliases nor tags,
 * and versions are searched for by the name of their model.
 * @module
 */
import type { HttpClient } from "../../../http/types.ts";
import type { RegisteredModel } from "../../../source/mod.ts";
import { type Parameters, queryOf } from "../endpoints/client.ts";
import { type ListedModel, type ListedVersion, readModelsPage, readVersions } from "../endpoints/wire.ts";
import { joinModel } from "../models.ts";
import { allPages } from "../paging/all_pages.ts";

const PATH = "/api/2.0/mlflow/unity-catalog";
const PAGE_SIZE = 100;

/** Reads every model that the account may see, with all its versions. */
export async function readUnityModels(http: HttpClient): Promise<RegisteredModel[]> {
  const get = (endpoint: string, query: Parameters): Promise<unknown> =>
    http.json({ path: `${PATH}/${endpoint}${queryOf(query)}` });
  const found = await Array.fromAsync(allPages(
    async (token) =>
      readModelsPage(await get("registered-models/search", { max_results: PAGE_SIZE, page_token: token }), "search"),
    { what: "registered models of Unity Catalog", idOf: (model) => model.name },
  ));
  const whole = async ({ name }: ListedModel): Promise<RegisteredModel> => {
    const [reply, versions] = await Promise.all([get("registered-models/get", { name }), versionsOf(name)]);
    const [model] =
      readModelsPage({ registered_models: [(reply as Record<string, unknown>)["registered_model"]] }, "get").items;
    return joinModel(model as ListedModel, versions);
  };
  const versionsOf = (name: string): Promise<ListedVersion[]> => {
    const filter = `name='${name}'`;
    return Array.fromAsync(allPages(
      async (token) =>
        readVersions(await get("model-versions/search", { filter, max_results: PAGE_SIZE, page_token: token })),
      { what: `versions of ${name}`, idOf: ({ version }) => version },
    ));
  };
  return await Promise.all(found.map(whole));
}
