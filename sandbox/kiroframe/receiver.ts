/**
 * What the sandbox's Kiroframe makes of a body that arrived whole: take it in, or say why not.
 * @module
 */
import type { Arrival, ReadArrival } from "./arrival.ts";
import { accept, type Receipt, refuse } from "./protocol.ts";
import { KiroframeWorld } from "./world.ts";

/** Takes in bodies, source by source. */
export class KiroframeReceiver {
  /** What was imported, by import_source_id. */
  readonly worlds: Map<string, KiroframeWorld> = new Map();
  /** What a correct client never does. */
  readonly violations: string[] = [];
  readonly #read: ReadArrival;

  /** Creates a receiver that has taken in nothing. */
  constructor(read: ReadArrival) {
    this.#read = read;
  }

  /** Reads a body and takes it in. */
  receive(body: Uint8Array): Receipt {
    const arrival = this.#read(body);
    const receipt = "status" in arrival ? arrival : this.#takeIn(arrival);
    if (receipt.reason !== null) this.violations.push(receipt.reason);
    return receipt;
  }

  /** Remembers that a fault kept this run out, so that its later arrival is no disorder. */
  turnAway({ sourceId, runId }: { readonly sourceId: string | null; readonly runId: string | null }): void {
    if (runId !== null && sourceId !== null) this.#world(sourceId).turnAway(runId);
  }

  #takeIn({ sourceId, importType, experimentId, runId, startTimeMs, line }: Arrival): Receipt {
    const world = this.#world(sourceId);
    if (importType === 3) {
      if (line !== null) world.models = line as readonly unknown[];
      world.modelImports++;
      return accept({ models: world.models?.length ?? null });
    }
    if (experimentId === null) return refuse(422, "The line has no experiment_id");
    if (importType === 1) {
      const task = world.importExperiment(experimentId, line);
      return accept({ task: experimentId, created: task.imports === 1 });
    }
    if (runId === null) return refuse(422, "The line has no run_id");
    const taken = world.importRun({ runId, experimentId, startTimeMs, row: line });
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
