import assert from "node:assert/strict";
import { exitCodeOf, IncompleteError, messageOf, UnreachableError } from "../../lib/errors.ts";
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

for (const httpStatus of [404, 405, 501, 200]) {
  Deno.test(`StopRules.failed() takes an address for wrong where the first rows were all answered ${httpStatus}`, () => {
    const elsewhere = { ...refused, httpStatus };
    const each = rules();
    for (let row = 1; row < 3; row++) assert.equal(each.failed(elsewhere), undefined);
    assert.equal(each.isUnsure, true);
    const reason = each.failed(elsewhere);
    assert.deepEqual([exitCodeOf(reason), messageOf(reason)], [
      1,
      `This seems not to be Kiroframe's address: each of the first 3 rows was answered ${httpStatus}: no`,
    ]);
    const known = new StopRules({ hasAcknowledged: true });
    for (let row = 0; row < 50; row++) assert.equal(known.failed(elsewhere), undefined);
    assert.equal(known.ended(), undefined);
  });

  Deno.test(`StopRules.failed() never takes an address for wrong that answered otherwise than ${httpStatus} once`, () => {
    const elsewhere = { ...refused, httpStatus };
    const others: ((each: StopRules) => unknown)[] = [
      (each) => each.acknowledged(),
      (each) => each.failed(refused),
      (each) => each.failed({ ...refused, httpStatus: httpStatus === 404 ? 405 : 404 }),
    ];
    for (const other of others) {
      for (const before of [0, 2]) {
        const each = rules();
        for (let row = 0; row < before; row++) each.failed(elsewhere);
        other(each);
        for (let row = 0; row < 9; row++) assert.equal(each.failed(elsewhere), undefined);
        assert.deepEqual([each.isUnsure, each.ended()], [false, undefined]);
      }
    }
  });
}

Deno.test("StopRules.failed() learns nothing of an address from rows that were not sent, or not answered", () => {
  const elsewhere = { ...refused, httpStatus: 404 };
  const each = rules();
  each.failed(elsewhere);
  each.failed(unsent);
  each.failed(away);
  each.failed(elsewhere);
  assert.equal(each.isUnsure, true);
  assert.match(messageOf(each.failed(elsewhere)), /^This seems not to be Kiroframe's address/);
});

Deno.test("StopRules.ended() takes an address for wrong where there were fewer rows, and all were answered so", () => {
  const each = rules();
  each.failed({ ...refused, httpStatus: 405 });
  assert.equal(
    messageOf(each.ended()),
    "This seems not to be Kiroframe's address: the only row was answered 405: no",
  );
});

Deno.test("StopRules.ended() calls an import vain where no row was answered", () => {
  const each = rules();
  assert.equal(each.ended(), undefined);
  each.failed(away);
  assert.ok(each.ended() instanceof UnreachableError);
  each.failed(refused);
  assert.equal(each.ended(), undefined);
});
