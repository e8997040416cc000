import assert from "node:assert/strict";
import { BadReplyError } from "../../../lib/http/failure/errors.ts";
import { parseReply } from "../../../lib/http/reply/json.ts";

const info = { service: "MLflow", method: "GET", url: "http://h/api" };

function failure(text: string, contentType = "application/json"): BadReplyError {
  try {
    parseReply(text, { info, headers: new Headers({ "content-type": contentType }) });
  } catch (error) {
    assert.ok(error instanceof BadReplyError);
    return error;
  }
  assert.fail("expected a failure");
}

Deno.test("parseReply() takes JSON whatever its content type says", () => {
  assert.deepEqual(parseReply('{"a": NaN}', { info, headers: new Headers({ "content-type": "text/html" }) }), {
    a: NaN,
  });
});

Deno.test("parseReply() tells a web page, a cut text and rubbish apart", () => {
  assert.equal(failure("<html>x</html>").reason, "html");
  assert.equal(failure("Sign in", "text/html").reason, "html");
  assert.equal(failure('{"a": [1').reason, "cut");
  assert.equal(failure("").reason, "cut");
  assert.equal(failure("2.22.5").reason, "json");
});

Deno.test("parseReply() refuses with exit 4 a page to sign in at, and one that a redirect led to", () => {
  const login = failure("<html><title>Contoso</title><form method=post></form></html>");
  assert.deepEqual([login.reason, login.isLogin, login.exitCode], ["html", true, 4]);
  assert.match(login.message, /with a login page in place of JSON: /);
  const redirect = { location: "https://sso/authorize", isElsewhere: true };
  assert.throws(
    () => parseReply("<html><title>x</title></html>", { info: { ...info, redirect }, headers: new Headers() }),
    { isLogin: true, exitCode: 4 },
  );
  const page = failure("<html><title>Grafana</title></html>");
  assert.deepEqual([page.reason, page.isLogin, page.exitCode], ["html", false, 1]);
});

Deno.test("parseReply() says where the text breaks off or is wrong", () => {
  assert.equal(
    failure('{"a": [1').message,
    "MLflow answered GET http://h/api with JSON that breaks off after 8 characters",
  );
  assert.equal(failure("").message, "MLflow answered GET http://h/api with an empty body in place of JSON");
  assert.match(failure('{"a": 1,}').message, /text that is not JSON: .* position 8/);
});
