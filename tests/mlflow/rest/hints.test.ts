import assert from "node:assert/strict";
import {
  BadReplyError,
  errorOfReply,
  NoAnswerError,
  RedirectError,
  TlsError,
} from "../../../lib/http/failure/errors.ts";
import { mlflowHint } from "../../../lib/mlflow/rest/hints.ts";

const request = { service: "MLflow", method: "GET", url: "http://mlflow:5000/api" };

Deno.test("mlflowHint() names the variables of an account for 401 and 403", () => {
  for (const status of [401, 403]) {
    const hint = mlflowHint(errorOfReply({ ...request, status, body: "Permission denied" })) ?? "";
    assert.match(hint, /MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN/);
  }
});

Deno.test("mlflowHint() tells both cures of a refused Host header", () => {
  const body = "Invalid Host header - possible DNS rebinding attack detected";
  const hint = mlflowHint(errorOfReply({ ...request, status: 403, body })) ?? "";
  assert.match(
    hint,
    /^Start the server with --allowed-hosts \(MLFLOW_SERVER_ALLOWED_HOSTS\) naming mlflow:5000, or use its IP address/,
  );
  assert.doesNotMatch(hint, /PASSWORD/);
});

Deno.test("mlflowHint() tells that a proxy sends another Host where the address holds one that servers allow", () => {
  const body = "Invalid Host header - possible DNS rebinding attack detected";
  const hintFor = (host: string): string =>
    mlflowHint(errorOfReply({ ...request, url: `http://${host}/api`, status: 403, body })) ?? "";
  for (
    const host of ["127.0.0.1:8080", "localhost", "10.1.2.3", "192.168.0.7:80", "172.31.0.1", "[::1]:5000", "[fd12::1]"]
  ) {
    assert.match(hintFor(host), /proxy_set_header Host/, host);
    assert.doesNotMatch(hintFor(host), /use its IP address/);
  }
  for (const host of ["172.32.0.1", "8.8.8.8:5000", "[2001:db8::1]"]) {
    assert.equal(hintFor(host), `Start the server with --allowed-hosts (MLFLOW_SERVER_ALLOWED_HOSTS) naming ${host}`);
  }
});

Deno.test("mlflowHint() leaves the bundle that was in force to the hint that names it", () => {
  const authorities = { path: "/etc/corp.pem", variable: "REQUESTS_CA_BUNDLE" };
  assert.equal(mlflowHint(new TlsError({ ...request, authorities }, { problem: "authority", detail: "x" })), undefined);
});

Deno.test("mlflowHint() names the variables of certificates", () => {
  const problems = ["authority", "client", "name"] as const;
  const [authority, client, name] = problems.map((problem) =>
    mlflowHint(new TlsError(request, { problem, detail: "x" }))
  );
  assert.match(authority ?? "", /MLFLOW_TRACKING_SERVER_CERT_PATH/);
  assert.match(client ?? "", /MLFLOW_TRACKING_CLIENT_CERT_PATH/);
  assert.equal(name, undefined);
});

Deno.test("mlflowHint() names the client's certificate where an https server refuses the request itself", () => {
  const reply = { ...request, status: 400, body: "<html><center>No required SSL certificate was sent</center></html>" };
  assert.equal(mlflowHint(errorOfReply(reply)), undefined);
  const encrypted = { ...reply, url: "https://mlflow/api" };
  assert.match(mlflowHint(errorOfReply(encrypted)) ?? "", /MLFLOW_TRACKING_CLIENT_CERT_PATH/);
  const own = { ...encrypted, body: '{"error_code": "INVALID_PARAMETER_VALUE", "message": "no"}' };
  assert.equal(mlflowHint(errorOfReply(own)), undefined);
});

Deno.test("mlflowHint() names an account, or another address, where a login for people stands before the server", () => {
  const page = new BadReplyError(request, { reason: "html", detail: "a login page", isLogin: true });
  const redirect = new RedirectError(request, { location: "https://sso/authorize", detail: "x", isLogin: true });
  for (const failure of [page, redirect]) {
    assert.match(mlflowHint(failure) ?? "", /single sign-on.*MLFLOW_TRACKING_TOKEN/);
  }
  assert.equal(mlflowHint(new RedirectError(request, { location: "https://new/api", detail: "x" })), undefined);
});

Deno.test("mlflowHint() tells of a workspace that the server does not have", () => {
  const body = '{"error_code": "FEATURE_DISABLED", "message": "Workspace APIs are not available"}';
  assert.match(mlflowHint(errorOfReply({ ...request, status: 500, body })) ?? "", /Unset MLFLOW_WORKSPACE/);
});

Deno.test("mlflowHint() tells how to give a slow server more time", () => {
  const hint = mlflowHint(new NoAnswerError(request, { reason: "timeout", detail: "x" }));
  assert.match(hint ?? "", /MLFLOW_HTTP_REQUEST_TIMEOUT/);
});

Deno.test("mlflowHint() leaves other failures to the hint they have", () => {
  assert.equal(mlflowHint(errorOfReply({ ...request, status: 404, body: "" })), undefined);
  assert.equal(mlflowHint(new NoAnswerError(request, { reason: "dns", detail: "x" })), undefined);
});
