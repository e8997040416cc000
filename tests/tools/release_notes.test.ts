import assert from "node:assert/strict";
import { releaseNotes } from "../../tools/release_notes.ts";

const CHANGELOG = `# Changelog

## [Unreleased]

- Soon.

## [1.2.0] - 2026-12-01

### Added

- A thing, see [1.1.0].

## [1.1.0] - 2026-11-01

[1.2.0]: https://host.example/compare/v1.1.0...v1.2.0
`;

Deno.test("releaseNotes() returns the section of the tag's version", () => {
  assert.equal(
    releaseNotes("v1.2.0", { changelog: CHANGELOG, version: "1.2.0" }),
    "### Added\n\n- A thing, see [1.1.0].\n",
  );
});

Deno.test("releaseNotes() refuses a tag that is not the version, and a version that nothing is said about", () => {
  const refuse = (tag: string, version: string): unknown => releaseNotes(tag, { changelog: CHANGELOG, version });
  assert.throws(() => refuse("v1.2.0", "1.3.0"), /Cannot release v1\.2\.0: deno\.json names version 1\.3\.0/);
  assert.throws(() => refuse("v1.3.0", "1.3.0"), /no section "## \[1\.3\.0\]"/);
  assert.throws(() => refuse("v1.1.0", "1.1.0"), /or an empty one/);
});
