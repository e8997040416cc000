import assert from "node:assert/strict";
import { documentOf } from "../../../lib/cli/end/document.ts";
import { UnreachableError } from "../../../lib/errors.ts";
import { resultShape } from "../../../lib/shapes/result.ts";
import { Account } from "../../../lib/terminal/account.ts";

const ENDED = { command: "export", error: undefined, told: {}, seconds: 1.23456, next: null };

Deno.test("documentOf() of a command that told nothing has null for what was not done", () => {
  const document = documentOf({ ...ENDED, account: new Account() });
  assert.deepEqual(resultShape.parse(document), document);
  assert.equal(document.seconds, 1.235);
  const { read, sent, left_out: leftOut, skipped, written, source, kiroframe, gone, rows } = document;
  assert.deepEqual([read, sent, leftOut, skipped, written, source, kiroframe, gone, rows], Array(9).fill(null));
});

Deno.test("documentOf() adds what the folder lacks since an earlier command to what failed now", () => {
  const account = new Account();
  account.failed({ what: "artifacts", status: 403, words: "x".repeat(600) });
  const missing = { artifacts: 3, histories: 0, counts: 1 };
  const { failed } = documentOf({ ...ENDED, account, told: { missing } });
  assert.deepEqual(failed, [
    { what: "artifacts", status: 403, reason: "refused", count: 1, example: "x".repeat(500) },
    { what: "artifacts", status: null, reason: "failed earlier", count: 2, example: "" },
    { what: "counts", status: null, reason: "differ", count: 1, example: "" },
  ]);
});

Deno.test("documentOf() says why it failed, and what a status means", () => {
  const error = new UnreachableError("Cannot reach it", { hint: "Wait" });
  const account = new Account();
  const statuses = [401, 404, 413, 429, 504, 500, 400, null];
  for (const status of statuses) account.failed({ what: "run rows", status, words: "" });
  const document = documentOf({ ...ENDED, account, error });
  assert.equal(document.outcome, "unreachable");
  assert.deepEqual(document.error, { message: "Cannot reach it", hint: "Wait" });
  assert.deepEqual(document.failed.map(({ reason }) => reason), [
    "refused",
    "not found",
    "too large",
    "server too busy",
    "no answer in time",
    "server error",
    "not accepted",
    "failed",
  ]);
});
