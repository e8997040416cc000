import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { createRedactor, scrub } from "../../lib/terminal/redact.ts";

const SECRET = "p@ss/w+rd é\"'=";

Deno.test("redact() replaces a secret in every form in which it may be written", () => {
  const { redact } = createRedactor([SECRET]);
  const bytes = Buffer.from(SECRET);
  const forms = [
    SECRET,
    encodeURIComponent(SECRET),
    encodeURIComponent(SECRET).toLowerCase(),
    encodeURIComponent(SECRET).replaceAll("'", "%27"),
    new URLSearchParams({ x: SECRET }).toString().slice(2),
    JSON.stringify(SECRET).slice(1, -1),
    bytes.toString("base64"),
    bytes.toString("base64url"),
  ];
  for (const form of forms) assert.match(redact(`before ${form} after`), /^before \*\*\*=* after$/, form);
});

Deno.test("redact() replaces secrets that hold a control character, also where it was made visible", () => {
  const { redact } = createRedactor(["line1\x1bline2"]);
  assert.equal(redact("x line1\x1bline2 x line1\\x1bline2 x"), "x *** x *** x");
});

Deno.test("redact() knows both alphabets of base64", () => {
  const { redact } = createRedactor(["~~~???>>>"]);
  assert.equal(redact("fn5+Pz8/Pj4+ fn5-Pz8_Pj4-"), "*** ***");
});

Deno.test("redact() replaces the whole of a secret that holds another one", () => {
  const { redact } = createRedactor(["abcd", "abcd-efgh"]);
  assert.equal(redact("abcd-efgh abcd"), "*** ***");
});

Deno.test("redact() hides a secret that may be any word only where a credential stands", () => {
  for (const secret of ["a", "ab", "mlflow", "kiroframe", "token", "export"]) {
    const { redact } = createRedactor([secret]);
    const words = `${secret} (${secret}) "${secret}" x${secret} ${secret}_export /${secret}/x: ${secret}, ${secret}=y`;
    assert.equal(redact(words), words);
    assert.equal(redact(`http://u:${secret}@h https://${secret}@h`), "http://***@h https://***@h");
    assert.equal(redact(`x-api-key: ${secret}`), "x-api-key: ***");
    assert.equal(redact(`Authorization: Bearer ${secret}`), "Authorization: ***");
    assert.equal(
      redact(`?t=${secret}&x=${secret}y {"t":"${secret}", "u": "${secret}y"} t='${secret}'`),
      `?t=***&x=${secret}y {"t":"***", "u": "${secret}y"} t='***'`,
    );
  }
});

Deno.test("redact() hides a user with such a password, and its base64, wherever they stand", () => {
  const { redact } = createRedactor(["mlflow", "ada:mlflow"]);
  const base64 = ["ada:mlflow", "mlflow"].map((text) => btoa(text).replace(/=+$/, ""));
  assert.equal(redact(`ada:mlflow ${base64.join(" ")} mlflow`), "*** *** *** mlflow");
});

Deno.test("keep() leaves paths whole, and nothing else", () => {
  const redactor = createRedactor(["hunter2", "2026", "/data/hunter2/secret"]);
  redactor.keep([
    "/data/hunter2",
    "/data/hunter2/20261128_0925_332887",
    "/data/hunter2/20261128_0925_332887/runs.json",
    "hunter2",
  ]);
  assert.equal(
    redactor.redact("in /data/hunter2/20261128_0925_332887: hunter2"),
    "in /data/hunter2/20261128_0925_332887: ***",
  );
  assert.equal(
    redactor.redact("/data/hunter2/20261128_0925_332887/runs.json"),
    "/data/hunter2/20261128_0925_332887/runs.json",
  );
  assert.equal(
    redactor.redact("/data/hunter2/hunter2 /data/hunter2x/2026 /data/hunter2/secret"),
    "/data/hunter2/*** /data/hunter2x/*** ***",
  );
  assert.equal(redactor.redact("hunter2"), "***", "a mere word is no path");
});

Deno.test("add() makes more secrets known, and forgets none", () => {
  const redactor = createRedactor(["first-one"]);
  redactor.add(["second-one", ""]);
  assert.equal(redactor.redact("first-one second-one third"), "*** *** third");
});

Deno.test("redact() replaces a long secret that was cut with its text, and nothing else that begins so", () => {
  const { redact } = createRedactor(["eyJhbGciOiJSUzI1NiJ9.a-rather-long-token/of+somebody"]);
  assert.equal(redact("token=eyJhbGciOiJSUzI1NiJ9.a-rather-l…: try again"), "token=***: try again");
  assert.equal(redact('token=eyJhbGciOiJSUzI1NiJ9.a-rather-long-token%2Fo..."'), 'token=***"');
  assert.equal(redact("eyJhbGciOiJSUzI1NiJ9 and more…"), "eyJhbGciOiJSUzI1NiJ9 and more…");
});

Deno.test("redact() takes characters of patterns and of replacements as they are", () => {
  const { redact } = createRedactor(["$&.*(x)[", "a|b\\c^"]);
  assert.equal(redact("$&.*(x)[ a|b\\c^ anything"), "*** *** anything");
});

Deno.test("redact() leaves no secret of four or more characters in any text", () => {
  const secret = fc.string({ minLength: 4, maxLength: 30 }).filter((text) =>
    !"***@".includes(text) && !/^[a-z.]+$/i.test(text)
  );
  fc.assert(fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
    const redacted = createRedactor([value]).redact(before + value + after);
    // The mask may join with what stands beside it, where the secret itself is made of stars.
    return value.includes("*") || !redacted.includes(value);
  }));
});

Deno.test("scrub() takes user and password out of any URL", () => {
  assert.equal(scrub("GET http://alice:s3cret@h:5000/x failed"), "GET http://***@h:5000/x failed");
  assert.equal(scrub("postgresql+psycopg2://u:p@db/mlflow, s3://b/k"), "postgresql+psycopg2://***@db/mlflow, s3://b/k");
  assert.equal(scrub("https://token@h https://u:p@ss@h"), "https://***@h https://***@h");
  assert.equal(scrub("http://h/a@b?mail=c@d"), "http://h/a@b?mail=c@d");
});

Deno.test("scrub() leaves the container in an address of Azure's storage, and nothing that could be a login", () => {
  for (const kept of ["wasbs://my-box@acct.blob.core.windows.net", "abfss://$web@acct.dfs.core.windows.net/a, b"]) {
    assert.equal(scrub(`at ${kept}`), `at ${kept}`);
  }
  assert.equal(
    scrub("wasbs://user:pw@h/x wasbs://a@b@h wasbs://user@h:80"),
    "wasbs://***@h/x wasbs://***@h wasbs://***@h:80",
  );
});

Deno.test("scrub() takes the values out of Authorization and x-api-key", () => {
  assert.equal(scrub("Authorization: Bearer abc.def, x"), "Authorization: ***, x");
  assert.equal(scrub('{"authorization":"Basic dTpw","X-Api-Key":"k"}'), '{"authorization":"***","X-Api-Key":"***"}');
  assert.equal(scrub("proxy-authorization = dTpw"), "proxy-authorization = ***");
});
