/**
 * Completions for PowerShell, of which no registry that is reached here has the program: they are parsed by a grammar of its language.
 */
import assert from "node:assert/strict";
import { completions } from "../../lib/cli/completions/script.ts";
import { venvPython } from "../live/parts/venvs.ts";

/** Prints what of its input the grammar does not know. */
const PARSER = `
import sys
import tree_sitter, tree_sitter_pwsh
text = sys.stdin.buffer.read()
nodes = [tree_sitter.Parser(tree_sitter.Language(tree_sitter_pwsh.language())).parse(text).root_node]
for node in nodes:
    if node.is_error or node.is_missing:
        print(node.start_point.row + 1, text[node.start_byte:node.end_byte])
    nodes.extend(node.children)
`;

async function unknownIn(script: string): Promise<string> {
  const child = new Deno.Command(await venvPython("powershell-grammar"), {
    args: ["-c", PARSER],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(script));
  await writer.close();
  const { code, stdout } = await child.output();
  assert.equal(code, 0);
  return new TextDecoder().decode(stdout);
}

Deno.test("the completions for PowerShell are PowerShell, by a grammar of it that refuses what is not", async () => {
  const script = completions("powershell");
  assert.equal(await unknownIn(script), "");
  assert.notEqual(await unknownIn(script.replace("param(", "param")), "");
  assert.notEqual(await unknownIn(script.trimEnd().slice(0, -1)), "");
});
