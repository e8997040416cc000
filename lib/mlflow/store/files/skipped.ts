/**
 * What was passed over, told once each, and counted.
 * @module
 */
import type { Logger } from "../../../logger.ts";
import { visible } from "../../../visible.ts";

/** So many are named to the user; the others are in the log of a closer look. */
const NAMED = 20;

/** Told what is passed over. */
export interface Notes {
  /** Notes a file or folder, with the reason as the end of a sentence: "has no meta.yaml". */
  note(path: string, reason: string): void;
}

/** Files and folders that MLflow would pass over as well, or could not read at all. */
export class Skipped implements Notes {
  readonly #logger: Logger;
  readonly #paths = new Set<string>();
  #toldCount = 0;

  /** Creates an empty list. */
  constructor(logger: Logger) {
    this.#logger = logger;
  }

  note(path: string, reason: string): void {
    if (this.#paths.has(path)) return;
    this.#paths.add(path);
    const sentence = `Skipped ${visible(path)}: it ${reason}`;
    if (this.#paths.size <= NAMED) this.#logger.warn(sentence);
    else this.#logger.debug(sentence);
  }

  /** Says how many there were, if there are more than when it said so last. */
  tellCount(): void {
    const count = this.#paths.size;
    if (count === this.#toldCount) return;
    this.#toldCount = count;
    this.#logger.warn(`Skipped ${count} ${count === 1 ? "file or folder" : "files and folders"} of the store in all`);
  }
}
