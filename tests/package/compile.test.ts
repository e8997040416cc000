/**
 * What `deno compile` puts into the binaries. The runtime itself is downloaded, so another executable stands for it:
 * such a binary does not run the program, but holds all that is added to the runtime.
 */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "../../tools/bundle.ts";
import { binaryPath, compile, TARGETS, targetsOf } from "../../tools/compile.ts";

Deno.test({
  name: "compile() embeds the bundle alone, with least permissions and no questions",
  // The stand-in must be an executable of the target's kind.
  ignore: Deno.build.os !== "linux",
  async fn(): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "kiroframe-importer-compile-"));
    const before = Deno.env.get("DENORT_BIN");
    Deno.env.set("DENORT_BIN", "/bin/true");
    try {
      const made = await bundle(folder);
      const binary = await compile("x86_64-unknown-linux-gnu", { bundlePath: made.path, folder });
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

Deno.test("targetsOf() takes this machine's target, those named, or all, and refuses others", () => {
  assert.deepEqual(targetsOf(["all"]), TARGETS);
  assert.deepEqual(targetsOf(["aarch64-apple-darwin"]), ["aarch64-apple-darwin"]);
  assert.throws(() => targetsOf(["sparc"]), /Cannot compile for "sparc": expected all, x86_64-unknown-linux-gnu/);
  if ((TARGETS as readonly string[]).includes(Deno.build.target)) assert.deepEqual(targetsOf([]), [Deno.build.target]);
});

Deno.test("binaryPath() names the target, and gives Windows its ending", () => {
  assert.equal(
    binaryPath("x86_64-pc-windows-msvc", "bin"),
    join("bin", "kiroframe-importer-x86_64-pc-windows-msvc.exe"),
  );
  assert.equal(binaryPath("aarch64-apple-darwin", "bin"), join("bin", "kiroframe-importer-aarch64-apple-darwin"));
});
