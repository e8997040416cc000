import assert from "node:assert/strict";
import {
  AppError,
  endsEverything,
  InterruptedError,
  RefusedError,
  statusOf,
  UnreachableError,
  UsageError,
} from "../lib/errors.ts";
import { BadReplyError, errorOfReply, NoAnswerError, RedirectError, TlsError } from "../lib/http/failure/errors.ts";
import { writeError } from "../lib/runtime/write_error.ts";

const request = { service: "MLflow", method: "GET", url: "http://h/api" };

function reply(status: number): Error {
  return errorOfReply({ ...request, status, body: "" });
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: no`), { code });
}

Deno.test("endsEverything() is true of what whatever comes next would meet as well", () => {
  const all: unknown[] = [
    new UnreachableError("gone"),
    new NoAnswerError(request, { reason: "refused", detail: "refused" }),
    ...[401, 408, 429, 502, 503, 504].map(reply),
    new RefusedError("no login"),
    new TlsError(request, { problem: "time", detail: "expired" }),
    new RedirectError(request, { location: "http://o/", detail: "no" }),
    new BadReplyError(request, { reason: "html", detail: "a web page" }),
    new InterruptedError("stopped"),
    new DOMException("stopped", "AbortError"),
    new UsageError("no such filter"),
    systemError("ENOSPC"),
    writeError("runs.json", systemError("EDQUOT")),
    new TypeError("a fault of our own"),
    "thrown text",
  ];
  for (const error of all) assert.equal(endsEverything(error), true, String(error));
});

Deno.test("endsEverything() is false of what one run, history, artifact or experiment met", () => {
  const ones: unknown[] = [
    ...[400, 403, 404, 500, 501].map(reply),
    new BadReplyError(request, { reason: "cut", detail: "half a reply" }),
    new AppError("the path leaves its folder"),
    new RefusedError("not this one", { status: 403 }),
    systemError("ENAMETOOLONG"),
    writeError("artifacts/x", systemError("EACCES")),
  ];
  for (const error of ones) assert.equal(endsEverything(error), false, String(error));
});

Deno.test("endsEverything() goes by the status, whatever the words say", () => {
  const url = "http://h/get-artifact?run_uuid=a401b503";
  assert.equal(endsEverything(errorOfReply({ ...request, url, status: 403, body: "401 Unauthorized" })), false);
});

Deno.test("statusOf() is the server's last status, null where none tells", () => {
  assert.deepEqual([403, 500].map((status) => statusOf(reply(status))), [403, 500]);
  assert.deepEqual([new AppError("without end"), systemError("EIO"), "text"].map(statusOf), [null, null, null]);
});
