import assert from "node:assert/strict";
import { Account } from "../../lib/terminal/account.ts";

Deno.test("Account adds up, and groups failures by what failed and its status", () => {
  const account = new Account();
  account.count("runs");
  account.count("runs", 2);
  account.failed({ what: "artifacts", status: 403, words: "first" });
  account.failed({ what: "artifacts", status: null, words: "other" });
  account.failed({ what: "artifacts", status: 403, words: "second", count: 4 });
  assert.equal(account.of("runs"), 3);
  assert.equal(account.of("points"), 0);
  assert.deepEqual(account.failures, [
    { what: "artifacts", status: 403, words: "first", count: 5 },
    { what: "artifacts", status: null, words: "other", count: 1 },
  ]);
});
