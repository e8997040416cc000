import assert from "node:assert/strict";
import { UsageError } from "../../lib/errors.ts";
import { checkHeaders } from "../../lib/http/headers.ts";

Deno.test("checkHeaders() puts names in lower case and trims values", () => {
  assert.deepEqual(checkHeaders({ "X-Api-Key": " k ", b: "" }), { "x-api-key": "k", b: "" });
  assert.deepEqual(checkHeaders(), {});
});

Deno.test("checkHeaders() refuses what HTTP does not allow and does not show it", () => {
  for (const value of ["sec\nret", "sec\0ret", "secr€t"]) {
    assert.throws(() => checkHeaders({ "x-api-key": value }), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /^Cannot send the header x-api-key/);
      assert.ok(!error.message.includes(value));
      return true;
    });
  }
});
