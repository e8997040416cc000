/** One run with files and logged models, and what a source gives of them. */
import assert from "node:assert/strict";
import type { ArtifactFile, Source } from "../../../../lib/source/mod.ts";
import { World } from "../../../../sandbox/world/mod.ts";
import { readWhole } from "../sandbox_source.ts";

/** A world of one run: its files by path, and its models by name (what follows a # sets equal names apart), oldest first. */
export function worldOf(
  files: Readonly<Record<string, string>>,
  models: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): World {
  const world = new World();
  const ids = Object.keys(models).map((_, index) => `m-${index}`);
  const run = world.addRun({ experimentId: "0", modelOutputs: ids.map((modelId) => ({ modelId, step: 0 })) });
  for (const [path, text] of Object.entries(files)) world.files.put(`0/${run.id}/artifacts/${path}`, text);
  Object.entries(models).forEach(([name, content], index) => {
    const id = `m-${index}`;
    const artifactUri = `mlflow-artifacts:/0/models/${id}/artifacts`;
    const [plain = name] = name.split("#");
    world.loggedModels.set(id, {
      id,
      experimentId: "0",
      name: plain,
      sourceRunId: run.id,
      artifactUri,
      creationTimestamp: 100 + index,
      status: "LOGGED_MODEL_READY",
    });
    for (const [path, text] of Object.entries(content)) world.files.put(`0/models/${id}/artifacts/${path}`, text);
  });
  return world;
}

/** Lists the files of the only run. */
export async function artifactsOf(source: Source): Promise<readonly ArtifactFile[]> {
  const [record] = await readWhole(source);
  assert.ok(record !== undefined);
  return await source.artifacts(record.run);
}

/** Reads files to their ends, by path. */
export async function contents(files: readonly ArtifactFile[]): Promise<Record<string, string>> {
  const entries = files.map(async (file) => [file.path, await new Response((await file.open(0)).stream).text()]);
  return Object.fromEntries(await Promise.all(entries));
}
