/**
 * `demo`: the whole job on an MLflow and a Kiroframe inside this process.
 * @module
 */
import { stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExportSummary } from "../../export/state/summary.ts";
import { LAYOUT } from "../../folder/layout.ts";
import type { ImportResult } from "../../kiroframe/result.ts";
import { type DemoKiroframe, startDemoKiroframe } from "../../../sandbox/demo/kiroframe.ts";
import { type DemoMlflow, startDemoMlflow } from "../../../sandbox/demo/mlflow.ts";
import { digitsWorld } from "../../../sandbox/world/digits.ts";
import { runExport } from "../../jobs/export.ts";
import { importFolder } from "../../jobs/import.ts";
import { count, failIfIncomplete } from "../../jobs/outcome.ts";
import { reportOnExport } from "../../jobs/report.ts";
import { createConfig } from "../parse/config.ts";
import type { Given } from "../parse/values.ts";
import { exportJobOf, importJobOf } from "./job_options.ts";
import { openPage } from "./open_page.ts";
import type { CommandInput, Session } from "./session.ts";

/** Runs the demo in a folder of the system's temporary one, and prints what it did. Rejects with an AppError. */
export async function demoCommand({ config, session }: CommandInput<"demo">): Promise<void> {
  const startedMs = performance.now();
  // No `await using`: Node 22 cannot read it.
  const mlflow = await startDemoMlflow(digitsWorld());
  const kiroframe = await startDemoKiroframe();
  try {
    const page = await exportAndImport({ mlflow, kiroframe, session, startedMs });
    if (config.open && page !== null) await openPage(page, { env: config.environment, logger: session.logger });
  } finally {
    await kiroframe.close();
    await mlflow.close();
  }
}

interface Show {
  readonly mlflow: DemoMlflow;
  readonly kiroframe: DemoKiroframe;
  readonly session: Session;
  readonly startedMs: number;
}

/** Resolves with the path of the report; null where there is none. */
async function exportAndImport({ mlflow, kiroframe, session, startedMs }: Show): Promise<string | null> {
  const given = {
    "tracking-url": mlflow.url,
    "kiroframe-url": kiroframe.url,
    "profiling-token": kiroframe.token,
    "base-dir": join(tmpdir(), "kiroframe-importer-demo"),
    "download-artifacts": true,
  };
  const entries = Object.entries(given).map(([flag, value]): [string, Given] => [flag, { value, source: `--${flag}` }]);
  const input = { given: new Map(entries), environment: {}, home: "" };
  const job = importJobOf(createConfig("import", input));
  session.hide([kiroframe.token]);
  let words = "";
  const outcome = await runExport(
    exportJobOf(createConfig("export", input)),
    session,
    async ({ folder, identity, summary }) => {
      const { result, failures } = await importFolder(folder, identity, { job, context: session });
      const seconds = (performance.now() - startedMs) / 1000;
      const files = await sizes(folder.path);
      words = report({ summary, result, files, seconds, folderPath: folder.path, calls: mlflow.requestCount });
      return failures;
    },
  );
  const page = await reportOnExport(outcome.folderPath, session);
  session.print(`${words}${page === null ? "" : `\nLook at it\n  ${page}\n`}`);
  failIfIncomplete(outcome.failures);
  return page;
}

interface Report {
  readonly summary: ExportSummary;
  readonly result: ImportResult;
  readonly files: readonly (readonly [name: string, bytes: number])[];
  readonly seconds: number;
  readonly folderPath: string;
  readonly calls: number;
}

function report({ summary, result, files, seconds, folderPath, calls }: Report): string {
  const { experiments, runs, counts, artifactEntries } = summary;
  return `kiroframe-importer demo: done in ${seconds.toFixed(1)} s

Read     ${count(experiments.length, "experiment")}, ${count(runs, "run")}, ${count(counts.points, "metric point")}
         from an MLflow ${summary.sourceVersion} inside this process, in ${count(calls, "call")};
         two classifiers trained on scikit-learn's digits, a failed run, one still going
Written  ${files.length} files and the artifacts of ${count(artifactEntries, "run")} to
         ${folderPath}
${files.map(([name, bytes]) => `           ${name.padEnd(32)}${String(bytes).padStart(8)} bytes`).join("\n")}
Sent     ${count(result.experiments.sent, "experiment")}, ${count(result.runs.sent, "run")} and the registered models
         to a Kiroframe inside this process, which checked every row;
         ${count(result.nonFiniteValues, "value")} that JSON cannot hold (NaN) left out

Try next
  kiroframe-importer --help
  kiroframe-importer export --tracking-url http://localhost:5000
  kiroframe-importer --tracking-url http://localhost:5000 \\
    --kiroframe-url https://my.kiroframe.com --profiling-token TOKEN
`;
}

async function sizes(folderPath: string): Promise<[string, number][]> {
  const names = Object.values(LAYOUT).filter((name) => /\.(json|csv|log)$/.test(name));
  return await Promise.all(names.map(async (name): Promise<[string, number]> => {
    const { size } = await stat(join(folderPath, name));
    return [name, size];
  }));
}
