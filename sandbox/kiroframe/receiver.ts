/**
 * What the sandbox's Kiroframe makes of a body that arrived whole: check it, take it in, or say why not.
 * @module
 */
import { type BodyHead, parseBodyHead, type ReadBody } from "./body.ts";
import { createRowCheck, type KiroframeBody, type RowCheckOptions, type RowCheckResult } from "./rows.ts";
import { KiroframeWorld } from "./world.ts";

/** How bodies are taken in. */
export interface KiroframeReceiverOptions extends RowCheckOptions {
  /** True: rows are neither parsed nor kept, only counted, numbered and checked for order. @default {false} */
  readonly countOnly?: boolean;
}

/** What came of a body. */
export interface Receipt {
  /** 200 or what it is refused with. */
  readonly status: number;
  /** What the reply's JSON holds. */
  readonly reply: Readonly<Record<string, unknown>>;
  /** Why it was refused; null where it was not. */
  readonly reason: string | null;
}

/** Takes in bodies, source by source. */
export class KiroframeReceiver {
  /** What was imported, by import_source_id. */
  readonly worlds: Map<string, KiroframeWorld> = new Map();
  /** What a correct client never does. */
  readonly violations: string[] = [];
  readonly #check: (body: unknown) => RowCheckResult;
  readonly #countOnly: boolean;

  /** Creates a receiver that has taken in nothing. */
  constructor(options: KiroframeReceiverOptions = {}) {
    this.#check = createRowCheck(options);
    this.#countOnly = options.countOnly ?? false;
  }

  /** Checks a body and takes it in. */
  receive(body: ReadBody): Receipt {
    const receipt = this.#countOnly ? this.#count(parseBodyHead(body.kept)) : this.#parse(body.kept);
    if (receipt.reason !== null) this.violations.push(receipt.reason);
    return receipt;
  }

  /** Remembers that a fault kept this run out, so that its later arrival is no disorder. */
  turnAway(head: BodyHead): void {
    if (head.runId !== null && head.sourceId !== null) this.#world(head.sourceId).turnAway(head.runId);
  }

  #parse(bytes: Uint8Array): Receipt {
    let parsed: unknown;
    try {
      parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    } catch (error) {
      return refuse(400, `The body is not JSON: ${(error as Error).message}`);
    }
    const { body, reason } = this.#check(parsed);
    return body === undefined ? refuse(422, reason) : this.#takeIn(body);
  }

  #takeIn(body: KiroframeBody): Receipt {
    const world = this.#world(body.import_source_id);
    if (body.import_type === 3) {
      world.models = body.line as readonly unknown[];
      world.modelImports++;
      return accept({ models: world.models.length });
    }
    const line = body.line as { experiment_id: string; run_id?: string; start_time?: number | null };
    return this.#takeInRow(world, {
      sourceId: body.import_source_id,
      importType: body.import_type,
      experimentId: line.experiment_id,
      runId: line.run_id ?? null,
      startTimeMs: line.start_time ?? null,
    }, line);
  }

  #count(head: BodyHead): Receipt {
    if (head.sourceId === null) return refuse(422, "The body's head has no import_source_id");
    const world = this.#world(head.sourceId);
    if (head.importType !== 3) return this.#takeInRow(world, head, null);
    world.modelImports++;
    return accept({ models: null });
  }

  #takeInRow(world: KiroframeWorld, head: BodyHead, row: unknown): Receipt {
    const { experimentId, runId, startTimeMs } = head;
    if (experimentId === null) return refuse(422, "The line has no experiment_id");
    if (head.importType === 1) {
      const task = world.importExperiment(experimentId, row);
      return accept({ task: experimentId, created: task.imports === 1 });
    }
    if (runId === null) return refuse(422, "The line has no run_id");
    const taken = world.importRun({ runId, experimentId, startTimeMs, row });
    if (taken === undefined) return refuse(422, `Run ${runId} came before its experiment ${experimentId}`);
    if (taken.disorder !== null) this.violations.push(taken.disorder);
    return accept({ run: runId, number: taken.run.number, created: taken.run.imports === 1 });
  }

  #world(sourceId: string): KiroframeWorld {
    const world = this.worlds.get(sourceId) ?? new KiroframeWorld();
    this.worlds.set(sourceId, world);
    return world;
  }
}

function accept(reply: Receipt["reply"]): Receipt {
  return { status: 200, reply, reason: null };
}

function refuse(status: number, reason: string): Receipt {
  return { status, reply: { error: reason }, reason };
}
