import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { SHELLS } from "../../../lib/cli/tables/commands.ts";
import type { Shell } from "../../../lib/cli/tables/commands.ts";
import { completions } from "../../../lib/cli/completions/script.ts";
import { flagsOf } from "../../../lib/cli/tables/option.ts";
import { OPTION_TABLE } from "../../../lib/cli/tables/options.ts";

function has(shell: Shell): boolean {
  return spawnSync(shell, ["-c", "exit 0"]).status === 0;
}

/** Those that can read a script without running it. */
const CHECKING: readonly Shell[] = SHELLS.filter((shell) => shell !== "powershell");

for (const shell of SHELLS) {
  Deno.test(`completions() for ${shell} knows every flag and every choice`, () => {
    const script = completions(shell);
    for (const option of OPTION_TABLE) {
      const flags = flagsOf(option).map((flag) => shell === "fish" ? ` -l ${flag.slice(2)} ` : flag);
      for (const flag of flags) assert.ok(script.includes(flag), flag);
      const choices = option.choices?.map((choice) => shell === "powershell" ? `'${choice}'` : choice);
      if (choices !== undefined) {
        assert.ok(script.includes(choices.join(shell === "powershell" ? ", " : " ")), option.flag);
      }
    }
  });
}

for (const shell of CHECKING) {
  Deno.test({
    name: `completions() for ${shell} is a script that ${shell} can read`,
    ignore: !has(shell),
    fn(): void {
      const { status, stderr } = spawnSync(shell, ["-n"], { input: completions(shell), encoding: "utf8" });
      assert.equal(stderr, "");
      assert.equal(status, 0);
    },
  });
}

Deno.test("completions() for zsh quotes the commands' sentences, which zsh evaluates once more", () => {
  assert.match(completions("zsh"), /export\\:Write\\ the\\ folder\\ only\\;\\ needs/);
});

/** What bash offers after the given words; the last one is being typed. */
function inBash(...words: string[]): string[] {
  const script = `${completions("bash")}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kiroframe_importer; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const args = ["-c", script, "bash", "kiroframe-importer", ...words];
  return spawnSync("bash", args, { cwd: new URL("../../..", import.meta.url), encoding: "utf8" }).stdout.trimEnd()
    .split(
      "\n",
    );
}

Deno.test({
  name: "completions() for bash completes commands, flags of the command, choices and folders",
  ignore: !has("bash"),
  fn(): void {
    assert.deepEqual(inBash("ex"), ["export"]);
    assert.deepEqual(inBash("--log-level", "D"), ["DEBUG"]);
    assert.deepEqual(inBash("--log-level", "=", "W"), ["WARNING"]);
    assert.deepEqual(inBash("demo", "--l"), ["--log-level"]);
    assert.deepEqual(inBash("demo", "--run"), [""]);
    assert.deepEqual(inBash("export", "--no-do"), ["--no-download-artifacts"]);
    for (const command of ["import", "verify", "merge"]) assert.deepEqual(inBash(command, "li"), ["lib"]);
    assert.deepEqual(inBash("--base-dir", "li"), ["lib"]);
    assert.deepEqual(inBash("completions", "z"), ["zsh"]);
    assert.deepEqual(inBash("help", "ex"), ["export"]);
  },
});

Deno.test({
  name: "completions() for fish completes commands, flags of the command and choices",
  ignore: !has("fish"),
  fn(): void {
    const inFish = (line: string): string[] => {
      const input = `${completions("fish")}\ncomplete -C '${line}'\n`;
      const { stdout } = spawnSync("fish", ["--no-config"], { input, encoding: "utf8" });
      return stdout.trimEnd().split("\n").map((row) => row.split("\t")[0] ?? "");
    };
    assert.deepEqual(inFish("kiroframe-importer exp"), ["export"]);
    assert.deepEqual(inFish("kiroframe-importer demo --lo"), ["--log-level"]);
    assert.deepEqual(inFish("kiroframe-importer help imp"), ["import"]);
    assert.deepEqual(inFish("kiroframe-importer demo --run"), [""]);
    assert.deepEqual(inFish("kiroframe-importer --non-finite "), ["null", "omit", "string"]);
  },
});

Deno.test("completions() for PowerShell quotes what a sentence may hold, and leaves a value of any text to PowerShell", () => {
  const script = completions("powershell");
  assert.ok(script.includes("'--run-page-size' = 'Runs a page of MLflow''s listing, at most'"), script);
  assert.match(script, /\$valued = @\(.*'--base-dir'/);
  assert.match(script, /\$onFolders = @\('import', 'merge', 'report', 'verify'\)/);
});
