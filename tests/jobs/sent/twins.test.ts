/** One server under two spellings, on the whole program. */
import assert from "node:assert/strict";
import { Lab, runProgram } from "../../cli/run_program.ts";

function warningsIn(stdout: string): string[] {
  return stdout.split("\n").filter((line) => line.includes(" WARNING: ")).map((line) =>
    line.replace(/^.* WARNING: /, "")
  );
}

Deno.test("a server that the base folder has under another spelling is told before anything is sent, once", async () => {
  await using lab = await Lab.open();
  const { port } = new URL(lab.mlflow.url);
  const [first, second] = [`http://localhost:${port}/`, `http://127.0.0.1:${port}//`];
  const run = async (trackingUrl: string): Promise<string[]> => {
    const { code, stdout, stderr } = await runProgram([
      ...["--tracking-url", trackingUrl, "--base-dir", lab.base],
      ...lab.importFlags,
    ]);
    assert.equal(code, 0, stderr);
    const before = stdout.split("Importing data...")[0] ?? "";
    assert.deepEqual(warningsIn(stdout), warningsIn(before));
    return warningsIn(before);
  };
  assert.deepEqual(await run(first), []);
  assert.deepEqual(await run(first.replace(/\/$/, "")), [], "one trailing slash makes no other source");
  const folder = (await lab.folders()).at(-1) ?? "";
  const expected = (now: string, before: string): string =>
    `${now} is the server of ${folder}, ${before}, under another spelling: Kiroframe takes the two for different servers, and has ` +
    "everything twice once both are imported. Keep to one spelling";
  assert.deepEqual(await run(second), [expected(second, `http://localhost:${port}`)]);

  const newest = (await lab.folders()).at(-1) ?? "";
  const { code, stdout } = await runProgram(["import", newest, ...lab.importFlags]);
  assert.equal(code, 0);
  assert.deepEqual(warningsIn(stdout), [expected(second, `http://localhost:${port}`)]);
});

Deno.test("another user in the address is another spelling too, and is not shown", async () => {
  await using lab = await Lab.open();
  const urls = ["ada", "bob"].map((user) => lab.mlflow.url.replace("://", `://${user}:hunter2@`));
  for (const [i, url] of urls.entries()) {
    const { code, stdout, stderr } = await runProgram(["export", "--tracking-url", url, "--base-dir", lab.base]);
    assert.equal(code, 0, stderr);
    assert.equal(warningsIn(stdout).filter((line) => line.includes(", with another user or password: ")).length, i);
    assert.doesNotMatch(stdout, /ada|bob|hunter2/);
  }
});

Deno.test("another server in the base folder is nothing to warn of", async () => {
  await using lab = await Lab.open();
  await using other = await Lab.open();
  assert.equal((await runProgram(["export", ...lab.exportFlags])).code, 0);
  const { stdout } = await runProgram(["export", "--tracking-url", other.mlflow.url, "--base-dir", lab.base]);
  assert.deepEqual(warningsIn(stdout), []);
});
