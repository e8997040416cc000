import assert from "node:assert/strict";
import { isTooOld, runtimeName } from "../lib/version.ts";

Deno.test("isTooOld() compares as many parts of a version as are given", () => {
  const cases: [version: string, oldest: string, isOld: boolean][] = [
    ["2.4.4", "2.5", true],
    ["2.5.0", "2.5", false],
    ["2.10.0", "2.5", false],
    ["1.46.3", "2.5", true],
    ["3.0.0", "2.5", false],
    ["2.7.12", "2.7.13", true],
    ["2.7.13", "2.7.13", false],
    ["2.8.0", "2.7.13", false],
    ["2.5.0-rc.1+abc", "2.5", false],
  ];
  for (const [version, oldest, isOld] of cases) assert.equal(isTooOld(version, oldest), isOld, `${version} ${oldest}`);
});

Deno.test("runtimeName() tells Deno and Bun from the Node that they also say they are", () => {
  assert.equal(runtimeName({ node: "26.10.0" }), "Node 26.10.0");
  assert.equal(runtimeName({ node: "24.3.0", deno: "2.9.6" }), "Deno 2.9.6");
  assert.equal(runtimeName({ node: "24.3.0", bun: "1.3.0" }), "Bun 1.3.0");
  assert.equal(runtimeName(), `Deno ${Deno.version.deno}`);
});
