/** What docs/json.md does with the document, by a shell and jq as it stands. */
import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lab } from "../cli/run_program.ts";
import { execute } from "../package/programs.ts";
import { programCommand } from "../tools/program.ts";
import { commands } from "./pages.ts";

Deno.test({
  name: "what docs/json.md shows with jq prints what was read and sent",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    await using lab = await Lab.open();
    const folder = await mkdtemp(join(tmpdir(), "kiroframe-json-"));
    try {
      const program = join(folder, "kiroframe-importer");
      await writeFile(program, `#!/bin/sh\nexec ${programCommand().join(" ")} "$@"\n`);
      await chmod(program, 0o755);
      await writeFile(
        join(folder, "params.env"),
        `TRACKING_URI=${lab.mlflow.url}\nKIROFRAME_URL=${lab.kiroframe.url}\nPROFILING_TOKEN=${lab.kiroframe.token}\n` +
          `EXPORT_BASE_DIR=${lab.base}\n`,
      );
      const lines = commands().filter(({ page }) => page === "docs/json.md").map(({ line }) => line);
      const PATH = `${folder}:${Deno.env.get("PATH")}`;
      const { code, stdout, stderr } = await execute(["bash", "-ec", lines.join("\n")], { cwd: folder, env: { PATH } });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^done: 4 runs read, 4 sent; next: \S/);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
});
