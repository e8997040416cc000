import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { entriesOf, isFileError, isMissing } from "../../lib/runtime/entries.ts";

Deno.test("entriesOf() lists a folder in the system's own order, and tells folders, files and links apart", () => {
  const root = mkdtempSync(join(tmpdir(), "entries-"));
  try {
    for (const name of ["zeta", "alpha", "m10", "m2"]) writeFileSync(join(root, name), "x");
    mkdirSync(join(root, "folder"));
    symlinkSync(join(root, "folder"), join(root, "to folder"));
    symlinkSync(join(root, "zeta"), join(root, "to file"));
    symlinkSync(join(root, "nothing"), join(root, "to nothing"));
    symlinkSync(join(root, "itself"), join(root, "itself"));
    const entries = entriesOf(root);
    assert.deepEqual(entries.map(({ name }) => name), [...Deno.readDirSync(root)].map(({ name }) => name));
    const kinds = Object.fromEntries(
      entries.map(({ name, kind, isLink }) => [name, `${kind}${isLink ? " by link" : ""}`]),
    );
    assert.deepEqual(kinds, {
      "zeta": "file",
      "alpha": "file",
      "m10": "file",
      "m2": "file",
      "folder": "folder",
      "to folder": "folder by link",
      "to file": "file by link",
      "to nothing": "other by link",
      "itself": "other by link",
    });
  } finally {
    rmSync(root, { recursive: true });
  }
});

Deno.test("entriesOf() finds nothing in a folder that is not there, or is a file", () => {
  assert.deepEqual(entriesOf("/nowhere/at/all"), []);
  assert.deepEqual(entriesOf("/etc/hostname"), []);
});

Deno.test("isMissing() and isFileError() know the system's errors from others", () => {
  const errorOf = (action: () => unknown): unknown => {
    try {
      return action();
    } catch (error) {
      return error;
    }
  };
  const missing = errorOf(() => readFileSync("/nowhere"));
  const folder = errorOf(() => readFileSync("/"));
  assert.deepEqual([isMissing(missing), isFileError(missing)], [true, true]);
  assert.deepEqual([isMissing(folder), isFileError(folder)], [false, true]);
  assert.deepEqual([isMissing(new Error("x")), isFileError(new TypeError("x"))], [false, false]);
});
