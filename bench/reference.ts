/**
 * How many runs a second the reference exports.
 * @module
 */
import { measured } from "./child.ts";
import { type VenvName, venvPython } from "../tests/live/parts/venvs.ts";

/** Which runs are counted. */
export interface ReferenceOptions {
  /** The server. */
  readonly trackingUrl: string;
  /** An empty folder. */
  readonly baseDir: string;
  /** The reference is ended after as many: a store that takes ours a minute takes it half an hour. */
  readonly runs: number;
  /** Where it is installed. @default {"reference-0.0.10"} */
  readonly venv?: VenvName;
}

/**
 * Returns the reference's runs a second, from the first row in its runs.json to the last one counted: without its start
 * and without the listing of all runs with which it begins, both of which our own figures have in them.
 */
export async function referenceRate(
  { trackingUrl, baseDir, runs, venv = "reference-0.0.10" }: ReferenceOptions,
): Promise<number> {
  await Deno.mkdir(baseDir, { recursive: true });
  const [program = "", ...args] = measured([
    ...[
      await venvPython(venv),
      "-m",
      "kiroframe_importer.importer",
      "--tracking-url",
      trackingUrl,
      "--base-dir",
      baseDir,
    ],
    ...["--kiroframe-url", "http://127.0.0.1:1", "--profiling-token", "none"],
  ]);
  const child = new Deno.Command(program, {
    args,
    env: { MLFLOW_DISABLE_TELEMETRY: "true" },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let hasEnded = false;
  const status = child.status.then(() => hasEnded = true);
  let first: readonly [ms: number, rows: number] | undefined;
  try {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const rows = countRows(baseDir);
      const now = performance.now();
      if (rows > 0) first ??= [now, rows];
      if (first !== undefined && rows >= first[1] + runs) return (rows - first[1]) / (now - first[0]) * 1000;
      if (hasEnded) throw new Error(`The reference ended after ${rows} rows, before ${runs} could be counted`);
    }
  } finally {
    if (!hasEnded) child.kill("SIGKILL");
    await status;
  }
}

function countRows(baseDir: string): number {
  for (const { name } of Deno.readDirSync(baseDir)) {
    try {
      const bytes = Deno.readFileSync(`${baseDir}/${name}/runs.json`);
      return bytes.reduce((count, byte) => byte === 10 ? count + 1 : count, 0);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return 0;
}
