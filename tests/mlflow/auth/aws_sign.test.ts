import assert from "node:assert/strict";
import { strictQuery } from "../../../lib/http/failure/url.ts";
import { awsAuthorize } from "../../../lib/mlflow/auth/aws_sign.ts";

const API = "https://abc.execute-api.eu-central-1.amazonaws.com/prod/api/2.0/mlflow";
const SCOPE = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261128/eu-central-1";

/** What botocore 1.44.8 signs for the same attempts, key and moment (SigV4Auth, and S3SigV4Auth with an unsigned payload). */
const VECTORS = [
  {
    service: "execute-api",
    method: "POST",
    url: `${API}/runs/search`,
    body: `{"experiment_ids": ["1"], "filter": "a = 'b c'"}`,
    authorization: `${SCOPE}/execute-api/aws4_request, SignedHeaders=host;x-amz-date, ` +
      "Signature=acdfd4af32792904470374dc6660aac5f5d95800171a299fc98dab0fed8a8dba",
  },
  {
    service: "execute-api",
    method: "GET",
    url: `${API}/metrics/get-history?run_id=r&metric_key=a%20b%2Bc%2A%21~&max_results=25000`,
    sessionToken: "token/with+signs==",
    authorization: `${SCOPE}/execute-api/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token, ` +
      "Signature=4b93b68a77b07c87ce9858d9d1368c406e18cfad5f53a6bb3baac69c09e52f67",
  },
  {
    service: "s3",
    method: "GET",
    url: "https://bucket.s3.eu-central-1.amazonaws.com/1/r/artifacts/a%20b%2Bc%20%28%C3%A9%29.txt",
    authorization: `${SCOPE}/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, ` +
      "Signature=3ddb7480e461e979cffbcc47ebb537e20a7d8fcc57989e072a197a8926014e56",
  },
  {
    service: "s3",
    method: "GET",
    url: "http://127.0.0.1:9000/bucket?list-type=2&prefix=1%2Fr%2F",
    authorization: `${SCOPE}/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, ` +
      "Signature=40229b1efc913bf1bfb8e39b3088cfeaf0a4049f11a82bfd3b71f13c39e23986",
  },
];

Deno.test("awsAuthorize() signs as botocore does", async () => {
  for (const { service, method, url, body, sessionToken, authorization } of VECTORS) {
    const credentials = {
      accessKeyId: "AKIDEXAMPLE",
      secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
      sessionToken,
    };
    const now = (): Date => new Date(Date.UTC(2026, 10, 28, 12));
    const headers = await awsAuthorize({ credentials, service, region: "eu-central-1", now })({
      method,
      url,
      headers: {},
      body,
    });
    assert.equal(headers["authorization"], authorization, url);
    assert.equal(headers["x-amz-date"], "20261128T120000Z");
    assert.equal(headers["x-amz-security-token"], sessionToken);
  }
});

Deno.test("strictQuery() encodes a query as it is signed", () => {
  assert.equal(
    strictQuery("/a?metric_key=a+b%2Bc*!~'%7E&x=&y=é?&x=2"),
    "/a?metric_key=a%20b%2Bc%2A%21~%27~&x=&y=%C3%A9%3F&x=2",
  );
  assert.equal(strictQuery("/a%20b"), "/a%20b");
});
