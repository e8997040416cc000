/**
 * What the server speaks, found from its answers: MLflow 1.x, 2.x and 3.x differ, and so do servers with a static prefix.
 * What is learned on the way (no bulk histories, fewer run ids a call, smaller pages) is remembered here too.
 * @module
 */
import { AppError } from "../../../errors.ts";
import { BadReplyError, HttpError, isHttpFailure } from "../../../http/failure/errors.ts";
import type { HttpClient } from "../../../http/types.ts";
import { retriesOfFirst, retriesOfOptional } from "./retries.ts";

/** How to talk to one server. */
export class Dialect {
  /** The server's version; null for MLflow 1.x and early 2.x, which do not tell. */
  readonly version: string | null;
  /** The path of the tracking URL, without a slash at its end: "" or "/ml". */
  readonly prefix: string;
  /** The path before the name of an endpoint: "/api/2.0/mlflow", or what answers in its place. */
  readonly apiPath: string;
  /** True where experiments are listed by GET experiments/list: MLflow before 1.28. */
  readonly isOld: boolean;
  /** True while get-history-bulk may be there: MLflow 2.2 and later. Set to false by whoever finds it missing. */
  hasBulk: boolean;
  /** Run ids that get-history-bulk takes: 100, or 20 before 2.14. Lowered by whoever is told so. */
  bulkRunIds: number = 100;
  /** The largest page of runs that the server can make in time, so far. Changed by whoever sees pages fail and succeed. */
  searchSize: number = Infinity;

  /** Creates a dialect from what the first contact told. */
  constructor(options: Pick<Dialect, "version" | "prefix" | "apiPath" | "isOld">) {
    this.version = options.version;
    this.prefix = options.prefix;
    this.apiPath = options.apiPath;
    this.isOld = options.isOld;
    this.hasBulk = !options.isOld;
  }

  /** The path before the endpoints that only MLflow's own pages use. They have the prefix in all versions. */
  get ajaxPath(): string {
    return `${this.prefix}/ajax-api/2.0/mlflow`;
  }

  /** True if get-history heeds max_results: SQL stores of 3.1 and later. The others send everything at once. */
  get pagesHistory(): boolean {
    return this.isAtLeast(3, 1);
  }

  /** True where runs/search may leave out what models a run put out: MLflow 3.0 to 3.5, and whoever does not tell its version. */
  get hidesOutputs(): boolean {
    if (this.isOld || this.isAtLeast(3, 6)) return false;
    return this.version === null || this.isAtLeast(3, 0);
  }

  /** True where there may be traces: MLflow 2.14 and later, and whoever does not tell a version. */
  get mayHaveTraces(): boolean {
    return !this.isOld && (this.version === null || this.isAtLeast(2, 14));
  }

  /** True where there may be prompts: MLflow 2.21 and later, and whoever does not tell a version. */
  get mayHavePrompts(): boolean {
    return !this.isOld && (this.version === null || this.isAtLeast(2, 21));
  }

  /** True where there may be what MLflow 3 has besides runs. Who does not tell a version may be any. */
  get mayBeThree(): boolean {
    return !this.isOld && (this.version === null || this.isAtLeast(3, 0));
  }

  /** Whether the server says that its version is the one given or a later one. */
  isAtLeast(major: number, minor: number): boolean {
    const [, ownMajor, ownMinor] = VERSION_PATTERN.exec(this.version ?? "") ?? [];
    return Number(ownMajor) > major || (Number(ownMajor) === major && Number(ownMinor) >= minor);
  }
}

/** Where a server may have its endpoints. */
interface Candidate {
  readonly apiPath: string;
  readonly isOld: boolean;
}

/** Three parts in all versions: text with fewer was cut on its way. */
const VERSION_PATTERN = /^(\d+)\.(\d+)\.[\w.+-]+$/;

/**
 * Makes the first contact: finds the version and where the endpoints are.
 *
 * Rejects with an AppError in one line for whatever stands in the way: no server, no MLflow, credentials, the Host check.
 *
 * @param prefix The path of the tracking URL, without a slash at its end.
 */
export async function findDialect(http: HttpClient, prefix: string): Promise<Dialect> {
  const failures: unknown[] = [];
  for (const candidate of candidates(prefix)) {
    try {
      await probe(http, candidate);
    } catch (error) {
      if (!isMissing(error) || error instanceof BadReplyError && error.isLogin) throw error;
      failures.push(error);
      continue;
    }
    // With a static prefix, MLflow 2.x has its version (and /api/2.0) without the prefix.
    const isElsewhere = prefix !== "" && !candidate.isOld && candidate.apiPath.includes("/ajax-api/");
    const version = await askVersion(http, `${prefix}/version`) ??
      (isElsewhere ? await askVersion(http, "/version") : null);
    return new Dialect({ version, prefix, ...candidate });
  }
  throw noMlflow(failures);
}

/** Later MLflow first; behind a static prefix 2.x answers below /ajax-api only. */
function candidates(prefix: string): readonly Candidate[] {
  const [api, ajax] = [`${prefix}/api/2.0/mlflow`, `${prefix}/ajax-api/2.0/mlflow`];
  return [
    { apiPath: api, isOld: false },
    { apiPath: ajax, isOld: false },
    { apiPath: api, isOld: true },
    { apiPath: ajax, isOld: true },
  ];
}

// /version answers without the Host check and lets other servers answer too: only a real call tells the truth.
async function probe(http: HttpClient, { apiPath, isOld }: Candidate): Promise<void> {
  const call = { retries: retriesOfFirst };
  await http.json(
    isOld ? { path: `${apiPath}/experiments/list?max_results=1`, ...call } : {
      method: "POST",
      path: `${apiPath}/experiments/search`,
      ...jsonBody({ max_results: 1 }),
      ...call,
    },
  );
}

/** Returns body and header of a POST of MLflow's. */
export function jsonBody(body: unknown): { readonly body: string; readonly headers: Readonly<Record<string, string>> } {
  return { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
}

/** Asked when the API has answered: whatever /version runs into then, the export can do without it. */
async function askVersion(http: HttpClient, path: string): Promise<string | null> {
  try {
    for (let attempt = 1;; attempt++) {
      const text = (await http.request({ path, retries: (failure) => retriesOfOptional(failure) ?? 3 })).text.trim();
      if (VERSION_PATTERN.test(text)) return text;
      // The beginning of a version is one that broke off; anything else is no version, however often it is asked for.
      if (attempt === 2 || !/^[\d.]+$/.test(text)) return null;
    }
  } catch (error) {
    if (isHttpFailure(error)) return null;
    throw error;
  }
}

/** Whether a failure says that there is no such endpoint: Flask's 404, 405, or a web page that answers to everything. */
export function isMissing(error: unknown): boolean {
  if (error instanceof BadReplyError) return error.reason === "html";
  return error instanceof HttpError && (error.status === 404 || error.status === 405) &&
    (error.errorCode === null || error.errorCode === "ENDPOINT_NOT_FOUND");
}

function noMlflow(failures: readonly unknown[]): AppError {
  const [cause] = failures;
  const found = cause instanceof Error ? cause.message : "it has none of MLflow's endpoints";
  return new AppError(`Cannot find MLflow at the tracking URL: ${found}`, {
    hint: "Check host, port and path of the tracking URL: it is the address where MLflow's pages open in a browser",
    cause,
  });
}
