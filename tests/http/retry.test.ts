import assert from "node:assert/strict";
import fc from "fast-check";
import { BadReplyError, errorOfReply, NoAnswerError, TlsError } from "../../lib/http/failure/errors.ts";
import { delayBeforeRetry, isOverload, isPassing, parseRetryAfter, retryPolicy } from "../../lib/http/retry.ts";

const request = { service: "MLflow", method: "GET", url: "http://127.0.0.1:5000/x" };
const now = Date.UTC(2026, 0, 1, 12);

function reply(status: number, body = "", headers = new Headers()): Error {
  return errorOfReply({ ...request, status, body, headers });
}

Deno.test("parseRetryAfter() reads seconds", () => {
  assert.equal(parseRetryAfter("120", now), 120_000);
  assert.equal(parseRetryAfter(" 0 ", now), 0);
  assert.equal(parseRetryAfter("1.5", now), 1500);
});

Deno.test("parseRetryAfter() reads an HTTP date in each of its forms", () => {
  assert.equal(parseRetryAfter("Thu, 01 Jan 2026 12:00:30 GMT", now), 30_000);
  assert.equal(parseRetryAfter("Thursday, 01-Jan-26 12:00:30 GMT", now), 30_000);
  assert.equal(parseRetryAfter("Thu, 01 Jan 2026 11:00:00 GMT", now), 0);
});

Deno.test("parseRetryAfter() takes nothing from anything else", () => {
  for (const value of [null, "", "soon", "-5", "1e3", "0x10", "Thu, nonsense"]) {
    assert.equal(parseRetryAfter(value, now), null, String(value));
  }
});

Deno.test("delayBeforeRetry() doubles the limit of the wait up to a maximum", () => {
  const policy = retryPolicy({ baseDelayMs: 100, maxDelayMs: 500, random: () => 0.5 });
  const waits = [0, 1, 2, 3, 4].map((attempt) => delayBeforeRetry(attempt, { policy, retryAfterMs: null }));
  assert.deepEqual(waits, [50, 100, 200, 250, 250]);
});

Deno.test("delayBeforeRetry() waits at least as long as the server asks, up to a maximum", () => {
  const policy = retryPolicy({ baseDelayMs: 100, maxRetryAfterMs: 5_000, random: () => 0.5 });
  assert.equal(delayBeforeRetry(0, { policy, retryAfterMs: 3_000 }), 3_050);
  assert.equal(delayBeforeRetry(6, { policy, retryAfterMs: 0 }), 50);
  assert.equal(delayBeforeRetry(0, { policy, retryAfterMs: 3_600_000 }), 5_050);
});

Deno.test("retryPolicy() waits two to four minutes in all by default", () => {
  const policy = retryPolicy({ random: () => 1 });
  let total = 0;
  for (let attempt = 0; attempt < policy.retries; attempt++) {
    total += delayBeforeRetry(attempt, { policy, retryAfterMs: null });
  }
  assert.equal(policy.retries, 7);
  assert.ok(total >= 120_000 && total <= 240_000, String(total));
});

Deno.test("delayBeforeRetry() is never negative and never above its maximum", () => {
  fc.assert(
    fc.property(fc.nat(50), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, random) => {
      const wait = delayBeforeRetry(attempt, { policy: retryPolicy({ random: () => random }), retryAfterMs: null });
      assert.ok(wait >= 0 && wait <= 60_000);
    }),
  );
});

Deno.test("isPassing() names the statuses that pass", () => {
  const passing = [];
  for (let status = 300; status < 600; status++) if (isPassing(reply(status))) passing.push(status);
  assert.deepEqual(passing, [408, 429, 500, 502, 503, 504]);
});

Deno.test("isPassing() takes missing answers and cut JSON as passing, wrong ones not", () => {
  assert.equal(isPassing(new NoAnswerError(request, { reason: "refused", detail: "x" })), true);
  assert.equal(isPassing(new BadReplyError(request, { reason: "cut", detail: "x" })), true);
  assert.equal(isPassing(new BadReplyError(request, { reason: "html", detail: "x" })), false);
  assert.equal(isPassing(new BadReplyError(request, { reason: "json", detail: "x" })), false);
  assert.equal(isPassing(new TlsError(request, { problem: "time", detail: "x" })), false);
  assert.equal(isPassing(new Error("disk full")), false);
});

Deno.test("isOverload() knows gateways, 429, 503 and time-outs", () => {
  for (const status of [408, 429, 502, 503, 504]) assert.equal(isOverload(reply(status), 10), true, `${status}`);
  for (const status of [400, 404, 500, 501]) assert.equal(isOverload(reply(status), 10), false, `${status}`);
  assert.equal(isOverload(new NoAnswerError(request, { reason: "timeout", detail: "x" }), 10), true);
  assert.equal(isOverload(new NoAnswerError(request, { reason: "refused", detail: "x" }), 10), false);
});

Deno.test("isOverload() knows the web page of a worker that gunicorn killed after 30 seconds", () => {
  const page =
    "<html><head><title>Internal Server Error</title></head><body><h1>Internal Server Error</h1></body></html>";
  assert.equal(isOverload(reply(500, page), 30_100), true);
  assert.equal(isOverload(reply(500, page), 200), false);
  assert.equal(isOverload(reply(500, '{"error_code": "INTERNAL_ERROR"}'), 30_100), false);
});
