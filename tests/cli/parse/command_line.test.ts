import type { CommandName } from "../../../lib/cli/tables/commands.ts";
import assert from "node:assert/strict";
import { COMMANDS, RUNNABLE } from "../../../lib/cli/tables/commands.ts";
import { keyOf, requires, takes } from "../../../lib/cli/tables/option.ts";
import type { OptionSpec } from "../../../lib/cli/tables/option.ts";
import { OPTION_TABLE } from "../../../lib/cli/tables/options.ts";
import { UsageError } from "../../../lib/errors.ts";
import { type Machine, parse, refuses, REQUIRED } from "./machine.ts";

function configOf(argv: readonly string[], machine: Machine = {}): Record<string, unknown> {
  const parsed = parse(argv, machine);
  if (parsed.command === "print") assert.fail(parsed.text);
  return { ...parsed.config };
}

/** Three values of an option that differ where its kind allows it: as text, and as the Config holds them. */
function samples(option: OptionSpec): readonly (readonly [text: string, value: unknown])[] {
  switch (option.kind) {
    case "url":
    case "uri":
      return ["http://a", "https://b:1/x", "http://u:p@c/"].map((text) => [text, text]);
    case "count":
      return [["3", 3], ["1", 1], [String(option.max), option.max]];
    case "choice":
      return [0, 1, 2].map((i) => option.choices?.[i % option.choices.length] ?? "").map((text) => [text, text]);
    case "boolean":
      return [["true", true], ["false", false], ["true", true]];
    case "list":
      return ["a", "b", "c"].map((text) => [text, [text]]);
    default:
      return ["a", "b", "c"].map((text) => [text, text]);
  }
}

function flag(option: OptionSpec, [text, value]: readonly [string, unknown]): string[] {
  if (option.kind !== "boolean") return [`--${option.flag}`, text];
  return [value ? `--${option.flag}` : `--no-${option.flag}`];
}

function fallback(option: OptionSpec): unknown {
  if (option.kind === "list") return [];
  return typeof option.default === "string" ? option.default.replace("~", "/home/ml") : option.default;
}

/** A command line on which all is given that a command requires, except one option. */
function line(command: CommandName, except: OptionSpec): string[] {
  const required = OPTION_TABLE.filter((option) => requires(command, option) && option !== except);
  const operand = COMMANDS.find(({ name }) => name === command)?.operand;
  const words = command === "plain" ? [] : operand === undefined ? [command] : [command, "folder"];
  return [...words, ...required.flatMap((option) => flag(option, samples(option)[0] ?? ["", ""]))];
}

for (const { name: command } of RUNNABLE) {
  for (
    const option of OPTION_TABLE.filter((candidate) => takes(command, candidate) && candidate.flag !== "env-file")
  ) {
    Deno.test(`parseCommandLine() reads --${option.flag} of ${command}: flag, variable, --env-file, default`, () => {
      const [first = ["", ""], second = ["", ""], third = ["", ""]] = samples(option);
      const base = line(command, option);
      const key = keyOf(option);
      const value = (argv: readonly string[], machine: Machine = {}): unknown =>
        configOf([...base, ...argv], machine)[key];
      for (const sample of [first, second, third]) assert.deepEqual(value(flag(option, sample)), sample[1]);
      const both = option.kind === "list" ? [first[0], second[0]] : second[1];
      assert.deepEqual(value([...flag(option, first), ...flag(option, second)]), both);
      if (option.kind !== "boolean") assert.deepEqual(value([`--${option.flag}=${third[0]}`]), third[1]);
      if (requires(command, option)) refuses(base, new RegExp(`^missing required parameter\\(s\\): --${option.flag}`));
      else assert.deepEqual(value([]), fallback(option));

      const { variable } = option;
      if (variable === undefined) return;
      const files = { "params.env": `export ${variable}='${third[0]}'\n` };
      const file = ["--env-file", "params.env"];
      assert.deepEqual(value([], { env: { [variable]: second[0] } }), second[1]);
      assert.deepEqual(value(file, { files }), third[1]);
      assert.deepEqual(value(file, { files, env: { [variable]: second[0] } }), second[1]);
      assert.deepEqual(value(file, { files, env: { [variable]: "" } }), third[1]);
      assert.deepEqual(value([...flag(option, first), ...file], { files, env: { [variable]: second[0] } }), first[1]);
      if (requires(command, option)) return;
      assert.deepEqual(value(file, { files: { "params.env": `export ${variable}=\n` } }), fallback(option));
    });
  }

  for (const option of OPTION_TABLE.filter((candidate) => !takes(command, candidate))) {
    Deno.test(`parseCommandLine() refuses --${option.flag} with ${command}, and lets its variable alone`, () => {
      const base = line(command, option);
      refuses(
        [...base, ...flag(option, samples(option)[0] ?? ["", ""])],
        new RegExp(`Cannot use --${option.flag} with`),
      );
      const env = option.variable === undefined ? {} : { [option.variable]: "\n not a value of any kind" };
      assert.equal(keyOf(option) in configOf(base, { env }), false);
    });
  }
}

