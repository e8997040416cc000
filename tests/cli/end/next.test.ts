import assert from "node:assert/strict";
import { type Before, nextCommand } from "../../../lib/cli/end/next.ts";

const ARGV = ["export", "--tracking-url", "http://h", "--run-filter", "metrics.a > 'b'"];

function next(before: Partial<Before> = {}): string | null {
  return nextCommand({ command: "export", argv: ARGV, exitCode: 0, told: { folder: "/x/2" }, ...before });
}

Deno.test("nextCommand() imports what was exported or merged, and verifies what was imported", () => {
  const imports = "kiroframe-importer import /x/2 --kiroframe-url URL --profiling-token TOKEN";
  assert.deepEqual(["export", "merge"].map((command) => next({ command })), [imports, imports]);
  const verifies = "kiroframe-importer verify /x/2";
  assert.deepEqual(["plain", "import", "sync"].map((command) => next({ command })), [verifies, verifies, verifies]);
  assert.deepEqual(["verify", "report"].map((command) => next({ command })), [null, null]);
  assert.equal(next({ told: { folder: "/x y/2" } })?.slice(0, 34), "kiroframe-importer import '/x y/2'");
});

Deno.test("nextCommand() shows the help after a usage error", () => {
  assert.equal(next({ exitCode: 2 }), "kiroframe-importer export --help");
  assert.equal(next({ exitCode: 2, command: null }), "kiroframe-importer --help");
});

Deno.test("nextCommand() is the same again after a failure, resumed where that helps, and what the job advised before all", () => {
  const same = `kiroframe-importer export --tracking-url http://h --run-filter 'metrics.a > '\\''b'\\'''`;
  assert.equal(next({ exitCode: 5 }), same);
  assert.equal(next({ exitCode: 3, told: { folder: "/x/2", missing: { histories: 1 } } }), same);
  assert.equal(next({ exitCode: 3, told: { folder: "/x/2", missing: { artifacts: 1 } } }), `${same} --resume /x/2`);
  assert.equal(next({ exitCode: 130, advised: { sameWith: ["--resume", "/x/2"] } }), `${same} --resume /x/2`);
  assert.equal(next({ exitCode: 3, advised: { words: ["import", "/x/2"] } }), "kiroframe-importer import /x/2");
  const argv = ["export", "--resume", "auto"];
  assert.equal(
    next({ argv, exitCode: 5, advised: { sameWith: ["--resume", "/x/2"] } }),
    "kiroframe-importer export --resume /x/2",
  );
});

Deno.test("nextCommand() shows no secret, however short, and however its flag was written", () => {
  const cases = [["--profiling-token", "ab"], ["--profiling-token=ab"], ["--prof", "ab"], ["--prof=ab"]];
  for (const argv of cases) {
    assert.equal(next({ argv, exitCode: 5 })?.replace(/^.*--prof[a-z-]*/, ""), argv.length === 1 ? "=***" : " ***");
  }
});

Deno.test("nextCommand() quotes for the shell of the system: sh's way, and one that cmd and PowerShell share", () => {
  const told = { folder: "C:\\Users\\Jane Doe\\2" };
  const next = (platform: string, folder = told.folder): string | null =>
    nextCommand({ command: "import", argv: [], exitCode: 0, told: { folder }, platform });
  assert.equal(next("linux"), "kiroframe-importer verify 'C:\\Users\\Jane Doe\\2'");
  assert.equal(next("win32"), 'kiroframe-importer verify "C:\\Users\\Jane Doe\\2"');
  assert.equal(next("win32", "C:\\exports\\2"), "kiroframe-importer verify C:\\exports\\2");
});
