/**
 * What was looked at so far, each thing in its turn, and the first fault among them.
 * @module
 */
import { AppError, exitCodeOf, messageOf } from "../../errors.ts";
import type { Check } from "../../shapes/checks.ts";
import type { Seen } from "../../source/mod.ts";
import type { JobContext } from "../context.ts";

/** What to do where the failure itself does not say. */
const ELSE = "Look into the log of that server or system";

/** Looks at things. */
export class Checks {
  /** In the order in which they were looked at. */
  readonly list: Check[] = [];
  /** What the first fault failed with; undefined where there is none. */
  fault: unknown;
  readonly #context: JobContext;

  constructor(context: JobContext) {
    this.#context = context;
  }

  /** Looks at one thing: what that fails with is a fault, but for the wish to stop. Resolves with whether it is none. */
  async look(part: string, check: string, look: () => Promise<Seen> | Seen): Promise<boolean> {
    this.#context.progress.detail(`${part}: ${check}`);
    try {
      const { found, hint = null } = await look();
      this.#add({ part, check, state: hint === null ? "ok" : "note", found, hint, exit_code: 0 });
      return true;
    } catch (error) {
      this.#context.signal?.throwIfAborted();
      this.fault ??= error;
      const hint = error instanceof AppError ? error.hint : undefined;
      this.#add({
        part,
        check,
        state: "fault",
        found: messageOf(error),
        hint: hint ?? ELSE,
        exit_code: exitCodeOf(error),
      });
      return false;
    }
  }

  #add(check: Check): void {
    const { redact } = this.#context;
    this.list.push({ ...check, found: redact(check.found), hint: check.hint === null ? null : redact(check.hint) });
  }
}
