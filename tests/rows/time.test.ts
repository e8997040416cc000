import assert from "node:assert/strict";
import { isoUtc, pandasUtc } from "../../lib/rows/time.ts";

Deno.test("isoUtc() prints microseconds only where they are not zero", () => {
  assert.equal(isoUtc(1795468028622), "2026-11-23T21:07:08.622000Z");
  assert.equal(isoUtc(1700000000000), "2023-11-14T22:13:20Z");
  assert.equal(isoUtc(0), "1970-01-01T00:00:00Z");
  assert.equal(isoUtc(-1), "1969-12-31T23:59:59.999000Z");
  assert.equal(isoUtc(null), null);
});

Deno.test("isoUtc() gives null outside the years 1 to 9999, as the reference does", () => {
  assert.equal(isoUtc(253402300799999), "9999-12-31T23:59:59.999000Z");
  assert.equal(isoUtc(253402300800000), null);
  assert.equal(isoUtc(9223372036854775807n), null);
  assert.equal(isoUtc(-62135596800001), null);
});

Deno.test("pandasUtc() prints a time as pandas does in runs.csv", () => {
  assert.equal(pandasUtc(1795468028622), "2026-11-23 21:07:08.622000+00:00");
  assert.equal(pandasUtc(1700000000000), "2023-11-14 22:13:20+00:00");
  assert.equal(pandasUtc(null), "");
});
