/**
 * An MLflow tracking server in this process, for the tests and the benchmarks: it answers over real HTTP what the real
 * server answers to the calls that this program makes, limits and odd answers included. The demo has a smaller one.
 * @module
 */
import { FaultPlan } from "../faults.ts";
import { World } from "../world/mod.ts";
import { createApplication } from "./application.ts";
import type { MlflowFault } from "./faults.ts";
import { type LoggedRequest, MlflowListener } from "./listener.ts";
import type { BasicAuth } from "./protocol/account.ts";
import { dialectOf, type MlflowVersion } from "./protocol/dialect.ts";
import { MLFLOW_QUERIES } from "./query/language.ts";

export interface MlflowSandboxOptions {
  /** What the server holds. @default {an empty world} */
  readonly world?: World;
  /** Which version it speaks as. @default {"3.17.2"} */
  readonly version?: MlflowVersion;
  /** Waits this long before each reply. @default {0} */
  readonly latencyMs?: number;
  /** As --static-prefix: "/ml". @default {""} */
  readonly staticPrefix?: string;
  /** The basic-auth app with these accounts. @default {none} */
  readonly auth?: BasicAuth;
  /** Host headers that are let in, as --allowed-hosts: "*" is any text. @default {private ones in 3.x, else any} */
  readonly allowedHosts?: readonly string[];
  /** The count of run ids that get-history-bulk takes: 20 before 2.14. @default {as the version} */
  readonly bulkRunIds?: number;
  /** The trap of MLflow 3.1 to 3.12 in get-history without max_results. @default {false} */
  readonly endlessHistoryToken?: boolean;
  /** False as MLflow 3.0 to 3.5: runs/search leaves out the models that a run put out, runs/get tells them. @default {true} */
  readonly listsOutputs?: boolean;
  /** False as after --no-serve-artifacts. @default {true} */
  readonly servesArtifacts?: boolean;
  /** What goes wrong on the way. @default {nothing} */
  readonly faults?: readonly MlflowFault[];
  /** The port to listen at. @default {0, any free one} */
  readonly port?: number;
  /** Requests that are remembered, the latest ones. @default {10000} */
  readonly logSize?: number;
}

export interface MlflowSandbox extends AsyncDisposable {
  /** The tracking URL, the static prefix included. */
  readonly url: string;
  /** The version it speaks as. */
  readonly version: MlflowVersion;
  /** What it holds; may be changed while it runs. */
  readonly world: World;
  /** The latest requests, oldest first. */
  readonly requests: readonly LoggedRequest[];
  readonly requestCount: number;
  /** The most requests that were in work at once. */
  readonly peakInFlight: number;
  /** Puts other faults in the place of those there are. */
  setFaults(faults: readonly MlflowFault[]): void;
  /** Closes the server and its connections. */
  close(): Promise<void>;
}

/**
 * Starts an MLflow server in this process, on 127.0.0.1.
 *
 * @example
 * ```ts
 * await using server = await startMlflowSandbox({ world: digitsWorld() });
 * const reply = await fetch(`${server.url}/version`);
 * ```
 */
export async function startMlflowSandbox(options: MlflowSandboxOptions = {}): Promise<MlflowSandbox> {
  const version = options.version ?? "3.17.2";
  const dialect = dialectOf(version);
  const world = options.world ?? new World();
  const staticPrefix = options.staticPrefix ?? "";
  const answer = createApplication({
    dialect,
    world,
    staticPrefix,
    queries: MLFLOW_QUERIES,
    auth: options.auth ?? null,
    allowedHosts: options.allowedHosts ?? null,
    bulkRunIds: options.bulkRunIds ?? dialect.bulkRunIds,
    endlessHistoryToken: options.endlessHistoryToken ?? false,
    listsOutputs: options.listsOutputs ?? true,
    servesArtifacts: options.servesArtifacts ?? true,
  });
  const { latencyMs = 0, port = 0, logSize = 10_000 } = options;
  const listener = new MlflowListener({ answer, dialect, latencyMs, port, logSize });
  listener.faults = new FaultPlan(options.faults);
  const server = await listener.listen();
  return {
    url: `http://127.0.0.1:${server.port}${staticPrefix}`,
    version,
    world,
    requests: listener.requests,
    get requestCount() {
      return listener.requestCount;
    },
    get peakInFlight() {
      return listener.peakInFlight;
    },
    setFaults(faults): void {
      listener.faults = new FaultPlan(faults);
    },
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  };
}
