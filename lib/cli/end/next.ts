/**
 * The command to run next: what a person would paste after reading how this one ended.
 * @module
 */
import process from "node:process";
import type { NextCommand } from "../../jobs/context.ts";
import type { Told } from "../../jobs/told.ts";
import { flagsOf } from "../tables/option.ts";
import { OPTION_TABLE } from "../tables/options.ts";

/** How a command ended, as far as the next one depends on it. */
export interface Before {
  /** Its name; null where none could be read. */
  readonly command: string | null;
  /** All its words, without secrets that are known. */
  readonly argv: readonly string[];
  readonly exitCode: number;
  /** What the command told. */
  readonly told: Told;
  /** What it advised where it was. */
  readonly advised?: NextCommand;
  /** Whose shell it is for, as node's process.platform has it. @default {this machine} */
  readonly platform?: string;
}

/** Returns the next command as a line for a shell; null where nothing is left to do. */
export function nextCommand(before: Before): string | null {
  const words = wordsAfter(before);
  const wordOf = (before.platform ?? process.platform) === "win32" ? windowsWord : shellWord;
  return words === null ? null : ["kiroframe-importer", ...words].map(wordOf).join(" ");
}

function wordsAfter(
  { command, argv, exitCode, told: { folder, missing, plan }, advised }: Before,
): readonly string[] | null {
  if (exitCode === 2) return command === null || command === "plain" ? ["--help"] : [command, "--help"];
  if (advised !== undefined) return "words" in advised ? advised.words : same(argv, advised.sameWith);
  if (exitCode === 0 && plan !== undefined) return afterPlan(command, { argv, sends: plan?.kiroframe !== null });
  if (exitCode === 0) return afterDone(command, folder);
  if (exitCode !== 3) return same(argv);
  // Histories are not asked for again: what else failed is.
  const canResume = (missing?.experiments ?? 0) + (missing?.models ?? 0) + (missing?.artifacts ?? 0) > 0;
  if (typeof folder !== "string" || !canResume) return command === "verify" ? null : same(argv);
  if (command === "plain" || command === "export") return same(argv, ["--resume", folder]);
  return command === "sync" ? same(argv) : null;
}

function afterDone(command: string | null, folder: Told["folder"]): readonly string[] | null {
  if (command === "demo") return ["export", "--tracking-url", "http://localhost:5000"];
  if (typeof folder !== "string") return null;
  if (command === "export" || command === "merge") {
    return ["import", folder, "--kiroframe-url", "URL", "--profiling-token", "TOKEN"];
  }
  return command === "plain" || command === "import" || command === "sync" ? ["verify", folder] : null;
}

/** What was planned. */
function afterPlan(
  command: string | null,
  { argv, sends }: { readonly argv: readonly string[]; readonly sends: boolean },
): readonly string[] {
  const words = same(argv).filter((word) => word !== "--dry-run");
  const at = command === "plan" ? words.indexOf("plan") : -1;
  return at === -1 ? words : [...words.slice(0, at), ...(sends ? [] : ["export"]), ...words.slice(at + 1)];
}

function same(argv: readonly string[], more: readonly string[] = []): readonly string[] {
  const at = argv.findIndex((word) => word === more[0]);
  // What was given already is given anew.
  const without = at === -1 ? argv : [...argv.slice(0, at), ...argv.slice(at + more.length)];
  return [...without.map(withoutSecret), ...more];
}

const SECRET_FLAGS = OPTION_TABLE.filter(({ secret }) => secret === true).flatMap(flagsOf);

/** However short it is, and however its flag was shortened. */
function withoutSecret(word: string, i: number, argv: readonly string[]): string {
  const isSecretFlag = (flag: string | undefined): boolean =>
    flag !== undefined && flag.length > 2 && SECRET_FLAGS.some((whole) => whole.startsWith(flag));
  if (isSecretFlag(argv[i - 1])) return MASK;
  const [, flag] = /^(--[^=]+)=/.exec(word) ?? [];
  return isSecretFlag(flag) ? `${flag}=${MASK}` : word;
}

/** Stands for a secret, as in the log. */
const MASK = "***";

/** As a shell takes it for one word. */
function shellWord(word: string): string {
  return /^[\w.,:/@%+=*~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The same for cmd and PowerShell, which both take double quotes, and a backslash for itself. */
function windowsWord(word: string): string {
  return /^[\w.:/\\+=*~-]+$/.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`;
}
