import assert from "node:assert/strict";
import fc from "fast-check";
import { html, scriptJson } from "../../../lib/report/text/markup.ts";

Deno.test("html`` escapes every value, and takes markup as it is", () => {
  const inner = html`<b>${"<i>"}</b>`;
  assert.equal(
    html`<p title="${`"'&`}">${[inner, 1, null, undefined, false]}</p>`.text,
    '<p title="&quot;&#39;&amp;"><b>&lt;i&gt;</b>1</p>',
  );
});

Deno.test("scriptJson() says the same, without anything that could end a script", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const json = scriptJson(JSON.stringify({ text: `${text}</script><!--<script>\u2028` }));
    assert.doesNotMatch(json, /[<\u2028\u2029]/);
    assert.equal(JSON.parse(json).text, `${text}</script><!--<script>\u2028`);
  }));
});
