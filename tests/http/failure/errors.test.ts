import assert from "node:assert/strict";
import { AppError, exitCodeOf, RefusedError, UnreachableError } from "../../../lib/errors.ts";
import {
  BadReplyError,
  errorOfReply,
  HttpError,
  isHttpFailure,
  NoAnswerError,
  RedirectError,
  TlsError,
} from "../../../lib/http/failure/errors.ts";

const request = { service: "MLflow", method: "GET", url: "http://h/api" };

Deno.test("errorOfReply() tells MLflow's error code and words", () => {
  const body = JSON.stringify({ error_code: "BAD_REQUEST", message: "Invalid\nvalue" });
  const error = errorOfReply({ ...request, status: 400, body });
  assert.ok(error instanceof HttpError);
  assert.equal(error.message, "MLflow answered GET http://h/api with status 400: BAD_REQUEST: Invalid value");
  assert.deepEqual([error.status, error.errorCode, error.serverMessage], [400, "BAD_REQUEST", "Invalid value"]);
});

Deno.test("errorOfReply() tells a web page, plain text and nothing at all", () => {
  const cases: [body: string, message: string][] = [
    ["<html><body><h1>Bad</h1></body></html>", "MLflow answered GET http://h/api with status 400 and a web page: Bad"],
    ["Bad Request", "MLflow answered GET http://h/api with status 400: Bad Request"],
    ['["a"]', 'MLflow answered GET http://h/api with status 400: ["a"]'],
    ["null", "MLflow answered GET http://h/api with status 400: null"],
    ["", "MLflow answered GET http://h/api with status 400"],
  ];
  for (const [body, message] of cases) assert.equal(errorOfReply({ ...request, status: 400, body }).message, message);
});

Deno.test("errorOfReply() makes a refusal of 401 and 403 alone", () => {
  for (const status of [401, 403]) {
    const error = errorOfReply({ ...request, status, body: "no" }, { hint: "Log in" });
    assert.ok(error instanceof RefusedError);
    assert.deepEqual([error.exitCode, error.hint], [4, "Log in"]);
  }
  for (const status of [400, 404, 407]) {
    assert.ok(!(errorOfReply({ ...request, status, body: "" }) instanceof RefusedError));
  }
});

Deno.test("HttpError ends with 5 when the server is overloaded, else with 1", () => {
  for (const status of [408, 429, 502, 503, 504]) {
    assert.equal(exitCodeOf(new HttpError({ ...request, status, body: "" })), 5);
  }
  for (const status of [302, 400, 404, 413, 500, 501]) {
    assert.equal(exitCodeOf(new HttpError({ ...request, status, body: "" })), 1);
  }
});

Deno.test("NoAnswerError is an UnreachableError, the others are plain failures", () => {
  const unreachable = new NoAnswerError(request, { reason: "dns", detail: "no such host" });
  assert.ok(unreachable instanceof UnreachableError);
  assert.equal(unreachable.message, "Cannot reach MLflow at http://h/api: no such host");
  const tls = new TlsError(request, { problem: "time", detail: "expired" });
  const bad = new BadReplyError(request, { reason: "json", detail: "rubbish" });
  const redirect = new RedirectError(request, { location: "http://o/", detail: "no" });
  assert.deepEqual([unreachable, tls, bad, redirect].map(exitCodeOf), [5, 1, 1, 1]);
});

Deno.test("isHttpFailure() knows what a request can end with", () => {
  assert.equal(isHttpFailure(new TlsError(request, { problem: "time", detail: "x" })), true);
  assert.equal(isHttpFailure(errorOfReply({ ...request, status: 403, body: "" })), true);
  assert.equal(isHttpFailure(new AppError("x")), false);
  assert.equal(isHttpFailure(new TypeError("x")), false);
});
