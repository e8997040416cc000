import assert from "node:assert/strict";
import { excerptOf, isHtml, isLoginPage } from "../../../lib/http/failure/excerpt.ts";

Deno.test("isHtml() goes by the content type or the first tag", () => {
  assert.equal(isHtml("x", new Headers({ "content-type": "text/html; charset=utf-8" })), true);
  assert.equal(isHtml("\n<!DOCTYPE HTML>"), true);
  assert.equal(isHtml("<html lang=de>"), true);
  assert.equal(isHtml("<xml>"), false);
  assert.equal(isHtml('{"a": "<html>"}', new Headers({ "content-type": "application/json" })), false);
});

Deno.test("isLoginPage() knows a field for a password, a form that is posted and a way elsewhere, whatever the page says", () => {
  assert.equal(isLoginPage("<html><form><input name=p type='password'></form></html>"), true);
  assert.equal(isLoginPage('<!doctype html><title>Contoso</title><form action="/saml" method="POST"></form>'), true);
  assert.equal(isLoginPage(`<html><meta http-equiv='refresh' content='0; url=https://sso.example.com/'></html>`), true);
  assert.equal(isLoginPage("<html><title>Sign in to our newsletter</title><form action=/search></form></html>"), false);
  assert.equal(
    isLoginPage('<html><title>Grafana</title><input type="text"><p>blog index, design on paper</p></html>'),
    false,
  );
});

Deno.test("excerptOf() gives the visible text of a web page in one line", () => {
  const page = `<!doctype html><html><head><title>t</title><style>a{}</style></head><body>
    <script>alert(1)</script><h1>Not   Found</h1>\n<p>a &lt; b &amp; c&nbsp;d</p></body></html>`;
  assert.equal(excerptOf(page), "Not Found a < b & c d");
});

Deno.test("excerptOf() leaves out control characters, so that no reply can write to the terminal", () => {
  assert.equal(excerptOf("a\x1b[31mb\r\n\x00c\x9b1m"), "a [31mb c 1m");
});

Deno.test("excerptOf() cuts long text", () => {
  assert.equal(excerptOf("x".repeat(301)), `${"x".repeat(299)}…`);
  assert.equal(excerptOf("x".repeat(300)), "x".repeat(300));
});
