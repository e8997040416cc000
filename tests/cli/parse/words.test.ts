import assert from "node:assert/strict";
import type { OptionSpec } from "../../../lib/cli/tables/option.ts";
import { readWords } from "../../../lib/cli/parse/words.ts";
import { UsageError } from "../../../lib/errors.ts";

function given(...argv: string[]): Record<string, unknown> {
  return Object.fromEntries(readWords(argv).given);
}

function refuses(argv: readonly string[], message: RegExp | string): void {
  assert.throws(() => readWords(argv), (error: unknown) => {
    assert.ok(error instanceof UsageError, String(error));
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
}

Deno.test("readWords() splits flags, values and operands", () => {
  const words = readWords(["import", "--base-dir", "a b", "x", "--export-models", "--", "--base-dir", "--base"]);
  assert.deepEqual(Object.fromEntries(words.given), { "base-dir": "a b", "export-models": true });
  assert.deepEqual(words.operands, ["import", "x", "--base-dir", "--base"]);
  assert.deepEqual([words.help, words.version], [false, false]);
});

Deno.test("readWords() lets the last of repeated flags count", () => {
  assert.deepEqual(given("--export-models", "--no-export-models"), { "export-models": false });
  assert.deepEqual(given("--no-export-models", "--export-models"), { "export-models": true });
  assert.deepEqual(given("--base-dir", "a", "--base-dir=b"), { "base-dir": "b" });
});

Deno.test("readWords() keeps every value of a list", () => {
  const list: OptionSpec = {
    flag: "experiment",
    kind: "list",
    placeholder: "NAME",
    group: "What to export",
    about: "A name",
    commands: ["export"],
  };
  const words = readWords(["--experiment", "a", "--experiment=b"], [list]);
  assert.deepEqual(words.given.get("experiment"), ["a", "b"]);
});

Deno.test("readWords() takes values with = and values that look like numbers below zero", () => {
  assert.deepEqual(given("--tracking-url=http://h/?a=b"), { "tracking-url": "http://h/?a=b" });
  assert.deepEqual(given("--run-page-size", "-5"), { "run-page-size": "-5" });
  assert.deepEqual(given("--base-dir="), { "base-dir": "" });
});

Deno.test("readWords() takes a flag's beginning when only one flag begins so, as the reference does", () => {
  assert.deepEqual(given("--track", "http://h", "--run-p=7"), { "tracking-url": "http://h", "run-page-size": "7" });
  assert.deepEqual(given("--no-im"), { "import-to-kiroframe": false });
  assert.equal(readWords(["--vers"]).version, true);
  assert.equal(readWords(["-V"]).version, true);
  refuses(
    ["--no-i"],
    "Cannot use --no-i: it may stand for --no-include-schema-profile or --no-import-to-kiroframe or --no-include-deleted",
  );
});

Deno.test("readWords() refuses flags that do not exist, and says which one is meant", () => {
  refuses(["--bogus"], "Cannot use --bogus: there is no such option; see kiroframe-importer --help");
  refuses(["-x"], "Cannot use -x: there is no such option; see kiroframe-importer --help");
  refuses(["--trackng-url", "x"], "Cannot use --trackng-url: there is no such option; did you mean --tracking-url?");
  refuses(["--bse-dir=/secret"], "Cannot use --bse-dir: there is no such option; did you mean --base-dir?");
});

Deno.test("readWords() refuses a flag without its value, and a value where none belongs", () => {
  refuses(["--base-dir"], "Cannot use --base-dir without its value: expected --base-dir DIR");
  refuses(
    ["--tracking-url", "--kiroframe-url=http://k"],
    "Cannot use --tracking-url without its value: expected --tracking-url URL, but --kiroframe-url follows",
  );
  refuses(["--export-models=false"], "Cannot give --export-models a value: use --export-models or --no-export-models");
});

Deno.test("readWords() gives help on a line that is wrong otherwise", () => {
  for (
    const argv of [["-h", "--bogus"], ["--bogus=x", "--help"], ["--help", "--base-dir"], ["-h", "--export-models=1"]]
  ) {
    assert.equal(readWords(argv).help, true, argv.join(" "));
  }
});
