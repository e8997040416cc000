import assert from "node:assert/strict";
import { UsageError } from "../../../lib/errors.ts";
import { checkGivenHeaders, readGivenHeaders, secretsOfHeaders } from "../../../lib/mlflow/auth/given_headers.ts";

Deno.test("readGivenHeaders() takes NAME=VALUE, lines of it, and a JSON object", () => {
  const cases: [readonly string[], Record<string, string>][] = [
    [[], {}],
    [["X-Token=abc"], { "X-Token": "abc" }],
    [["X-Token=a=b, c;d=="], { "X-Token": "a=b, c;d==" }],
    [["a=1", "B=2"], { a: "1", B: "2" }],
    [[" A = 1 \r\n\n b=2\n"], { A: "1", b: "2" }],
    [['{"A": "b=c", "Cookie": "{x}"}'], { A: "b=c", Cookie: "{x}" }],
    [["Cookie={x}"], { Cookie: "{x}" }],
    [["Authorization=Bearer é"], { Authorization: "Bearer é" }],
  ];
  for (const [texts, headers] of cases) assert.deepEqual(readGivenHeaders(texts), headers);
});

Deno.test("readGivenHeaders() refuses what cannot be sent, and shows nothing that may be secret", () => {
  const cases = [
    ["hushhush", /one has no =/],
    ["X-Token: hushhush", /one has no =/],
    ["X-Token: hushhush=", /no name of a header/],
    ["=hushhush", /no name of a header/],
    ["hushhush=", /one has no value/],
    ["A= ", /one has no value/],
    ["A=hush\thush", /a character that HTTP does not allow/],
    ["A=hushhush\u0100", /a character that HTTP does not allow/],
    ["Host=hushhush", /host is not for the user to set/],
    ["a=1\nA=hushhush", /a stands twice/],
    ['{"A": "hushhush"', /is none/],
    ['{"A": 1}', /one has no value/],
    ['{"A": {"b": "hushhush"}}', /one has no value/],
  ] as const;
  for (const [text, message] of cases) {
    assert.throws(() => readGivenHeaders([text]), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, message, text);
      assert.doesNotMatch(`${error.message} ${error.hint}`, /hush/);
      return true;
    });
  }
  assert.throws(() => checkGivenHeaders([["a b", "c"]]), UsageError);
});

Deno.test("secretsOfHeaders() finds values, and what stands in them beside words", () => {
  assert.deepEqual(
    secretsOfHeaders({ a: "Bearer 0123456789==", Cookie: "session=abcdefgh; theme=dark" }),
    [
      ...["Bearer 0123456789==", "0123456789==", "0123456789=="],
      ...["session=abcdefgh; theme=dark", "session=abcdefgh", "abcdefgh", "theme=dark"],
    ],
  );
});
