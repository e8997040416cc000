/** Completions as a person has them: real shells on a pseudo-terminal, keys typed, Tab pressed. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { completions } from "../../lib/cli/completions/script.ts";
import type { Shell } from "../../lib/cli/tables/commands.ts";
import { install, mayInstall } from "../tools/apt.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What is typed before Tab, and what stands on the line after it. */
const LINES: readonly (readonly [typed: string, completed: string])[] = [
  ["kiroframe-importer exp", "kiroframe-importer export"],
  ["kiroframe-importer ver", "kiroframe-importer ver"],
  ["kiroframe-importer export --no-do", "kiroframe-importer export --no-download-artifacts"],
  ["kiroframe-importer demo --run", "kiroframe-importer demo --run"],
  ["kiroframe-importer completions z", "kiroframe-importer completions zsh"],
  ["kiroframe-importer help imp", "kiroframe-importer help import"],
  ["kiroframe-importer --log-level D", "kiroframe-importer --log-level DEBUG"],
  ["kiroframe-importer --log-level=W", "kiroframe-importer --log-level=WARNING"],
  ["kiroframe-importer --non-finite s", "kiroframe-importer --non-finite string"],
  ["kiroframe-importer import sandb", "kiroframe-importer import sandbox/"],
  ["kiroframe-importer export --base-dir sandb", "kiroframe-importer export --base-dir sandbox/"],
];

/** Each shell: how it is started bare, and what makes Ctrl-X write its line to a file and clear it. */
const SHELLS: { readonly [S in Exclude<Shell, "powershell">]: { readonly start: string; readonly setUp: string } } = {
  bash: {
    start: "bash --norc --noprofile -i",
    setUp: `source SCRIPT; dump() { echo "$READLINE_LINE" >> LINES; READLINE_LINE=; }; bind -x '"\\C-x": dump'`,
  },
  zsh: {
    start: "zsh -f -i",
    setUp: "autoload -U compinit; compinit -D -u; source SCRIPT; dump() { print -r -- $BUFFER >> LINES; BUFFER=; }; " +
      "zle -N dump; bindkey '^X' dump; KEYTIMEOUT=1",
  },
  fish: {
    start: "fish --no-config -i",
    setUp: "source SCRIPT; function dump; commandline >> LINES; commandline ''; end; bind \\cx dump",
  },
};

/** Types into a shell by zsh's own pseudo-terminals; resolves with the line after each Tab. */
async function typed(shell: keyof typeof SHELLS): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "kiroframe-importer-shell-"));
  try {
    const { start, setUp } = SHELLS[shell];
    const lines = join(folder, "lines");
    await writeFile(join(folder, "script"), completions(shell));
    await writeFile(
      join(folder, "setup"),
      setUp.replaceAll("SCRIPT", join(folder, "script")).replaceAll("LINES", lines),
    );
    await writeFile(lines, "");
    const driver = `
zmodload zsh/zpty
zpty shell TERM=xterm HOME=${folder} ${start}
drain() { local text; sleep $1; while zpty -r -t shell text; do :; done }
drain 1
zpty -w shell "source ${folder}/setup"
drain 1
count=0
for line in "$@"; do
  zpty -w -n shell "$line"
  drain 0.1
  zpty -w -n shell $'\\t'
  drain 0.5
  zpty -w -n shell $'\\x18'
  (( count++ ))
  for try in {1..50}; do
    drain 0.1
    (( $(wc -l < ${lines}) >= count )) && break
  done
done
zpty -d shell
`;
    const { status, stderr } = spawnSync("zsh", ["-f", "-c", driver, "zsh", ...LINES.map(([line]) => line)], {
      cwd: ROOT,
      encoding: "utf8",
      timeout: 120_000,
    });
    assert.equal(status, 0, stderr);
    return (await readFile(lines, "utf8")).trimEnd().split("\n").map((line) => line.trimEnd());
  } finally {
    await rm(folder, { recursive: true });
  }
}

Deno.test("the shells are there", async () => {
  const missing = ["zsh", "fish"].filter((shell) => spawnSync(shell, ["--version"]).status !== 0);
  if (missing.length === 0) return;
  if (!mayInstall()) throw new Error(`These tests need shells: apt-get install ${missing.join(" ")}`);
  await install(...missing);
});

for (const shell of Object.keys(SHELLS) as (keyof typeof SHELLS)[]) {
  Deno.test(`Tab in ${shell} completes commands, flags, choices and folders`, async () => {
    assert.deepEqual(await typed(shell), LINES.map(([, completed]) => completed));
  });
}
