import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../../lib/errors.ts";
import { parseEnvFile } from "../../../lib/cli/parse/env_file.ts";

const ENV = { HOME: "/home/ml", TEAM: "vision" };

function parse(text: string): Record<string, string> {
  return parseEnvFile(text, { path: "params.env", env: ENV, home: "/home/ml" });
}

/** What a real shell makes of the same file: the judge. */
function source(text: string, names: readonly string[]): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "env-file-"));
  try {
    writeFileSync(join(folder, "params.env"), text);
    const script = `. ./params.env; for n in ${names.join(" ")}; do eval "printf '%s\\0' \\"\\$$n\\""; done`;
    const words = execFileSync("/bin/sh", ["-c", script], { cwd: folder, env: ENV, encoding: "utf8" }).split("\0");
    return Object.fromEntries(names.map((name, i) => [name, words[i] ?? ""]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const SHELL_FILE = `
# parameters
export PLAIN=http://localhost:5000
  export INDENTED=1   # a comment
BARE=2
export FRAGMENT=http://host/x#frag
export SINGLE='a # "b" $HOME \\n'
export DOUBLE="a # 'b' \\"c\\" \\$d \\\\ \\n"
export EMPTY=
export BLANK="" OTHER=3; THIRD=4
export JOINED=a'b c'"d"e
export HOMELY=$HOME/exports
export BRACED="\${TEAM}-\${PLAIN}"
export TILDE=~/mlflow_export
export NOT_TILDE='~/x'
export ESCAPED=a\\ b\\#c
export LINES="one
two"
export CUT=a\\
b
export CUT_QUOTED="a\\
b"
export DOLLAR=5$
export EQUALS=a=b==
export HASH_WORD=#
export UNSET_IS_EMPTY=x$NOWHERE
export DECLARED
`;

Deno.test({
  name: "parseEnvFile() reads a shell file as the shell does",
  ignore: Deno.build.os === "windows",
  fn(): void {
    const ours = parse(SHELL_FILE);
    assert.deepEqual(ours, source(SHELL_FILE, Object.keys(ours)));
  },
});

Deno.test("parseEnvFile() reads quotes, comments, escapes and $NAME", () => {
  const ours = parse(SHELL_FILE);
  assert.equal(Object.keys(ours).length, 23);
  assert.equal(ours["FRAGMENT"], "http://host/x#frag");
  assert.equal(ours["HOMELY"], "/home/ml/exports");
  assert.equal(ours["LINES"], "one\ntwo");
});

Deno.test("parseEnvFile() reads files from Windows: CRLF and a byte order mark", () => {
  assert.deepEqual(parse("\ufeffexport A=1\r\nexport B='2'\r\n"), { A: "1", B: "2" });
});

const REFUSED: readonly (readonly [text: string, line: number, what: RegExp])[] = [
  ["export A=1\nset -a", 2, /expected NAME=value/],
  ["export A=1\nB", 2, /expected NAME=value/],
  ["export A; B", 1, /expected NAME=value/],
  ["A = 1", 1, /expected NAME=value/],
  ["export A=my value-SECRET", 1, /expected NAME=value/],
  ["A=1\nA='SECRET", 2, /the quote in the value of A has no end/],
  ['\nA="SECRET\n\n', 2, /the quote in the value of A has no end/],
  ["A=http://x/?a=SECRET&b=2", 1, /quote the value of A: '…' around what holds &/],
  ["A=$(cat SECRET)", 1, /the value of A needs a shell/],
  ["A=`cat SECRET`", 1, /the value of A needs a shell/],
  ["A=${SECRET:-x}", 1, /the value of A needs a shell/],
  ["A=C:\\SECRET", 1, /quote the value of A: '…' around what holds \\/],
  ["export 1A=SECRET", 1, /expected NAME=value/],
  ["export A-B=SECRET", 1, /expected NAME=value/],
];

for (const [text, line, what] of REFUSED) {
  Deno.test(`parseEnvFile() refuses ${JSON.stringify(text)} by its line, without its value`, () => {
    assert.throws(() => parse(text), (error: unknown) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, new RegExp(`^Cannot read params\\.env, line ${line}: `));
      assert.match(error.message, what);
      assert.doesNotMatch(error.message, /SECRET/);
      return true;
    });
  });
}
