import assert from "node:assert/strict";
import { join, resolve, sep } from "node:path";
import fc from "fast-check";
import { unsafePathReason } from "../../../lib/export/artifacts/path.ts";

Deno.test("unsafePathReason() refuses what would leave the folder or cannot be written", () => {
  for (
    const path of ["", "/etc/passwd", "..", "../x", "a/../../x", "a//b", "./a", "a/.", "a\0b", "é".repeat(200), "a/"]
  ) {
    assert.notEqual(unsafePathReason(path, "linux"), null, path);
  }
  for (const path of ["C:\\x", "c:x", "a\\..\\b", "CON", "nul.txt", "a/lpt1.csv", "a:b", "x.", "x "]) {
    assert.notEqual(unsafePathReason(path, "win32"), null, path);
  }
});

Deno.test("unsafePathReason() takes names that are only odd", () => {
  for (const path of ["notes/ünïcode näme, 100%.txt", "a b/..c/d..", "CON", "c:x", "new\nline", "\u001b[31m", "a\\b"]) {
    assert.equal(unsafePathReason(path, "linux"), null, path);
  }
});

Deno.test("unsafePathReason() never takes a path that resolves outside the folder", () => {
  const root = resolve("root");
  const part = fc.constantFrom("..", ".", "", "a", "b c", "/", "\\", "...");
  fc.assert(fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
    const path = parts.join("/");
    if (unsafePathReason(path, "linux") === null) assert.ok(join(root, path).startsWith(root + sep), path);
  }));
});
