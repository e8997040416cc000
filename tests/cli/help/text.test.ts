import assert from "node:assert/strict";
import { COMMANDS } from "../../../lib/cli/tables/commands.ts";
import { EXIT_CODES } from "../../../lib/cli/tables/exit_codes.ts";
import { helpText } from "../../../lib/cli/help/text.ts";
import { flagTerm, takes } from "../../../lib/cli/tables/option.ts";
import { GROUPS, OPTION_TABLE } from "../../../lib/cli/tables/options.ts";

for (const { name, examples } of COMMANDS) {
  const help = helpText(name);

  Deno.test(`helpText() of ${name} fits 80 columns`, () => {
    assert.deepEqual(help.split("\n").filter((line) => line.length > 80 || /\s$/.test(line)), []);
    assert.match(help, /[^\n]\n$/);
  });

  Deno.test(`helpText() of ${name} shows its options, each with variable, default and choices, and no others`, () => {
    for (const option of OPTION_TABLE) {
      const isTaken = name !== "completions" && takes(name, option);
      assert.equal(help.includes(`\n  ${flagTerm(option)} `), isTaken, option.flag);
      if (!isTaken) continue;
      const item = help.slice(help.indexOf(`\n  ${flagTerm(option)} `) + 1).split(/\n(?=\n| {2}-)/)[0] ?? "";
      const after = item.replace(/\s+/g, " ");
      assert.ok(after.includes(option.about), after);
      if (option.default !== undefined) assert.ok(after.includes(`default ${option.default}`), after);
      if (option.variable !== undefined) assert.ok(after.includes(`env ${option.variable}`), after);
      if (option.choices !== undefined) assert.ok(after.includes(`[${option.choices.join(" | ")}]`), after);
    }
  });

  Deno.test(`helpText() of ${name} has examples that are this command's`, () => {
    assert.ok(examples.length > 0);
    for (const { line } of examples) assert.ok(help.includes(line.replace(/^/gm, "  ")), line);
  });
}

Deno.test("helpText() of plain shows the groups in their order, every command and every exit code", () => {
  const help = helpText("plain");
  const places = GROUPS.map((group) => help.indexOf(`\n${group}:\n`));
  assert.deepEqual(places, places.toSorted((a, b) => a - b));
  assert.ok(!places.includes(-1));
  for (const { name, about } of COMMANDS) {
    assert.equal(help.includes(about), name !== "plain");
  }
  for (const { code, about } of EXIT_CODES) assert.match(help, new RegExp(`\n  ${code} +${about.slice(0, 10)}`));
});

Deno.test("helpText() puts under Required only what the command requires", () => {
  const required = (name: "import" | "export"): string => /\nRequired:\n(.*?)\n\n/s.exec(helpText(name))?.[1] ?? "";
  assert.match(required("import"), /--kiroframe-url/);
  assert.doesNotMatch(required("import"), /--tracking-url/);
  assert.match(required("export"), /--tracking-url/);
});
