import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SCRIPT, STYLE } from "../../../lib/report/page/assets.ts";
import { joined } from "../../../lib/report/page/join.ts";

const FOLDER = new URL("../../../lib/report/page/", import.meta.url);
const MODULES = readdirSync(fileURLToPath(FOLDER)).filter((name) => name.endsWith(".js"));

/** What could make markup or a program of a text, or ask the network. */
const FORBIDDEN =
  /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|srcdoc|\beval\b|new Function|\bimport\(|fetch\(|XMLHttpRequest|sendBeacon|WebSocket|EventSource|localStorage|document\.cookie|setAttribute\("(?:on|style|src|href)/;

Deno.test("the page's script, uPlot's included, has no call that makes markup or code of text, or asks the network", () => {
  assert.equal(FORBIDDEN.exec(SCRIPT)?.[0], undefined);
  for (const probe of ["a.innerHTML = b", "eval(x)", "fetch(x)"]) assert.match(probe, FORBIDDEN);
});

Deno.test("the page's script and style end no element of theirs", () => {
  assert.doesNotMatch(SCRIPT, /<\/script|<!--/i);
  assert.doesNotMatch(STYLE, /<\/style|<!--|@import|url\(/i);
});

Deno.test("SCRIPT has every module of the page, as one script that parses", () => {
  for (const name of MODULES) {
    const [, declared] = /^export (?:function|const) (\w+)/m.exec(readFileSync(new URL(name, FOLDER), "utf8")) ?? [];
    if (declared !== undefined) assert.match(SCRIPT, new RegExp(`^(?:function|const) ${declared}\\b`, "m"), name);
  }
  assert.doesNotMatch(SCRIPT.slice(SCRIPT.indexOf('"use strict";\n')), /^(?:import|export)\b/m);
  new Function(SCRIPT);
});

Deno.test("no two modules of the page declare one name", () => {
  const names = MODULES.flatMap((name) =>
    [
      ...readFileSync(new URL(name, FOLDER), "utf8").matchAll(
        /^(?:export )?(?:function|const|let) (?:\[([^\]]*)\]|(\w+))/gm,
      ),
    ]
      .flatMap(([, list, one]) => list?.split(", ") ?? [one])
  );
  assert.deepEqual(names.filter((name, place) => names.indexOf(name) !== place), []);
});

Deno.test("the page's own script is small", () => {
  assert.ok(SCRIPT.length < 100_000, `${SCRIPT.length}`);
});

Deno.test("joined() drops imports, exports and documentation, and nothing else", () => {
  const text = joined([
    "/**\n * About.\n */\nexport function a() {}\n",
    'import { a } from "./a.js";\nimport {\n  b,\n} from "./b.js";\n\nconst c = "import d; /** no */";\na(c);\n',
  ]);
  assert.equal(
    text,
    '(() => {\n"use strict";\nfunction a() {}\n\n\nconst c = "import d; /** no */";\na(c);\n\n})();\n',
  );
});
