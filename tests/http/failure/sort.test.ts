import assert from "node:assert/strict";
import { TunnelRefusal } from "../../../lib/http/failure/connection.ts";
import { NoAnswerError, ProxyError, RedirectError, TlsError } from "../../../lib/http/failure/errors.ts";
import { errorOfFetch, errorOfPlain, errorOfTimeout } from "../../../lib/http/failure/sort.ts";

const request = { service: "MLflow", method: "GET", url: "http://127.0.0.1:5000/x" };

/** What a runtime throws: fetch's own error around the real one, which may carry a code. */
function thrown(message: string, code?: string): Error {
  return new TypeError("fetch failed", {
    cause: Object.assign(new Error(message), code === undefined ? {} : { code }),
  });
}

const deno = "error sending request for url (http://us:pw@127.0.0.1:5000/x): client error (Connect): ";

Deno.test("errorOfFetch() tells why there is no answer, in the words of Deno and Node", () => {
  const cases: [Error, reason: string, detail: string][] = [
    [thrown(`${deno}tcp connect error: Connection refused (os error 111)`), "refused", "Connection refused"],
    [thrown("connect ECONNREFUSED 127.0.0.1:5000", "ECONNREFUSED"), "refused", "connect ECONNREFUSED 127.0.0.1:5000"],
    [
      thrown(`${deno}dns error: failed to lookup address information: Name or service not known`),
      "dns",
      "failed to lookup address information: Name or service not known",
    ],
    [thrown("getaddrinfo ENOTFOUND mlflow.test", "ENOTFOUND"), "dns", "getaddrinfo ENOTFOUND mlflow.test"],
    [thrown("Connect Timeout Error", "UND_ERR_CONNECT_TIMEOUT"), "timeout", "Connect Timeout Error"],
    [thrown("connect EHOSTUNREACH 10.0.0.1:5000", "EHOSTUNREACH"), "timeout", "connect EHOSTUNREACH 10.0.0.1:5000"],
    [
      thrown(
        "error sending request from 127.0.0.1:50002 for http://us:pw@h/ (h:1): client error (SendRequest): connection closed before message completed",
      ),
      "connection",
      "the connection broke before the reply was complete",
    ],
    [
      thrown("other side closed", "UND_ERR_SOCKET"),
      "connection",
      "the connection broke before the reply was complete",
    ],
    [
      new TypeError("error reading a body from connection"),
      "connection",
      "the connection broke before the reply was complete",
    ],
    [new TypeError("terminated"), "connection", "the connection broke before the reply was complete"],
    [thrown("read ECONNRESET", "ECONNRESET"), "connection", "read ECONNRESET"],
  ];
  for (const [error, reason, detail] of cases) {
    const told = errorOfFetch(error, request);
    assert.ok(told instanceof NoAnswerError, detail);
    assert.equal(told.reason, reason);
    assert.equal(told.message, `Cannot reach MLflow at http://127.0.0.1:5000/x: ${detail}`);
    assert.ok(told.hint);
  }
});

Deno.test("errorOfFetch() tells the addresses of one host that were all tried", () => {
  const both = new AggregateError([
    thrown("connect ECONNREFUSED ::1:5000"),
    thrown("connect ECONNREFUSED 127.0.0.1:5000"),
  ]);
  const told = errorOfFetch(new TypeError("fetch failed", { cause: both }), request);
  assert.ok(told instanceof NoAnswerError);
  assert.equal(told.reason, "refused");
  assert.match(told.message, /connect ECONNREFUSED 127\.0\.0\.1:5000$/);
});

