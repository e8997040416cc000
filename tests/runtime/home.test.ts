/** The home folder of users that a system knows, and of those that it does not. */
import assert from "node:assert/strict";
import { HAS_NAMESPACES } from "../tools/namespaces.ts";
import { homeFolder } from "../../lib/runtime/home.ts";

Deno.test({
  name: "homeFolder() is HOME, that of the system's user, or / where there is neither",
  // In a user namespace of its own a process is somebody that the system does not know.
  ignore: !HAS_NAMESPACES,
  async fn(): Promise<void> {
    const cache = await Deno.makeTempDir();
    const ask = async (env: Record<string, string>): Promise<string> => {
      const home = new URL("../../lib/runtime/home.ts", import.meta.url).href;
      const script = `import { homeFolder } from ${JSON.stringify(home)}; console.log(homeFolder());`;
      const { stdout, stderr } = await new Deno.Command("unshare", {
        args: ["--user", "--map-user=1234", Deno.execPath(), "eval", "--no-config", script],
        clearEnv: true,
        env: { PATH: Deno.env.get("PATH") ?? "", DENO_DIR: cache, ...env },
      }).output();
      return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    };
    try {
      assert.equal(await ask({ HOME: "/home/ada" }), "/home/ada\n");
      assert.equal(await ask({}), "/\n");
      assert.notEqual(homeFolder(), "/");
    } finally {
      await Deno.remove(cache, { recursive: true });
    }
  },
});
