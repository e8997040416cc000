/**
 * Fills a real MLflow server with everything that an export could stumble over.
 * @module
 */
import type { RealMlflow } from "../parts/servers.ts";
import { SeedApi } from "./api.ts";
import { seedArtifacts, seedLoggedModel } from "./artifacts.ts";
import { seedDatasets } from "./datasets.ts";
import {
  seedKeysAndValues,
  seedLargeRuns,
  seedLifecycles,
  seedNames,
  seedPointOrder,
  seedRandomRuns,
  seedTwins,
} from "./experiments.ts";
import { seedAliasesAndPrompts, seedModels } from "./models.ts";
import { Random } from "./random.ts";

/** Fills the server; the same number gives the same content, but for the ids and times that the server makes up. */
export async function seedServer(server: RealMlflow, seed: number): Promise<void> {
  const api = new SeedApi(server.url);
  const random = new Random(seed);
  await seedNames(api, random);
  await seedKeysAndValues(api);
  await seedPointOrder(api);
  await seedLargeRuns(api, server.store);
  await seedTwins(api);
  await seedLifecycles(api);
  await seedRandomRuns(api, random);
  const runIds = await seedArtifacts(api);
  if (!server.version.startsWith("1.")) await seedDatasets(api);
  if (server.version === "3.17.2") await seedLoggedModel(api, runIds[0] as string);
  await seedModels(api, runIds, random);
  if (!server.version.startsWith("1.")) await seedAliasesAndPrompts(api);
}
