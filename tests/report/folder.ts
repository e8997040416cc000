/** Export folders for tests of the report. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportSource } from "../../lib/export/exporter.ts";
import { writeAbout } from "../../lib/folder/about.ts";
import { ExportFolder } from "../../lib/folder/export_folder.ts";
import { silentLogger, silentProgress } from "../../lib/logger.ts";
import type { RegisteredModel } from "../../lib/source/mod.ts";
import { dataset, experiment, fakeSource, type FakeWorld, run } from "../source/fake_source.ts";

/** A folder that goes with the test. */
export interface TestFolder extends AsyncDisposable {
  readonly path: string;
}

export async function folderOf(world: FakeWorld): Promise<TestFolder> {
  const base = await mkdtemp(join(tmpdir(), "report-"));
  const folder = await ExportFolder.create(base);
  await writeAbout(folder.path, {
    importer_version: "0.1.0",
    import_source: "mlflow",
    import_source_id: "0123456789",
    tracking_url: "http://localhost:5000/hunter2",
    options: {},
  });
  await exportSource({
    source: fakeSource(world),
    folder,
    includeSchemaProfile: true,
    exportModels: true,
    downloadArtifacts: world.artifacts !== undefined,
    logger: silentLogger,
    progress: silentProgress,
  });
  await folder.close();
  return { path: folder.path, [Symbol.asyncDispose]: () => rm(base, { recursive: true }) };
}

export function model(name: string, given: Partial<RegisteredModel> = {}): RegisteredModel {
  return { name, description: "", tags: new Map(), created: 1, lastUpdated: 1, versions: [], ...given };
}

/** Names that try to be markup, script, or other than they look. Each says `pwned` where it succeeds. */
export const HOSTILE: readonly string[] = [
  "</script><script>globalThis.pwned=1</script>",
  "<img src=x onerror=globalThis.pwned=1>",
  "\u202egnp.exe\u0000\u0007\u2028\ud800",
  '"><svg onload=globalThis.pwned=1>',
  "' onmouseover='globalThis.pwned=1",
  "<!--<script>",
  "]]>{{7*7}}${globalThis.pwned=1}",
  "javascript:globalThis.pwned=1",
  "__proto__",
  "=cmd|' /C calc'!A0",
];

/** A world in which everything that has a name has a hostile one. */
export function hostileWorld(): FakeWorld {
  const pairs = new Map(HOSTILE.map((text) => [text, text]));
  return {
    experiments: HOSTILE.map((name, index) =>
      experiment(String(index), { name, tags: new Map([["mlflow.note.content", name], ["mlflow.owner", name]]) })
    ),
    runs: HOSTILE.flatMap((text, index) =>
      [0, 1].map((number) =>
        run(`${index}-${number}-${text}`, {
          experimentId: String(index),
          status: number === 0 ? "FINISHED" : text,
          tags: new Map([["mlflow.runName", text], ...pairs]),
          params: pairs,
          metrics: new Map(HOSTILE.map((key) => [key, number])),
          datasets: HOSTILE.map((name, place) =>
            dataset(name, { digest: name, context: place % 2 === 0 ? "output" : name, sourceType: name })
          ),
        })
      )
    ),
    history: () => [0, 1, 2].map((step) => ({ step, timestamp: 1_700_000_000_000 + step, value: step })),
    models: HOSTILE.map((name, index) =>
      model(name, {
        description: name,
        versions: [{
          version: "1",
          currentStage: name,
          status: name,
          runId: `${index}-0-${name}`,
          source: name,
          description: name,
          created: 1,
          lastUpdated: 1,
          tags: pairs,
          aliases: [name],
        }],
      })
    ),
  };
}
