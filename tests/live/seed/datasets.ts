/**
 * Runs that use and put out datasets: known since MLflow 2.4.
 * @module
 */
import type { SeedApi } from "./api.ts";
import { createExperiment, createRuns } from "./experiments.ts";
import { pieces } from "./nasty.ts";
import { epoch } from "./runs.ts";

interface SeedDataset {
  readonly name: string;
  readonly digest: string;
  readonly schema?: string;
  readonly profile?: string;
  readonly contexts: readonly string[];
}

const shared: SeedDataset = {
  name: "shared, \"quoted\" ☃;'x'",
  digest: "0123456789abcdef",
  schema: '{"mlflow_colspec": [{"type": "double", "name": "größe, \\"cm\\"", "required": true}]}',
  profile: '{"num_rows": 3, "num_elements": 3}',
  contexts: ["training"],
};

/** Makes the experiment with datasets; releases before 2.4 get its runs without them. */
export async function seedDatasets(api: SeedApi): Promise<void> {
  const experiment = await createExperiment(api, "datasets");
  const [both = "", other = "", odd = "", twice = ""] = await createRuns(
    api,
    experiment,
    ["uses and makes", "uses the same", "odd ones", "the same twice", "none"].map((name, index) => ({
      name,
      start: epoch - index,
    })),
  );
  await use(api, both, [shared, { name: "predictions", digest: "abc", contexts: ["output"] }]);
  await use(api, other, [{ ...shared, contexts: ["eval"] }]);
  await use(api, odd, [
    { name: "no context", digest: "12345678", contexts: [] },
    { name: "empty context", digest: "123456789", contexts: [""] },
    { name: "empty schema and profile", digest: "d", schema: "", profile: "", contexts: ["training"] },
    { name: pieces.filter((piece) => piece !== "\u0001").join(""), digest: "𝒳-digest", contexts: ['Ünï "context"'] },
    { name: "10", digest: "10", contexts: ["output"] },
    { name: "2", digest: "2", contexts: ["OUTPUT"] },
  ]);
  await use(api, twice, [shared]);
  await use(api, twice, [{ ...shared, contexts: ["output"] }]);
}

async function use(api: SeedApi, runId: string, datasets: readonly SeedDataset[]): Promise<void> {
  await api.post("runs/log-inputs", {
    run_id: runId,
    datasets: datasets.map(({ contexts, ...dataset }) => ({
      tags: [
        ...contexts.map((value) => ({ key: "mlflow.data.context", value })),
        { key: "another tag", value: "x" },
      ],
      dataset: {
        ...dataset,
        source_type: "http",
        source: `{"url": "https://example.org/${dataset.digest}?a=1&b=%20"}`,
      },
    })),
  });
}
