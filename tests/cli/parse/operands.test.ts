import assert from "node:assert/strict";
import { COMMANDS } from "../../../lib/cli/tables/commands.ts";
import { VERSION } from "../../../lib/version.ts";
import { parse, refuses, REQUIRED } from "./machine.ts";

Deno.test("parseCommandLine() takes a command and its operand between the options", () => {
  const parsed = parse([
    "--log-level",
    "DEBUG",
    "import",
    "--kiroframe-url=http://k",
    "a folder",
    "--profiling-token",
    "t",
  ]);
  assert.equal(parsed.command, "import");
  assert.deepEqual(parsed.command === "import" && parsed.operands, ["a folder"]);
});

Deno.test("parseCommandLine() refuses operands that are too few, too many or unknown", () => {
  refuses(["import", ...REQUIRED], "Cannot use import alone: it needs the FOLDER of an earlier export");
  refuses(["import", "a", "b"], 'Cannot use "b": import takes one FOLDER');
  refuses(["demo", "x"], 'Cannot use "x": demo takes options only');
  const names = COMMANDS.map(({ name }) => name).filter((name) => name !== "plain").join(", ");
  refuses([...REQUIRED, "exprt"], `Cannot use "exprt": expected an option or one of ${names}`);
  refuses([...REQUIRED, "plain"], /^Cannot use "plain"/);
  refuses(["completions", "ksh"], 'Cannot use "ksh": completions needs a SHELL: bash, zsh, fish, powershell');
  refuses(["completions", "bash", "--log-level", "INFO"], /^Cannot use --log-level with completions/);
  refuses(["completions"], "Cannot use completions alone: it needs a SHELL: bash, zsh, fish, powershell");
  refuses(["help", "exprt"], 'Cannot use "exprt": help needs a COMMAND that there is');
  refuses(["help", "export", "import"], 'Cannot use "import": help takes one COMMAND');
  refuses(["version", "x"], 'Cannot use "x": version takes options only');
});

Deno.test("parseCommandLine() prints help, version and completions, whatever else is there", () => {
  const printed = (argv: readonly string[]): string => {
    const parsed = parse(argv, { env: { RUN_PAGE_SIZE: "many" } });
    return parsed.command === "print" ? parsed.text : assert.fail(parsed.command);
  };
  assert.equal(printed(["--version"]), `kiroframe-importer ${VERSION} (Deno ${Deno.version.deno})\n`);
  assert.match(printed(["--help"]), /^Usage: kiroframe-importer \[options\]\n/);
  assert.match(printed(["-h", "--bogus"]), /^Usage: kiroframe-importer \[options\]\n/);
  assert.match(printed(["--bogus", "--help"]), /^Usage: kiroframe-importer \[options\]\n/);
  assert.match(printed(["import", "--help"]), /^Usage: kiroframe-importer import FOLDER \[options\]\n/);
  assert.match(printed(["exprt", "--help"]), /^Usage: kiroframe-importer \[options\]\n/);
  assert.match(printed(["completions", "fish"]), /^# fish completion/);
  assert.equal(printed(["help"]), printed(["--help"]));
  assert.equal(printed(["help", "export"]), printed(["export", "--help"]));
  assert.match(printed(["help", "help"]), /^Usage: kiroframe-importer help \[COMMAND\]\n/);
  for (const argv of [["version"], ["-V"]]) {
    assert.equal(printed(argv), `kiroframe-importer ${VERSION} (Deno ${Deno.version.deno})\n`);
  }
});
