import assert from "node:assert/strict";
import { bucketUrl, readS3Settings } from "../../../../../lib/mlflow/artifacts/objects/s3/settings.ts";

Deno.test("bucketUrl() puts a bucket before AWS's host where it can, and into the path where it must be", () => {
  const amazon = readS3Settings({});
  assert.equal(bucketUrl("my-bucket", "eu-north-1", amazon), "https://my-bucket.s3.eu-north-1.amazonaws.com");
  assert.equal(bucketUrl("my-bucket", "cn-north-1", amazon), "https://my-bucket.s3.cn-north-1.amazonaws.com.cn");
  assert.equal(bucketUrl("my.bucket", "eu-north-1", amazon), "https://s3.eu-north-1.amazonaws.com/my.bucket");
  const own = readS3Settings({ MLFLOW_S3_ENDPOINT_URL: "http://minio:9000/s3/" });
  assert.equal(bucketUrl("my-bucket", "eu-north-1", own), "http://minio:9000/s3/my-bucket");
});

Deno.test("bucketUrl() leads to no host but AWS's, whatever a server calls a bucket", () => {
  const names = [
    "2130706433\\",
    "[::1]\\x",
    "localhost:80\\",
    "a@localhost\\",
    "user:pw@evil",
    "evil%2F",
    "évil",
    "a\tb",
    "..",
  ];
  for (const name of names) {
    const { hostname } = new URL(bucketUrl(name, "us-east-1", readS3Settings({})));
    assert.equal(hostname, "s3.us-east-1.amazonaws.com", name);
  }
});