Deno.test("errorOfFetch() tells what is wrong with a certificate, in the words of rustls and OpenSSL", () => {
  const cases: [Error, problem: string][] = [
    [thrown(`${deno}invalid peer certificate: UnknownIssuer`), "authority"],
    [thrown("unable to verify the first certificate", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"), "authority"],
    [thrown("self-signed certificate", "DEPTH_ZERO_SELF_SIGNED_CERT"), "authority"],
    [thrown("self-signed certificate in certificate chain", "SELF_SIGNED_CERT_IN_CHAIN"), "authority"],
    [thrown("unable to get local issuer certificate", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"), "authority"],
    [thrown(`${deno}invalid peer certificate: Expired`), "time"],
    [thrown(`${deno}invalid peer certificate: certificate expired: verification time 1795472352 (UNIX)`), "time"],
    [thrown("certificate has expired", "CERT_HAS_EXPIRED"), "time"],
    [thrown(`${deno}invalid peer certificate: certificate not valid for name "mlflow"`), "name"],
    [thrown("Hostname/IP does not match certificate's altnames", "ERR_TLS_CERT_ALTNAME_INVALID"), "name"],
    [thrown("received fatal alert: CertificateRequired"), "client"],
    [thrown(`${deno}received corrupt message of type InvalidContentType`), "protocol"],
    [thrown("write UNKNOWN", "UNKNOWN"), "untold"],
    [thrown("write EPROTO", "ERR_SSL_WRONG_VERSION_NUMBER"), "protocol"],
  ];
  for (const [error, problem] of cases) {
    const told = errorOfFetch(error, request);
    assert.ok(told instanceof TlsError, String(error.cause));
    assert.equal(told.problem, problem);
    assert.ok(told.hint);
    assert.doesNotMatch(told.message, /us:pw/);
  }
});

const proxied = { ...request, proxy: { address: "http://proxy:3128", variable: "HTTPS_PROXY" } };

Deno.test("errorOfFetch() tells what a proxy answered in place of a tunnel, and which proxy it is", () => {
  for (const [status, exitCode] of [[407, 1], [501, 1], [502, 5]] as const) {
    const told = errorOfFetch(new Error("connect", { cause: new TunnelRefusal(status) }), proxied);
    assert.ok(told instanceof ProxyError);
    assert.equal(
      told.message,
      "Cannot reach MLflow at http://127.0.0.1:5000/x: the proxy http://proxy:3128 (from HTTPS_PROXY) answered with status " +
        status,
    );
    assert.equal(told.exitCode, exitCode);
    assert.match(
      told.hint ?? "",
      status === 407 ? /in HTTPS_PROXY: http:\/\/USER:PASSWORD@/ : /127\.0\.0\.1 in NO_PROXY/,
    );
  }
});

Deno.test("errorOfFetch() blames the proxy for what happens on the way to it, and names it for the rest", () => {
  const cases: [Error, message: string][] = [
    [
      thrown("connect ECONNREFUSED 127.0.0.1:3128", "ECONNREFUSED"),
      "Cannot reach the proxy http://proxy:3128 (from HTTPS_PROXY), the way to MLflow at http://127.0.0.1:5000/x: ",
    ],
    [
      thrown("getaddrinfo ENOTFOUND proxy", "ENOTFOUND"),
      "Cannot reach the proxy http://proxy:3128 (from HTTPS_PROXY), the way to MLflow at http://127.0.0.1:5000/x: ",
    ],
    [
      thrown("other side closed", "UND_ERR_SOCKET"),
      "Cannot reach MLflow at http://127.0.0.1:5000/x through the proxy http://proxy:3128 (from HTTPS_PROXY): ",
    ],
    [
      thrown("self-signed certificate", "DEPTH_ZERO_SELF_SIGNED_CERT"),
      "Cannot connect securely to MLflow at http://127.0.0.1:5000/x through the proxy http://proxy:3128 (from HTTPS_PROXY): ",
    ],
  ];
  for (const [error, message] of cases) {
    const told = errorOfFetch(error, proxied);
    assert.ok(told.message.startsWith(message), told.message);
  }
  assert.match(errorOfFetch(cases[0]![0], proxied).hint ?? "", /proxy runs, correct HTTPS_PROXY, .*NO_PROXY/);
});

Deno.test("errorOfFetch() names the target of a redirect, which to another host is no failure of the server", () => {
  const location = "https://login.example/auth";
  const away = { ...request, redirect: { location, isElsewhere: true } };
  for (
    const told of [errorOfFetch(thrown("x ENOTFOUND login.example", "ENOTFOUND"), away), errorOfTimeout(away, 1000)]
  ) {
    assert.ok(told instanceof RedirectError);
    assert.match(
      told.message,
      /redirects GET http:\/\/127\.0\.0\.1:5000\/x to https:\/\/login\.example\/auth: no answer/,
    );
    assert.equal(told.exitCode, 1);
    assert.ok(told.cause instanceof NoAnswerError);
  }
  const near = { ...request, redirect: { location: "http://127.0.0.1:6000/y", isElsewhere: false } };
  const told = errorOfFetch(thrown("connect ECONNREFUSED 127.0.0.1:6000", "ECONNREFUSED"), near);
  assert.ok(told instanceof NoAnswerError);
  assert.match(told.message, /^Cannot reach MLflow at http:\/\/127\.0\.0\.1:6000\/y: /);
});

Deno.test("errorOfFetch() tells whose authorities were trusted where they are not the runtime's", () => {
  const error = thrown(`${deno}invalid peer certificate: UnknownIssuer`);
  const bundled = { ...request, authorities: { path: "/etc/corp.pem", variable: "REQUESTS_CA_BUNDLE" } };
  assert.match(
    errorOfFetch(error, bundled).hint ?? "",
    /^Only the authorities in \/etc\/corp\.pem \(from REQUESTS_CA_BUNDLE\)/,
  );
  assert.match(errorOfFetch(error, request).hint ?? "", /name its file in REQUESTS_CA_BUNDLE/);
});

Deno.test("errorOfPlain() advises https", () => {
  const told = errorOfPlain(request, undefined);
  assert.equal(
    told.message,
    "Cannot reach MLflow at http://127.0.0.1:5000/x: that port speaks TLS and was asked in plain http",
  );
  assert.match(told.hint ?? "", /https:\/\//);
  assert.equal(told.exitCode, 1);
});

Deno.test("errorOfFetch() takes anything that is thrown", () => {
  for (const value of ["text", undefined, {}]) {
    assert.match(errorOfFetch(value, request).message, /: the connection failed$/);
  }
});

Deno.test("errorOfTimeout() tells how long nothing came", () => {
  const told = errorOfTimeout(request, 120_000);
  assert.ok(told instanceof NoAnswerError && told.reason === "timeout");
  assert.match(told.message, /nothing came for 120 s$/);
});
