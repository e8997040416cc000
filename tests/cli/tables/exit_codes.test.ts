import assert from "node:assert/strict";
import { EXIT_CODES } from "../../../lib/cli/tables/exit_codes.ts";
import * as errors from "../../../lib/errors.ts";

Deno.test("EXIT_CODES lists 0 and the code of every error class", () => {
  const thrown = Object.values(errors).flatMap((value) => {
    const isClass = value === errors.AppError || value.prototype instanceof errors.AppError;
    return isClass ? [new (value as typeof errors.AppError)("x").exitCode] : [];
  });
  assert.deepEqual(EXIT_CODES.map(({ code }) => code), [0, ...new Set(thrown)].toSorted((a, b) => a - b));
});
