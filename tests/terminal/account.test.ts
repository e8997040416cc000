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

Deno.test("a copy of an Account keeps what was there", () => {
  const account = new Account();
  account.count("runs", 2);
  account.failed({ what: "models", status: 500, words: "no" });
  const copy = account.copy();
  account.count("runs");
  account.failed({ what: "models", status: 500, words: "no" });
  assert.deepEqual([copy.of("runs"), copy.failedCount], [2, 1]);
  assert.deepEqual([account.of("runs"), account.failedCount], [3, 2]);
});
