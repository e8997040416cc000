/**
 * `demo`: the whole job on an MLflow and a Kiroframe inside this process.
 * @module
 */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DemoKiroframe, startDemoKiroframe } from "../../../sandbox/demo/kiroframe.ts";
import { type DemoMlflow, startDemoMlflow } from "../../../sandbox/demo/mlflow.ts";
import { digitsWorld } from "../../../sandbox/world/digits.ts";
import { runExport } from "../../jobs/export.ts";
import { importFolder } from "../../jobs/import.ts";
import { failIfIncomplete } from "../../jobs/outcome.ts";
import { reportOnExport } from "../../jobs/report.ts";
import { createConfig } from "../parse/config.ts";
import type { Given } from "../parse/values.ts";
import { exportJobOf, importJobOf } from "./job_options.ts";
import { openPage } from "./open_page.ts";
import type { CommandInput, Session } from "./session.ts";

/** Where somebody watches, servers take their time, as real ones do: else there would be nothing to see. */
const SHOWN_LATENCY_MS = 300;

/** Runs the demo in a folder of the system's temporary one, and prints what it did. Rejects with an AppError. */
export async function demoCommand({ config, session }: CommandInput<"demo">): Promise<void> {
  // No `await using`: Node 22 cannot read it.
  const pace = { latencyMs: session.showsLive ? SHOWN_LATENCY_MS : 0 };
  const mlflow = await startDemoMlflow(digitsWorld(), pace);
  const kiroframe = await startDemoKiroframe(pace);
  try {
    const page = await exportAndImport({ mlflow, kiroframe, session });
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
}

/** Resolves with the path of the report; null where there is none. */
async function exportAndImport({ mlflow, kiroframe, session }: Show): Promise<string | null> {
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
  session.print(
    "An MLflow and a Kiroframe inside this process: two classifiers trained on scikit-learn's digits, a failed run, one still going.\n",
  );
  const { folderPath, failures } = await runExport(
    exportJobOf(createConfig("export", input)),
    session,
    async ({ folder, identity }) => (await importFolder(folder, identity, { job, context: session })).failures,
  );
  const page = await reportOnExport(folderPath, session);
  failIfIncomplete(failures);
  return page;
}
