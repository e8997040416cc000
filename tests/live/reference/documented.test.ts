/** The check of docs/coming_from_python.md, its commands run by a shell as they stand, on a real server with a NaN in it. */
import assert from "node:assert/strict";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { commands } from "../../docs/pages.ts";
import { execute } from "../../package/programs.ts";
import { programCommand } from "../../tools/program.ts";
import { startRealMlflow } from "../parts/servers.ts";
import { venvPython } from "../parts/venvs.ts";
import { SeedApi } from "../seed/api.ts";

/** What the page calls the server. */
const EXAMPLE = "http://localhost:5000";

async function seed(api: SeedApi): Promise<void> {
  const { experiment_id } = await api.post("experiments/create", { name: "checked" });
  for (let index = 0; index < 5; index++) {
    const { run } = await api.post("runs/create", { experiment_id, start_time: 1_700_000_000_000 + index });
    const { run_id } = (run as { readonly info: { readonly run_id: string } }).info;
    const metrics = [index / 3, "NaN", "Infinity"].map((value, step) => ({
      key: "loss",
      value,
      step,
      timestamp: step,
    }));
    await api.post("runs/log-batch", { run_id, metrics, params: [{ key: "lr", value: "0.1" }] });
  }
}

Deno.test("what the page has a newcomer compare with the Python program is the same", async () => {
  const home = await Deno.makeTempDir({ prefix: "documented-" });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(home, { recursive: true }));
  const server = stack.use(await startRealMlflow("2.22.5"));
  await seed(new SeedApi(server.url));
  await mkdir(join(home, "old"));
  await symlink(dirname(await venvPython("reference-0.0.10")), join(home, "old", "bin"));
  const ours = join(home, "kiroframe-importer");
  const words = programCommand().map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  await writeFile(ours, `#!/bin/sh\nexec ${words} "$@"\n`);
  await chmod(ours, 0o755);

  const steps = commands().filter(({ page, line }) =>
    page === "docs/coming_from_python.md" && /^(old\/bin|kiroframe-importer export|diff) ?/.test(line)
  );
  assert.equal(steps.length, 4);
  const env = { ...Deno.env.toObject(), PATH: `${home}:${Deno.env.get("PATH")}`, MLFLOW_DISABLE_TELEMETRY: "true" };
  const lines = [...steps.map(({ line }) => line), "grep -c ': NaN' old-export/*/runs.json"];
  for (const line of lines) {
    const { code, stdout, stderr } = await execute(["bash", "-c", line.replaceAll(EXAMPLE, server.url)], {
      cwd: home,
      env,
    });
    assert.equal(code, 0, `${line}\n${stdout}\n${stderr}`);
    if (line.startsWith("diff")) assert.equal(stdout, "", line);
  }
});
