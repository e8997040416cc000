/**
 * The doctor as a job: looks at everything that an export and an import need, and writes nothing.
 * @module
 */
import type { Environment } from "../../environment.ts";
import { reachKiroframe } from "../../kiroframe/probe.ts";
import type { Check } from "../../shapes/checks.ts";
import type { Plan } from "../../shapes/plan.ts";
import { visible } from "../../visible.ts";
import type { JobContext } from "../context.ts";
import type { ExportJob } from "../export.ts";
import { runPlan } from "../plan/run.ts";
import { Checks } from "./checks.ts";
import { checkFolder } from "./folder.ts";
import { checkSource } from "./source.ts";

/** What is looked at. */
export interface DoctorJob {
  readonly export: ExportJob;
  /** Kiroframe's base URL. @default {none: it is not looked at} */
  readonly kiroframeUrl?: string;
  /** Where proxy and certificate variables are. */
  readonly env: Environment;
  /** The file of --env-file. @default {none was given} */
  readonly envFile?: EnvFileNames;
}

/** The names in a file of variables. */
export interface EnvFileNames {
  readonly path: string;
  /** How many are set in it. */
  readonly count: number;
  /** Those that nobody reads. */
  readonly unread: readonly string[];
}

/** What {@linkcode runDoctor} resolves with. */
export interface DoctorOutcome {
  readonly checks: readonly Check[];
  /** What the first fault failed with; undefined where there is none. */
  readonly fault: unknown;
}

/** What is tried once more is not what a person waits for. */
const FEW_RETRIES = { MLFLOW_HTTP_REQUEST_MAX_RETRIES: "1", KIROFRAME_HTTP_REQUEST_MAX_RETRIES: "1" };

/** Looks at everything. Rejects where the options do not fit together, and with the wish to stop. */
export async function runDoctor(job: DoctorJob, context: JobContext): Promise<DoctorOutcome> {
  const { progress } = context;
  const checks = new Checks(context);
  const env = { ...FEW_RETRIES, ...job.env };
  const source = { ...job.export.source, env };
  const exported = { ...job.export, source };
  progress.start("Looking");
  try {
    if (job.envFile !== undefined) await checkNames(job.envFile, checks);
    const { name, isFit } = await checkSource(exported, context, checks);
    const plan = isFit ? await planOf(exported, { name, context, checks }) : undefined;
    await checkKiroframe(job.kiroframeUrl, { env, context, checks });
    await checkFolder(job.export.baseDir, plan, checks);
  } finally {
    progress.stop();
  }
  context.tell({ checks: checks.list });
  return { checks: checks.list, fault: checks.fault };
}

async function checkNames({ path, count, unread }: EnvFileNames, checks: Checks): Promise<void> {
  await checks.look("settings", "names", () => {
    if (unread.length === 0) return { found: `all ${count} names in ${path} are read` };
    const names = unread.map(visible).join(", ");
    return {
      found: `${unread.length} of ${count} names in ${path} are read by nobody: ${names}`,
      hint: "Correct or remove them",
    };
  });
}

interface Look {
  readonly context: JobContext;
  readonly checks: Checks;
}

async function checkKiroframe(
  kiroframeUrl: string | undefined,
  { env, context: { logger, signal }, checks }: Look & { readonly env: Environment },
): Promise<void> {
  const isThere = await checks.look("Kiroframe", "reachable", () => {
    return kiroframeUrl === undefined
      ? { found: "not looked at: no --kiroframe-url was given" }
      : reachKiroframe({ kiroframeUrl, env, logger, signal });
  });
  if (kiroframeUrl === undefined || !isThere) return;
  await checks.look("Kiroframe", "token, rows", () => ({
    found: "cannot be known without sending a row: the first import tells",
  }));
}

async function planOf(
  job: ExportJob,
  { name, context, checks }: Look & { readonly name: string },
): Promise<Plan | undefined> {
  let plan: Plan | undefined;
  await checks.look(name, "estimate", async () => {
    const told = { ...context, tell(): void {} };
    ({ plan } = await runPlan({ export: job, sends: false, reports: true }, told));
    const { runs, points, seconds } = plan;
    const found = `${runs.exported} runs, about ${points} points, about ${Math.ceil(seconds.total)} s`;
    const { length } = plan.unlistable;
    return length === 0 ? { found } : {
      found: `${found}; the runs of ${length} experiments cannot be listed`,
      hint: "plan names them: look into the server's own log",
    };
  });
  return plan;
}
