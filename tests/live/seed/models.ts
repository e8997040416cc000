/**
 * The model registry of the seed. Its first hundred names, in the server's order, are such that the reference survives them; what it
 * never sees or cannot read comes after.
 * @module
 */
import type { SeedApi } from "./api.ts";
import { nastyText } from "./nasty.ts";
import type { Random } from "./random.ts";

/** Models with plain names. */
export const plainModels = 105;

/** Names that end the reference's export, or would; all sort after the plain ones. */
export const quotedModelNames: readonly string[] = [
  "prod 'quoted' model",
  "z'",
  "z''z",
  "zoë's \"best\", 'no' {kidding} 100% 🚀",
];

/** Fills the registry, with versions of the runs given. */
export async function seedModels(api: SeedApi, runIds: readonly string[], random: Random): Promise<void> {
  const names = Array.from({ length: plainModels }, (_, index) => `model ${String(index).padStart(3, "0")}`);
  await each(names, async (name, index) => {
    await api.post("registered-models/create", {
      name,
      ...(index % 3 === 0 ? { description: nastyText(random, 6) } : index % 3 === 1 ? { description: "" } : {}),
      tags: index % 4 === 0 ? [{ key: "10", value: "ten" }, { key: "2", value: nastyText(random, 4) }] : [],
    });
    // Every fifth has none.
    if (index % 5 !== 0) await addVersion(api, name, runIds[index % runIds.length]);
  });
  for (let count = 0; count < 11; count++) await addVersion(api, "model 001", runIds[0], `take ${count}\n"${count}"`);
  await addVersion(api, "model 002");
  await addVersion(api, "model 002", undefined, "");
  for (const [version, stage] of [["1", "Production"], ["2", "Staging"], ["3", "Archived"]]) {
    await api.post("model-versions/transition-stage", {
      name: "model 001",
      version,
      stage,
      archive_existing_versions: false,
    });
  }
  for (const name of quotedModelNames) {
    await api.post("registered-models/create", {
      name,
      description: `This is ${name}`,
      tags: [{ key: "k", value: "v" }, { key: "a", value: "" }, { key: "B", value: "b" }],
    });
    await addVersion(api, name, runIds[0], name);
    await addVersion(api, name);
  }
}

/** Aliases (since MLflow 2.3) and prompts (which MLflow hides among the models). */
export async function seedAliasesAndPrompts(api: SeedApi): Promise<void> {
  const aliases = [["model 001", "champion", "12"], ["model 001", "älias", "2"], ["model 001", "a", "2"], [
    "z'",
    "best",
    "1",
  ]];
  for (const [name, alias, version] of aliases) await api.post("registered-models/alias", { name, alias, version });
  for (const name of ["a-prompt", "prompt"]) {
    const tags = [{ key: "mlflow.prompt.is_prompt", value: "true" }];
    await api.post("registered-models/create", { name, tags });
    await api.post("model-versions/create", {
      name,
      source: "prompt-template",
      tags: [...tags, { key: "mlflow.prompt.text", value: "Say {{name}}" }],
    });
  }
}

async function addVersion(api: SeedApi, name: string, runId?: string, description?: string): Promise<void> {
  await api.post("model-versions/create", {
    name,
    source: runId === undefined ? 's3://bucket/model, "quoted"' : `runs:/${runId}/model`,
    ...(runId === undefined ? {} : { run_id: runId }),
    ...(description === undefined ? {} : { description }),
    tags: [{ key: "10", value: "ten" }, { key: "2", value: "two" }, { key: "__proto__", value: name }, {
      key: "0",
      value: "",
    }],
  });
}

async function each<T>(items: readonly T[], work: (item: T, index: number) => Promise<void>): Promise<void> {
  const queue = [...items.entries()];
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next[1], next[0]);
  }));
}
