import assert from "node:assert/strict";
import { BadReplyError, errorOfReply, NoAnswerError, RedirectError } from "../../../../lib/http/failure/errors.ts";
import {
  isOwnWord,
  isTooMuch,
  mayBeTooMuch,
  mostRetriesAfter,
  retriesBeforeLess,
  retriesForFiles,
  retriesOfFirst,
  retriesOfOptional,
  retriesOfSmallest,
} from "../../../../lib/mlflow/rest/endpoints/retries.ts";

const info = { service: "MLflow", method: "GET", url: "http://fake/" };
const failures: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(
    [429, 500, 502, 503, 504].map((status) => [status, errorOfReply({ ...info, status, body: "" })]),
  ),
  ...Object.fromEntries(
    (["refused", "dns", "timeout", "connection"] as const)
      .map((reason) => [reason, new NoAnswerError(info, { reason, detail: "" })]),
  ),
  own: errorOfReply({ ...info, status: 500, body: '{"error_code": "INTERNAL_ERROR", "message": "damaged"}' }),
  cut: new BadReplyError(info, { reason: "cut", detail: "" }),
  long: new BadReplyError(info, { reason: "long", detail: "" }),
};

function namesWhere(holds: (failure: unknown) => boolean): string[] {
  return Object.keys(failures).filter((name) => holds(failures[name]));
}

Deno.test("isTooMuch() holds for workers and gateways that gave up, and for silence", () => {
  assert.deepEqual(namesWhere(isTooMuch), ["500", "502", "504", "timeout"]);
});

Deno.test("mayBeTooMuch() holds for what broke off or has no end as well, not for a server that is away or asks for a pause", () => {
  assert.deepEqual(namesWhere(mayBeTooMuch), ["500", "502", "504", "timeout", "connection", "cut", "long"]);
});

Deno.test("retriesBeforeLess() insists once on what may be too much, on the rest as the policy says", () => {
  assert.deepEqual(namesWhere((failure) => retriesBeforeLess(failure) === 1), namesWhere(mayBeTooMuch));
  assert.deepEqual(
    namesWhere((failure) => retriesBeforeLess(failure) === undefined),
    ["429", "503", "refused", "dns", "own"],
  );
});

Deno.test("retriesOfSmallest() insists twice on a 500, on the rest as the policy says", () => {
  assert.deepEqual(namesWhere((failure) => retriesOfSmallest(failure) === 2), ["500", "own"]);
  assert.equal(retriesOfSmallest(failures["502"]), undefined);
});

Deno.test("retriesForFiles() insists three times on a 500 or a dropped connection, which may be the last word about a file", () => {
  assert.deepEqual(namesWhere((failure) => retriesForFiles(failure) === 3), [
    "500",
    "502",
    "connection",
    "own",
    "cut",
    "long",
  ]);
  assert.equal(retriesForFiles(failures["503"]), undefined);
});

Deno.test("retriesOfFirst() insists little on what is not there, and as the policy says on who says that he is busy", () => {
  assert.deepEqual(namesWhere((failure) => retriesOfFirst(failure) === 1), ["refused", "dns"]);
  assert.deepEqual(namesWhere((failure) => retriesOfFirst(failure) === 2), [
    "500",
    "502",
    "503",
    "504",
    "timeout",
    "connection",
    "own",
    "cut",
    "long",
  ]);
  const headers = new Headers({ "retry-after": "1" });
  for (const [status, expected] of [[503, undefined], [502, 2]] as const) {
    assert.equal(retriesOfFirst(errorOfReply({ ...info, status, body: "", headers })), expected);
  }
  assert.equal(retriesOfFirst(failures["429"]), undefined);
});

Deno.test("isOwnWord() holds for MLflow's own 500 alone, which is tried three times in all", () => {
  assert.deepEqual(namesWhere(isOwnWord), ["own"]);
  assert.deepEqual(namesWhere((failure) => mostRetriesAfter(failure) === 2), ["own"]);
  assert.deepEqual(
    namesWhere((failure) => mostRetriesAfter(failure) === Infinity).length,
    namesWhere(() => true).length - 1,
  );
});

Deno.test("retriesOfOptional() does not insist on what leads elsewhere, and retriesForFiles() as little", () => {
  const elsewhere = new RedirectError(info, { location: "http://login.example/", detail: "it cannot be reached" });
  for (const retries of [retriesOfOptional, retriesForFiles]) assert.equal(retries(elsewhere), 0);
  assert.deepEqual(namesWhere((failure) => retriesOfOptional(failure) !== undefined), []);
});
