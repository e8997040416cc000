import assert from "node:assert/strict";
import { byteSize, counted, duration, grouped, spoken } from "../../lib/terminal/amounts.ts";

Deno.test("grouped() puts thousands apart, and counted() adds the noun", () => {
  assert.deepEqual([0, 999, 1000, 1234567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
  assert.deepEqual([counted(1, "run"), counted(2000, "run")], ["1 run", "2,000 runs"]);
  assert.equal(counted(2, "history", "histories"), "2 histories");
});

Deno.test("byteSize() gives bytes in the unit that fits", () => {
  const sizes = [0, 1, 999, 1000, 9_949, 9_950, 999_499, 999_500, 1_234_567_890, 5e15, 5e18];
  assert.deepEqual(sizes.map(byteSize), [
    "0 bytes",
    "1 byte",
    "999 bytes",
    "1.0 KB",
    "9.9 KB",
    "10 KB",
    "999 KB",
    "1.0 MB",
    "1.2 GB",
    "5.0 PB",
    "5000 PB",
  ]);
});

Deno.test("duration() writes minutes, and hours where there are any", () => {
  assert.deepEqual([0, 999, 7000, 725_000, 10_930_000].map(duration), ["0:00", "0:00", "0:07", "12:05", "3:02:10"]);
});

Deno.test("spoken() writes a duration as people say it", () => {
  assert.deepEqual(
    [0, 0.44, 9.96, 89.4, 90, 5_340, 5_400, 7_500, 172_800].map(spoken),
    ["0.0 s", "0.4 s", "10 s", "89 s", "2 min", "89 min", "1 h 30 min", "2 h 5 min", "2 days"],
  );
});
