/** `doctor` by the whole program. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { checkShape } from "../../lib/shapes/checks.ts";
import { Lab, runProgram } from "./run_program.ts";

const env = { MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0", KIROFRAME_HTTP_REQUEST_MAX_RETRIES: "0" };

Deno.test("doctor prints a line a check, leaves nothing behind, and ends with the code of the first fault", async () => {
  await using lab = await Lab.open();
  const well = await runProgram(["doctor", ...lab.exportFlags, ...lab.importFlags], { env });
  assert.deepEqual([well.code, well.stderr], [0, ""]);
  assert.match(well.stdout, /^MLflow\n {2}ok {5}reachable {7}http:/);
  assert.match(well.stdout, /\nKiroframe\n {2}ok {5}reachable {7}http:/);
  assert.match(well.stdout, /\nAll 18 checks passed\. Nothing was written or sent\.\n$/);
  assert.ok(!well.stdout.includes(lab.kiroframe.token));
  assert.deepEqual(await readdir(lab.base), []);
  assert.ok(lab.kiroframe.requests.every(({ method }) => method === "GET"));
  const away = await runProgram(["doctor", ...lab.exportFlags, "--kiroframe-url", "http://127.0.0.1:9"], { env });
  assert.equal(away.code, 5);
  assert.match(away.stdout, /^ {2}fault {2}reachable /m);
  assert.match(away.stderr, /^ERROR: Cannot reach Kiroframe /m);
});

Deno.test("doctor --json tells the checks", async () => {
  await using lab = await Lab.open();
  const { stdout, code } = await runProgram(["doctor", ...lab.exportFlags, "--experiment", "no such", "--json"], {
    env,
  });
  assert.equal(code, 2);
  const { checks, exit_code: exitCode, source } = JSON.parse(stdout);
  assert.equal(exitCode, 2);
  assert.equal(source.version, "3.17.2");
  const faults = checks.map((check: unknown) => checkShape.parse(check)).filter(({ state }: { state: string }) =>
    state === "fault"
  );
  assert.deepEqual(faults.map(({ check }: { check: string }) => check), ["experiments"]);
});
