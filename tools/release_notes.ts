/**
 * Prints the notes of a release: its section of CHANGELOG.md.
 *
 *     deno run --allow-read tools/release_notes.ts v0.1.0
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./bundle.ts";

/** What {@linkcode releaseNotes} reads. */
export interface ReleaseSources {
  /** Text of CHANGELOG.md, in the form of Keep a Changelog. */
  readonly changelog: string;
  /** The version in deno.json. */
  readonly version: string;
}

/**
 * Returns the notes for a tag: what stands below its heading, without the heading.
 *
 * @throws {Error} if the tag is not the version, or the changelog has nothing to say about it.
 */
export function releaseNotes(tag: string, { changelog, version }: ReleaseSources): string {
  if (tag !== `v${version}`) throw new Error(`Cannot release ${tag}: deno.json names version ${version}`);
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.startsWith(`[${version}]`));
  const notes = section?.slice(section.indexOf("\n")).replace(/^\[[^\]\n]+\]: .*$/gm, "").trim();
  if (!notes) throw new Error(`Cannot release ${tag}: CHANGELOG.md has no section "## [${version}]", or an empty one`);
  return `${notes}\n`;
}

if (import.meta.main) {
  const { version } = JSON.parse(await readFile(join(ROOT, "deno.json"), "utf8"));
  const changelog = await readFile(join(ROOT, "CHANGELOG.md"), "utf8");
  await Deno.stdout.write(new TextEncoder().encode(releaseNotes(Deno.args[0] ?? "", { changelog, version })));
}
