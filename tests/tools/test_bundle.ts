/**
 * Runs the fault suite, the shards, the reports, the kept folders and the comparison with the reference's records on the bundle, under Deno and
 * under the oldest Node that is promised, or, with the word "binary", on the binary, with "runtimes" under all of npm's, with "node" under
 * that Node alone, with "windows" a part of it on the Windows binary under Wine; ends with the plain line `N passed, N failed` over all.
 */
import { binaryCommand, bundleCommands, type FormCommand, runtimeCommands } from "../package/bundled.ts";
import { windowsCommand } from "../windows/wine.ts";

const SUITE = [
  "tests/parity.test.ts",
  "tests/cli/shards.test.ts",
  "tests/cli/report.test.ts",
  "tests/versions",
  "tests/faults",
];

/** Without what goes by signals, by paths of this system in messages, and by what only Linux has. */
const WINDOWS_SUITE = ["tests/parity.test.ts", "tests/versions/folders.test.ts", "tests/windows"];

/** What each word runs the suite on. */
const FORMS: Readonly<Record<string, () => Promise<readonly FormCommand[]>>> = {
  bundle: bundleCommands,
  node: async () => (await bundleCommands()).filter(([name]) => name === "Node"),
  runtimes: runtimeCommands,
  binary: async () => [await binaryCommand()],
  windows: async () => [await windowsCommand()],
};

const [what = "bundle"] = Deno.args;
const formsOf = FORMS[what];
if (formsOf === undefined) {
  throw new Error(`Cannot run the suite on "${what}": one of ${Object.keys(FORMS).join(", ")}`);
}
const forms = await formsOf();
let [passed, failed] = [0, 0];
for (const [name, command] of forms) {
  await print(`\nThe program in its form for ${name}\n`);
  const suite = what === "windows" ? WINDOWS_SUITE : [...SUITE, ...(what === "binary" ? ["tests/binary"] : [])];
  const { stdout, code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "tests/tools/run_tests.ts", "--parallel", ...suite],
    env: { TEST_PROGRAM: command.join(" ") },
    stderr: "inherit",
  }).output();
  const text = new TextDecoder().decode(stdout);
  await print(text);
  const [, runs = "0", failures = "1"] = /^(\d+) passed, (\d+) failed\n$/m.exec(text) ?? [];
  passed += Number(runs);
  failed += Math.max(Number(failures), code === 0 ? 0 : 1);
}
await print(`\n${passed} passed, ${failed} failed\n`);
Deno.exit(failed === 0 ? 0 : 1);

async function print(text: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(text));
}
