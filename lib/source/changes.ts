/**
 * A source beside another one.
 * @module
 */
import type { Source } from "./mod.ts";

/**
 * A source in which some things are done otherwise than in the one given; all that is not named is the given one's.
 * No spread: a source may be a class, whose methods a spread does not take along.
 */
export function withChanges(source: Source, changes: Partial<Source>): Source {
  return new Proxy(source, {
    get(given, name): unknown {
      if (Object.hasOwn(changes, name)) return Reflect.get(changes, name);
      const value = Reflect.get(given, name, given);
      return typeof value === "function" ? value.bind(given) : value;
    },
  });
}
