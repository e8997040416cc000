import assert from "node:assert/strict";
import type { OptionKind, OptionSpec } from "../../../lib/cli/tables/option.ts";
import { expandHome, readValue } from "../../../lib/cli/parse/values.ts";
import type { OptionValue } from "../../../lib/cli/parse/values.ts";
import { UsageError } from "../../../lib/errors.ts";

function option(kind: OptionKind, more: Partial<OptionSpec> = {}): OptionSpec {
  return { flag: "x", kind, group: "Other", about: "An option", commands: ["plain"], ...more };
}

function read(spec: OptionSpec, value: string | readonly string[]): OptionValue {
  return readValue(spec, { value, source: "--x" });
}

function messageFor(spec: OptionSpec, value: string): string {
  try {
    read(spec, value);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error.message;
  }
  return assert.fail(`${value} was taken`);
}

Deno.test("readValue() takes the reference's words for booleans, in any case", () => {
  for (const text of ["1", "true", "YES", "On", "y", " true "]) assert.equal(read(option("boolean"), text), true);
  for (const text of ["0", "false", "No", "OFF", "n"]) assert.equal(read(option("boolean"), text), false);
  for (const text of ["t", "2", "enabled", "nope"]) {
    assert.equal(
      messageFor(option("boolean"), text),
      `Cannot use --x "${text}": expected one of 1, true, yes, on, y or 0, false, no, off, n`,
    );
  }
});

Deno.test("readValue() takes whole numbers from 1 to the greatest", () => {
  const count = option("count", { max: 50_000 });
  assert.deepEqual(["1", "50000", "+7", " 8 ", "007"].map((text) => read(count, text)), [1, 50_000, 7, 8, 7]);
  for (const text of ["0", "-1", "50001", "1.5", "1e3", "0x10", "", "ten", "1 2", "9".repeat(400)]) {
    assert.match(messageFor(count, text), /: expected a whole number from 1 to 50000$/);
  }
});

Deno.test("readValue() takes addresses as they were given, but for blanks and quotes around them", () => {
  const url = option("url");
  for (const text of ["http://h", "https://h:5000/", "HTTP://u:p%40@h/prefix", "http://[::1]:5000"]) {
    for (const kind of ["url", "uri"] as const) {
      assert.equal(read(option(kind), text), text);
      assert.equal(read(option(kind), ` "${text}" `), text);
    }
  }
  assert.equal(
    messageFor(url, "htp://h"),
    'Cannot use --x "htp://h": expected an http or https URL; did you mean http://h?',
  );
  assert.equal(messageFor(url, "k:99999"), 'Cannot use --x "k:99999": expected an http or https URL');
  assert.equal(messageFor(url, "sqlite:///a.db"), 'Cannot use --x "sqlite:///a.db": expected an http or https URL');
  assert.match(messageFor(option("uri"), "mssql:///a"), /; serve such a store with/);
});

Deno.test("readValue() lists the choices", () => {
  const choice = option("choice", { choices: ["omit", "string", "null"] });
  assert.equal(read(choice, "null"), "null");
  assert.equal(messageFor(choice, "OMIT"), 'Cannot use --x "OMIT": expected omit, string or null');
});

Deno.test("readValue() takes a token that a header can carry, and shows no secret", () => {
  const token = option("token", { secret: true });
  assert.equal(read(token, "a b~é"), "a b~é");
  for (const text of ["a\nb", "a\r", "a\0", "a\u0100"]) {
    assert.equal(messageFor(token, text), "Cannot use --x: expected characters that an HTTP header can carry");
  }
});

Deno.test("readValue() takes lists and texts", () => {
  assert.deepEqual(read(option("list"), ["a", "b"]), ["a", "b"]);
  assert.deepEqual(read(option("list"), "a, b"), ["a, b"]);
  assert.equal(read(option("text"), ""), "");
  assert.equal(read(option("path"), "a/ b"), "a/ b");
  assert.match(messageFor(option("path"), "a\0"), /^Cannot use --x "a\\x00": expected a path$/);
});

Deno.test("readValue() writes what it found in one short line", () => {
  const found = messageFor(option("count"), `1\n\x1b[31m${"x".repeat(1000)}`);
  assert.match(found, /^Cannot use --x "1\\n\\x1b\[31mx+\.\.\.": expected a whole number from 1$/);
  assert.ok(found.length < 200);
});

Deno.test("expandHome() expands ~ alone and before a slash", () => {
  assert.deepEqual(["~", "~/a", "~user/a", "a/~", "/x"].map((path) => expandHome(path, "/home/ml")), [
    "/home/ml",
    "/home/ml/a",
    "~user/a",
    "a/~",
    "/x",
  ]);
});
