import assert from "node:assert/strict";
import { FailureGroups } from "../../../lib/report/read/failures.ts";

Deno.test("FailureGroups puts together what failed for one reason, whichever run it names", () => {
  const groups = new FailureGroups();
  for (let index = 0; index < 5; index++) {
    groups.add({ what: "run", id: `r${index}`, reason: `Run r${index} is gone`, httpStatus: 404 });
  }
  groups.add({ what: "run", id: "x", reason: "Other", httpStatus: 500 });
  assert.deepEqual(groups.groups().map(({ reason, count, examples }) => [reason, count, examples.length]), [[
    "Run … is gone",
    5,
    3,
  ], ["Other", 1, 1]]);
});

Deno.test("FailureGroups stays small, and loses no count", () => {
  const groups = new FailureGroups();
  for (let index = 0; index < 10_000; index++) groups.add({ what: "run", id: "", reason: `reason ${index}` });
  const found = groups.groups();
  assert.ok(found.length < 40);
  assert.equal(found.reduce((sum, { count }) => sum + count, 0), 10_000);
});
