/** Artifacts in a store for which there are no credentials: what plan, doctor and export say of them, and of those for which there are. */
import assert from "node:assert/strict";
import { type Outcome, runHere, temporaryFolder } from "../program.ts";
import { ALONE, keyOf, startMlflowWith, STORE_KINDS } from "./stores.ts";

/** What one sets, by where the artifacts are. */
const VARIABLES: Readonly<Record<string, RegExp>> = {
  "s3://bucket": /AWS_ACCESS_KEY_ID/,
  "gs://bucket": /GOOGLE_APPLICATION_CREDENTIALS/,
  "wasbs://box@acct.blob.core.windows.net": /AZURE_STORAGE_CONNECTION_STRING/,
};

for (const { place, start, envAt } of STORE_KINDS) {
  Deno.test(`plan, doctor and export say what to do about artifacts in ${place}, and find them once it is done`, async () => {
    await using store = start({ [keyOf("f.txt")]: "of f" });
    await using mlflow = await startMlflowWith(place);
    await using folder = await temporaryFolder();
    const run = async (command: string, env: Readonly<Record<string, string>>): Promise<Outcome> => {
      const args = [command, "--tracking-url", mlflow.url, "--base-dir", folder.path, "--download-artifacts"];
      return await runHere(args, { env: { ...ALONE, ...env } });
    };
    for (const [command, exitCode] of [["plan", 0], ["doctor", 1], ["export", 3]] as const) {
      const { stdout, stderr, ...outcome } = await run(command, {});
      assert.equal(outcome.exitCode, exitCode, command + stdout + stderr);
      const lines = (stdout + stderr).split("\n").filter((line) => VARIABLES[place]?.test(line));
      // doctor looks twice, and says it in its table and as its error, too.
      assert.ok(command === "doctor" ? lines.length > 1 : lines.length === 1, `${command}: ${stdout}${stderr}`);
    }
    for (
      const [command, said] of [["plan", /artifacts +about 1 +4 bytes/], ["doctor", /4 bytes of f\.txt/], [
        "export",
        /1 files, 4 bytes/,
      ]] as const
    ) {
      const { stdout, stderr, exitCode } = await run(command, envAt(store.url));
      assert.equal(exitCode, 0, command + stdout + stderr);
      assert.match(stdout, said);
      assert.doesNotMatch(stdout + stderr, VARIABLES[place] ?? /$/);
    }
    await mlflow.close();
  });
}
