import assert from "node:assert/strict";
import { UsageError } from "../../lib/errors.ts";
import { patienceFrom } from "../../lib/http/patience.ts";

Deno.test("patienceFrom() leaves to the HTTP client what no variable says", () => {
  const nothing = { retry: { retries: undefined, baseDelayMs: undefined }, timeoutMs: undefined };
  assert.deepEqual(patienceFrom({}, "MLFLOW"), nothing);
  const empty = { MLFLOW_HTTP_REQUEST_TIMEOUT: "", MLFLOW_HTTP_REQUEST_MAX_RETRIES: " " };
  assert.deepEqual(patienceFrom(empty, "MLFLOW"), nothing);
});

Deno.test("patienceFrom() reads the variables of its prefix, seconds as milliseconds", () => {
  const env = {
    MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0",
    MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: "0.5",
    MLFLOW_HTTP_REQUEST_TIMEOUT: "1.5",
    KIROFRAME_HTTP_REQUEST_MAX_RETRIES: "9",
  };
  assert.deepEqual(patienceFrom(env, "MLFLOW"), { retry: { retries: 0, baseDelayMs: 500 }, timeoutMs: 1500 });
  assert.deepEqual(patienceFrom(env, "KIROFRAME"), {
    retry: { retries: 9, baseDelayMs: undefined },
    timeoutMs: undefined,
  });
});

Deno.test("patienceFrom() refuses what is no such number, and names the variable", () => {
  const cases = [
    ["MAX_RETRIES", "1.5"],
    ["MAX_RETRIES", "-1"],
    ["MAX_RETRIES", "many"],
    ["BACKOFF_FACTOR", "-1"],
    [
      "TIMEOUT",
      "0",
    ],
    ["TIMEOUT", "Infinity"],
    ["TIMEOUT", "1e9"],
  ] as const;
  for (const [name, value] of cases) {
    assert.throws(
      () => patienceFrom({ [`MLFLOW_HTTP_REQUEST_${name}`]: value }, "MLFLOW"),
      (error) => error instanceof UsageError && error.message.includes(`MLFLOW_HTTP_REQUEST_${name}="${value}"`),
    );
  }
});
