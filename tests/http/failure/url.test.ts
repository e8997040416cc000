import assert from "node:assert/strict";
import { basicAuthorization, originAndPath, shortUrl, splitCredentials } from "../../../lib/http/failure/url.ts";

Deno.test("splitCredentials() takes user and password out, percent-decoded", () => {
  const { url, credentials } = splitCredentials(new URL("http://ali%40ce:p%2Fs%20s@mlflow:5000/x?y#z"));
  assert.equal(url.href, "http://mlflow:5000/x?y");
  assert.deepEqual(credentials, { username: "ali@ce", password: "p/s s" });
});

Deno.test("splitCredentials() takes one of the two alone, and none", () => {
  assert.deepEqual(splitCredentials(new URL("http://token@h/")).credentials, { username: "token", password: "" });
  assert.deepEqual(splitCredentials(new URL("http://:pw@h/")).credentials, { username: "", password: "pw" });
  assert.equal(splitCredentials(new URL("http://h/")).credentials, null);
});

Deno.test("splitCredentials() keeps percent signs that encode nothing", () => {
  const { credentials } = splitCredentials(new URL("http://100%:%zz%ff%41@h/"));
  assert.deepEqual(credentials, { username: "100%", password: "%zz%ff%41" });
});

Deno.test("basicAuthorization() encodes in UTF-8", () => {
  assert.equal(
    basicAuthorization({ username: "Aladdin", password: "open sesame" }),
    "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
  );
  assert.equal(basicAuthorization({ username: "ü", password: "€" }), "Basic w7w64oKs");
});

Deno.test("shortUrl() cuts long addresses", () => {
  assert.equal(shortUrl("http://h/a"), "http://h/a");
  const short = shortUrl(`http://h/${"a".repeat(4_000)}`);
  assert.equal(short.length, 200);
  assert.ok(short.endsWith("a…"));
});

Deno.test("originAndPath() leaves query and credentials out", () => {
  assert.equal(originAndPath(new URL("https://us:pw@h:1/a/b?token=x#y")), "https://h:1/a/b");
});
