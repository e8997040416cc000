import assert from "node:assert/strict";
import { AppError, IncompleteError, UnreachableError } from "../../lib/errors.ts";
import { type FailureKind, StopRules } from "../../lib/kiroframe/stop_rules.ts";

const refused: FailureKind = { httpStatus: 422, words: "no", isServerAway: false, isLarge: false };
const away: FailureKind = { httpStatus: null, words: "Cannot reach", isServerAway: true, isLarge: false };
const unsent: FailureKind = { httpStatus: null, words: "cut off", isServerAway: false, isLarge: false };

function rules(maxFailures?: number): StopRules {
  return new StopRules({ maxFailures, hasAcknowledged: false });
}

Deno.test("StopRules.failed() ends at the second row in a row that found no server", () => {
  const each = rules();
  assert.equal(each.failed(away), undefined);
  each.acknowledged();
  assert.equal(each.failed(away), undefined);
  assert.equal(each.failed(refused), undefined);
  assert.equal(each.failed(away), undefined);
  assert.equal(each.failed(unsent), undefined);
  assert.ok(each.failed({ ...away, httpStatus: 503 }) instanceof UnreachableError);
});

Deno.test("StopRules.failed() does not count rows so large that their weight may be the reason", () => {
  const each = rules();
  for (let row = 0; row < 5; row++) assert.equal(each.failed({ ...away, isLarge: true }), undefined);
});

Deno.test("StopRules.failed() ends at more failures than allowed, none included", () => {
  const each = rules(2);
  assert.deepEqual([each.failed(refused), each.failed(unsent)], [undefined, undefined]);
  assert.ok(each.failed(refused) instanceof IncompleteError);
  assert.ok(rules(0).failed(refused) instanceof IncompleteError);
});

Deno.test("StopRules.failed() takes an address for wrong only where no row was ever acknowledged", () => {
  const notFound = { ...refused, httpStatus: 404 };
  const each = rules();
  for (let row = 1; row < 20; row++) assert.equal(each.failed(notFound), undefined);
  assert.ok(each.failed(notFound) instanceof AppError);
  const known = new StopRules({ hasAcknowledged: true });
  for (let row = 0; row < 50; row++) assert.equal(known.failed(notFound), undefined);
});

Deno.test("StopRules.ended() calls an import vain where no row was answered", () => {
  const each = rules();
  assert.equal(each.ended(), undefined);
  each.failed(away);
  assert.ok(each.ended() instanceof UnreachableError);
  each.failed(refused);
  assert.equal(each.ended(), undefined);
});
