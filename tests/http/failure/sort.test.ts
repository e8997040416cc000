import assert from "node:assert/strict";
import { HttpError, NoAnswerError, TlsError } from "../../../lib/http/failure/errors.ts";
import { errorOfFetch, errorOfTimeout } from "../../../lib/http/failure/sort.ts";

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

Deno.test("errorOfFetch() tells what a proxy answered", () => {
  for (
    const [message, status] of [
      ["Proxy response (503) !== 200 when HTTP Tunneling", 503],
      ["Proxy Authentication Required (407)", 407],
    ] as const
  ) {
    const told = errorOfFetch(thrown(message), request);
    assert.ok(told instanceof HttpError);
    assert.equal(told.status, status);
    assert.match(told.hint ?? "", status === 407 ? /USER:PASSWORD/ : /NO_PROXY/);
  }
});

Deno.test("errorOfFetch() takes anything that is thrown", () => {
  for (const value of ["text", undefined, {}]) {
    assert.match(errorOfFetch(value, request).message, /: the connection failed$/);
  }
});

Deno.test("errorOfTimeout() tells how long nothing came", () => {
  const told = errorOfTimeout(request, 120_000);
  assert.equal(told.reason, "timeout");
  assert.match(told.message, /nothing came for 120 s$/);
});
