/** What users copy is checked by the checkers of those who run it: kubernetes-validate carries Kubernetes' own schemas. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { venvPython } from "./parts/venvs.ts";

const FOLDER = fileURLToPath(new URL("../../deploy/kubernetes", import.meta.url));

async function validate(path: string): Promise<{ readonly code: number; readonly text: string }> {
  const python = await venvPython("kubernetes-validate-1.37.0");
  const program = join(python, "..", "kubernetes-validate");
  const { code, stdout, stderr } = await new Deno.Command(program, { args: ["--strict", path] }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

for (const name of readdirSync(FOLDER)) {
  Deno.test(`deploy/kubernetes/${name} is what Kubernetes takes, and a wrong field in it would be found`, async () => {
    const path = join(FOLDER, name);
    const { code, text } = await validate(path);
    assert.equal(code, 0, text);
    const wrong = await Deno.makeTempFile({ suffix: ".yaml" });
    await Deno.writeTextFile(
      wrong,
      (await Deno.readTextFile(path)).replace("restartPolicy:", "restartPolicies:"),
    );
    assert.notEqual((await validate(wrong)).code, 0);
    await Deno.remove(wrong);
  });
}
