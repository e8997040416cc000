import assert from "node:assert/strict";
import { fit, quoted, visible, widthOf } from "../lib/visible.ts";

Deno.test("visible() writes out what could forge lines or drive a terminal", () => {
  assert.equal(visible("a\nb\r\tc"), "a\\nb\\r\\tc");
  assert.equal(visible("\x1b[31m\x07\x00\x7f\x9b2J"), "\\x1b[31m\\x07\\x00\\x7f\\x9b2J");
  assert.equal(visible("a\u2028b\u2029\u202ec\u2066\ufeff"), "a\\u2028b\\u2029\\u202ec\\u2066\\ufeff");
  assert.equal(visible("\ud800x\udc00"), "\\ud800x\\udc00");
});

Deno.test("visible() leaves letters of every script and emoji alone", () => {
  const text = "naïve — Ελλ кот 実験 אב 👩‍🔬 C:\\x {a} %s";
  assert.equal(visible(text), text);
});

Deno.test("visible() leaves no control character of any kind", () => {
  const every = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).join("\0");
  assert.doesNotMatch(visible(every), /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_C}]/u);
});

Deno.test("widthOf() counts two columns for what may be wide", () => {
  assert.deepEqual(["", "abc", "кот", "実験", "😀"].map(widthOf), [0, 3, 3, 4, 2]);
});

Deno.test("fit() cuts a text to the columns, never through a character", () => {
  assert.equal(fit("abcdef", 6), "abcdef");
  assert.equal(fit("abcdefg", 6), "abc...");
  assert.equal(fit("実験実験", 7), "実験...");
  assert.equal(fit("実験実験", 6), "実...");
  assert.equal(fit("😀😀😀", 5), "😀...");
  assert.equal(fit("abcdef", 3), "");
});

Deno.test("quoted() writes what a user typed in one short line, without passwords", () => {
  assert.equal(quoted("a\nb"), '"a\\nb"');
  assert.equal(quoted("x".repeat(101)), `"${"x".repeat(100)}..."`);
  assert.equal(quoted("http:/ada:hun/t@er2@h/x"), '"http:/***@h/x"');
});
