import assert from "node:assert/strict";
import { readAddress, unwrapped } from "../lib/address.ts";
import { UsageError } from "../lib/errors.ts";

Deno.test("unwrapped() leaves out blanks and quotes around a text, and none within", () => {
  assert.equal(unwrapped(` "a 'b' c"\n`), "a 'b' c");
});

Deno.test("readAddress() gives an address as it was typed, and names the one that was meant in place of one that is none", () => {
  assert.equal(readAddress("'HTTPS://u:p@K//'", "--x"), "HTTPS://u:p@K//");
  const refused: Readonly<Record<string, string>> = {
    "kiroframe.example.com": "; did you mean http://kiroframe.example.com?",
    "u:hunter2@k:80": "; did you mean http://***@k:80?",
    "https:/k/a": "; did you mean https://k/a?",
    "nonsense": "",
  };
  for (const [text, meant] of Object.entries(refused)) {
    const found = text.replace(/^.*@/, "***@");
    assert.throws(
      () => readAddress(text, "--x"),
      new UsageError(`Cannot use --x "${found}": expected an http or https URL${meant}`),
    );
  }
});