Deno.test("parseCommandLine() neither asks for nor looks at what only the import needs, where that is off", () => {
  for (const command of [[], ["sync"]]) {
    const argv = [...command, "--tracking-url", "http://h", "--no-import-to-kiroframe"];
    const config = configOf(argv, { env: { KIROFRAME_URL: "not a URL", PROFILING_TOKEN: "\n" } });
    assert.deepEqual([config["kiroframeUrl"], config["profilingToken"]], [undefined, undefined]);
    refuses([...argv, "--import-to-kiroframe"], /^missing required parameter\(s\): --kiroframe-url/);
  }
});

Deno.test("parseCommandLine() warns of variables that nearly are ours, also where one is missing for that", () => {
  const files = { "params.env": "export DOWNLOAD_ARTIFACT=true\n" };
  const parsed = parse([...REQUIRED, "--env-file", "params.env"], { files, env: { TRACKING_URL: "http://x" } });
  assert.deepEqual("warnings" in parsed && parsed.warnings, [
    "TRACKING_URL has no effect: did you mean TRACKING_URI?",
    "DOWNLOAD_ARTIFACT of params.env has no effect: did you mean DOWNLOAD_ARTIFACTS?",
  ]);
  assert.throws(() => parse(["export"], { env: { TRACKING_URL: "http://x" } }), (error: unknown) => {
    assert.ok(error instanceof UsageError);
    assert.equal(error.message, "missing required parameter(s): --tracking-url or env TRACKING_URI");
    assert.equal(error.hint, "TRACKING_URL has no effect: did you mean TRACKING_URI?");
    return true;
  });
});

Deno.test("parseCommandLine() says what is missing in the reference's words", () => {
  const all = "--tracking-url or env TRACKING_URI, --kiroframe-url or env KIROFRAME_URL, " +
    "--profiling-token or env PROFILING_TOKEN";
  refuses([], `missing required parameter(s): ${all}`);
  refuses(["--no-import-to-kiroframe"], "missing required parameter(s): --tracking-url or env TRACKING_URI");
  refuses(
    ["--tracking-url", "", "--kiroframe-url", "http://k"],
    /: --tracking-url or .*URI, --profiling-token or \S+ \S+$/,
  );
  refuses(["export"], "missing required parameter(s): --tracking-url or env TRACKING_URI");
  refuses(["import", "x"], /: --kiroframe-url or env KIROFRAME_URL, --profiling-token or env PROFILING_TOKEN$/);
});

Deno.test("parseCommandLine() names the file that a wrong variable stands in", () => {
  const files = { "/home/ml/params.env": "export RUN_PAGE_SIZE=many\n" };
  refuses(
    [...REQUIRED, "--env-file", "~/params.env"],
    'Cannot use RUN_PAGE_SIZE of /home/ml/params.env "many": expected a whole number from 1 to 50000',
    { files },
  );
  refuses([...REQUIRED, "--env-file", "nowhere"], /^Cannot read --env-file "nowhere": ENOENT/);
});

Deno.test("parseCommandLine() hands on the environment: the process's variables before the file's", () => {
  const files = { "params.env": "export HTTP_PROXY=http://file:1 NO_PROXY=a\n" };
  const machine = { files, env: { HTTP_PROXY: "http://process:1", HOME: "/home/ml" } };
  assert.deepEqual(configOf([...REQUIRED, "--env-file=params.env"], machine)["environment"], {
    HTTP_PROXY: "http://process:1",
    NO_PROXY: "a",
    HOME: "/home/ml",
  });
});

Deno.test("parseCommandLine() shows no password and no token in what it refuses", () => {
  const machine = { env: { KIROFRAME_URL: "htp://user:hunter2@k", PROFILING_TOKEN: "hunter2\n" } };
  refuses(["--tracking-url", "http://user:hun/ter2@h x"], /^Cannot use --tracking-url "http:\/\/\*\*\*@h x"/);
  refuses(["--tracking-url", "http://h"], /^Cannot use KIROFRAME_URL "htp:\/\/\*\*\*@k"/, machine);
  refuses(
    ["--tracking-url", "http://h", "--kiroframe-url", "http://k"],
    /^(?!.*hunter2)Cannot use PROFILING_TOKEN:/,
    machine,
  );
  refuses(["--profiling-tokn=hunter2"], /^(?!.*hunter2).*did you mean --profiling-token\?$/);
  refuses(["http://user:hunter2@h"], /^Cannot use "http:\/\/\*\*\*@h"/);
});
