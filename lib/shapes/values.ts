/**
 * The values that the files' rows are made of, each with what it is said to be in docs/files.md.
 * @module
 */
import * as z from "zod";

/** Any text. */
export const text = z.string();

/** An id, as MLflow gives it: a text, whatever it looks like. */
export const id = z.string();

/** A number of things. */
export const count = z.int().nonnegative();

/** A moment as MLflow keeps it: whole milliseconds since the epoch, of 64 bits. */
export const milliseconds = z.number().meta({ title: "ms" });

/** A whole number of 64 bits, as steps are. */
export const int64 = z.number().meta({ title: "int64" });

/** The same moment for people: UTC with a Z, microseconds only where not zero; null outside of the years 1 to 9999. */
export const isoTime = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/).meta({ title: "ISO time" });

/** A float; JSON has no NaN, so that it and the infinities are texts. */
export const float = z.union([z.number(), z.enum(["NaN", "Infinity", "-Infinity"])]).meta({ title: "float" });

/** Tags, params: a text for each key. */
export const textsByKey = z.record(z.string(), z.string());
