import assert from "node:assert/strict";
import { AppError, UnreachableError } from "../../../../lib/errors.ts";
import { BadReplyError, errorOfReply, NoAnswerError } from "../../../../lib/http/failure/errors.ts";
import { verdictOn } from "../../../../lib/mlflow/rest/endpoints/verdict.ts";
import { fakeClient, FakeHistories } from "../history/fake_histories.ts";

const info = { service: "MLflow", method: "POST", url: "http://fake/" };
const crash = errorOfReply({ ...info, status: 500, body: "<html>Internal Server Error</html>" });

/** What is made of a failure by a client whose server answers its simplest call so, and how often that was asked. */
async function verdict(
  error: unknown,
  control?: unknown,
): Promise<{ readonly verdict: unknown; readonly asked: number }> {
  const http = new FakeHistories(new Map());
  let asked = 0;
  http.json = (request) => {
    asked++;
    assert.match(request.path, /\/experiments\/search$/);
    assert.equal(request.retries, 0);
    return control === undefined ? Promise.resolve({}) : Promise.reject(control);
  };
  return { verdict: await verdictOn(error, fakeClient(http)), asked };
}

Deno.test("verdictOn() leaves a failure with the one thing it is of where the server is well", async () => {
  const cut = new BadReplyError(info, { reason: "cut", detail: "half" });
  for (const error of [crash, cut, new AppError("MLflow gives page tokens without end")]) {
    assert.deepEqual(await verdict(error), { verdict: error, asked: 1 });
  }
  // Another server than MLflow's may not have that call.
  const missing = errorOfReply({ ...info, status: 404, body: "" });
  assert.deepEqual(await verdict(crash, missing), { verdict: crash, asked: 1 });
});

Deno.test("verdictOn() ends everything where the server fails at its simplest call as well", async () => {
  const { verdict: broken } = await verdict(crash, crash);
  assert.ok(broken instanceof UnreachableError);
  assert.equal(broken.message, `MLflow fails at its simplest call as well: ${crash.message}`);
  const gone = new NoAnswerError(info, { reason: "refused", detail: "refused" });
  assert.equal((await verdict(crash, gone)).verdict, gone);
  const login = new BadReplyError(info, { reason: "html", detail: "a web page" });
  assert.equal((await verdict(crash, login)).verdict, login);
});

Deno.test("verdictOn() asks nothing where the failure says itself whose it is", async () => {
  const clear = [
    errorOfReply({ ...info, status: 403, body: "" }),
    errorOfReply({ ...info, status: 404, body: "" }),
    errorOfReply({ ...info, status: 503, body: "" }),
    new DOMException("stopped", "AbortError"),
  ];
  for (const error of clear) assert.deepEqual(await verdict(error, crash), { verdict: error, asked: 0 });
});
