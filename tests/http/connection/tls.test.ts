import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { UsageError } from "../../../lib/errors.ts";
import { isSpecial, readTlsFiles, withEnvironment } from "../../../lib/http/connection/tls.ts";

const fixtures = fileURLToPath(new URL("../../fixtures/tls/", import.meta.url));

Deno.test("withEnvironment() takes Python's variables where nothing else is said", () => {
  const env = { REQUESTS_CA_BUNDLE: "r", CURL_CA_BUNDLE: "c" };
  assert.deepEqual(withEnvironment({}, env), { caPath: "r", caVariable: "REQUESTS_CA_BUNDLE" });
  assert.deepEqual(withEnvironment({}, { REQUESTS_CA_BUNDLE: "", CURL_CA_BUNDLE: "c" }), {
    caPath: "c",
    caVariable: "CURL_CA_BUNDLE",
  });
  assert.deepEqual(withEnvironment({ caPath: "own" }, env), { caPath: "own" });
  assert.deepEqual(withEnvironment({ insecure: true }, env), { insecure: true });
  assert.deepEqual(withEnvironment({ clientCertPath: "p" }, {}), { clientCertPath: "p" });
});

Deno.test("isSpecial() is true for what a plain fetch does not do", () => {
  assert.equal(isSpecial({}), false);
  assert.equal(isSpecial({ insecure: false, caPath: "" }), false);
  for (const tls of [{ caPath: "a" }, { clientCertPath: "a" }, { insecure: true }]) assert.equal(isSpecial(tls), true);
});

Deno.test("readTlsFiles() reads a file, and of a folder what holds certificates", async () => {
  const { ca: file } = await readTlsFiles({ caPath: `${fixtures}ca.pem` });
  assert.equal(file?.length, 1);
  assert.match(file?.[0] ?? "", /^-----BEGIN CERTIFICATE-----/);
  const { ca: folder } = await readTlsFiles({ caPath: fixtures });
  assert.equal(folder?.length, 5);
});

Deno.test("readTlsFiles() gives key and certificate of one file", async () => {
  const { cert, key, ca, rejectUnauthorized } = await readTlsFiles({ clientCertPath: `${fixtures}client.pem` });
  assert.match(cert ?? "", /BEGIN CERTIFICATE/);
  assert.match(key ?? "", /BEGIN PRIVATE KEY/);
  assert.deepEqual([ca, rejectUnauthorized], [undefined, undefined]);
  assert.deepEqual(await readTlsFiles({ insecure: true }), { rejectUnauthorized: false });
  assert.deepEqual(await readTlsFiles({}), {});
});

Deno.test("readTlsFiles() says which file is missing or holds nothing of use", async () => {
  const cases = [
    [{ caPath: `${fixtures}none.pem` }, /Cannot read the certificates of authorities in .*none\.pem/],
    [{ caPath: `${fixtures}make.sh` }, /found no "-----BEGIN CERTIFICATE-----"/],
    [{ clientCertPath: `${fixtures}none.pem` }, /Cannot read the client certificate in .*none\.pem/],
    [{ clientCertPath: `${fixtures}ca.pem` }, /expected a certificate and its private key/],
  ] as const;
  for (const [tls, message] of cases) {
    await assert.rejects(readTlsFiles(tls), (error) => error instanceof UsageError && message.test(error.message));
  }
});
