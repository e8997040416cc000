import assert from "node:assert/strict";
import { isTooOld } from "../lib/version.ts";

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
