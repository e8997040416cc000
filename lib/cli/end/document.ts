/**
 * What a command did, as the document of --json: from what was counted, what the command told, and how it ended.
 * @module
 */
import { AppError, exitCodeOf, messageOf } from "../../errors.ts";
import type { FailedGroup, Told } from "../../jobs/told.ts";
import type { Counted } from "../../logger.ts";
import type { Account } from "../../terminal/account.ts";
import type { Result } from "../../shapes/result.ts";
import { VERSION } from "../../version.ts";
import { EXIT_CODES } from "../tables/exit_codes.ts";

/** How a command ended. */
export interface Ended {
  /** Its name; null where none could be read. */
  readonly command: string | null;
  /** What was thrown; undefined: all went well. */
  readonly error: unknown;
  /** What was counted. */
  readonly account: Account;
  /** What the command told. */
  readonly told: Told;
  /** How long it took. */
  readonly seconds: number;
  /** The command to run next. */
  readonly next: string | null;
}

/** Longer words of a server are cut. */
const MAX_EXAMPLE = 500;

/** Returns the document. */
export function documentOf({ command, error, account, told, seconds, next }: Ended): Result {
  const exitCode = error === undefined ? 0 : exitCodeOf(error);
  const { missing, source = null, kiroframe = null, ...facts } = told;
  const of = (what: Counted): number => account.of(what);
  return {
    command,
    version: VERSION,
    outcome: EXIT_CODES.find(({ code }) => code === exitCode)?.outcome ?? "failed",
    exit_code: exitCode,
    error: error === undefined
      ? null
      : { message: messageOf(error), hint: (error instanceof AppError ? error.hint : undefined) ?? null },
    source,
    kiroframe,
    folder: facts.folder ?? null,
    report: facts.report ?? null,
    read: source === null ? null : {
      experiments: of("experiments"),
      runs: of("runs"),
      metrics: of("metrics"),
      points: of("points"),
      datasets: of("datasets"),
      models: of("models"),
      artifacts: { files: of("artifactFiles"), bytes: of("artifactBytes") },
    },
    unchanged: of("unchangedRuns"),
    written: facts.written ?? null,
    sent: kiroframe === null ? null : rowsOf("sent", account),
    skipped: kiroframe === null ? null : rowsOf("skipped", account),
    left_out: facts.left_out ?? null,
    failed: failedGroups(account, missing ?? {}),
    removed_folders: facts.removed_folders ?? [],
    gone: facts.gone ?? null,
    rows: facts.rows ?? null,
    plan: facts.plan ?? null,
    checks: facts.checks ?? null,
    seconds: Math.round(seconds * 1000) / 1000,
    calls: { source: of("sourceCalls"), kiroframe: of("kiroframeCalls"), retries: of("retries") },
    next,
  };
}

function rowsOf(kind: "sent" | "skipped", account: Account): NonNullable<Result["sent"]> {
  return {
    experiments: account.of(`${kind}Experiments`),
    runs: account.of(`${kind}Runs`),
    models: account.of(`${kind}Models`),
  };
}

/** What failed now, and behind it what the folder lacks since an earlier command. */
function failedGroups(account: Account, missing: NonNullable<Told["missing"]>): FailedGroup[] {
  const now = account.failures.map(({ what, status, words, count }): FailedGroup => ({
    what,
    status,
    reason: reasonOf(what, status),
    count,
    example: words.slice(0, MAX_EXAMPLE),
  }));
  const countNow = (what: string): number =>
    now.reduce((sum, group) => group.what === what ? sum + group.count : sum, 0);
  const earlier = Object.entries(missing).map(([what, count]): FailedGroup => ({
    what: what as FailedGroup["what"],
    status: null,
    reason: what === "counts" ? "differ" : "failed earlier",
    count: count - countNow(what),
    example: "",
  }));
  return [...now, ...earlier.filter(({ count }) => count > 0)];
}

/** What a status means, in a word or two. */
function reasonOf(what: FailedGroup["what"], status: number | null): string {
  if (what === "counts") return "differ";
  if (what === "problems") return "found";
  if (status === null) return "failed";
  if (status === 401 || status === 403) return "refused";
  if (status === 404) return "not found";
  if (status === 413) return "too large";
  if (status === 429 || status === 503) return "server too busy";
  if (status === 408 || status === 504) return "no answer in time";
  return status >= 500 ? "server error" : "not accepted";
}
