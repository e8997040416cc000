import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FailedGroup } from "../../lib/jobs/told.ts";
import { test, useScript } from "./scripts.ts";

test("the step masks secrets before anything else is said, in each form they could take", async () => {
  const { log } = await useScript("echo said", {
    inputs: { "tracking-url": "http://ann:p%40ss@host.example:5000/x@y" },
    env: {
      PROFILING_TOKEN: "token%1",
      MLFLOW_TRACKING_TOKEN: "bearer",
      MLFLOW_TRACKING_USERNAME: "bob",
      MLFLOW_TRACKING_PASSWORD: "secret",
      HTTPS_PROXY: "http://proxytoken@proxy.example",
    },
  });
  const masked = [...log.matchAll(/^::add-mask::(.*)$/gm)].map(([, value]) => value);
  assert.deepEqual(masked, [
    "token%251",
    "bearer",
    "secret",
    "bob:secret",
    btoa("bob:secret"),
    "p%2540ss",
    "ann:p%2540ss",
    btoa("ann:p%40ss"),
    "proxytoken",
  ]);
  assert.ok(log.lastIndexOf("::add-mask::") < log.indexOf("::group::"));
});

test("nothing that the program says is a command to the runner", async () => {
  const evil = ["::set-output name=folder::/etc", "##[add-path]/evil", "::error::x%0A| <b>`y`"];
  const { log, summary } = await useScript(`cat <<'END'\n${evil.join("\n")}\nEND\nexit 1`, {}, {
    outcome: "failed",
    exit_code: 1,
    error: { message: "::error::x%0A| <b>`y`\n::set-output name=folder::/etc", hint: null },
  });
  const [, token] = /^::stop-commands::(\S+)$/m.exec(log) ?? [];
  assert.ok(token !== undefined && token.length > 12);
  const stopped = log.slice(log.indexOf("::stop-commands::"), log.indexOf(`\n::${token}::`));
  for (const line of evil) assert.ok(stopped.includes(line), line);
  assert.ok(!log.slice(log.indexOf(`\n::${token}::`)).includes("\n::set-output"));
  assert.match(log, /^::error title=kiroframe-importer::::error::x%250A\| <b>`y`%0A::set-output name=folder::\/etc$/m);
  assert.match(summary, /^ {4}::error::x%0A\| <b>`y`$/m);
  assert.match(log, /::endgroup::/);
});

test("the step shows ten errors at most, and the last of them is why the program ended", async () => {
  const failed = Array.from({ length: 30 }, (_, row): FailedGroup => (
    { what: "histories", status: 400 + row, reason: "not accepted", count: 2, example: `row ${row}` }
  ));
  const error = { message: "too many", hint: "Try less" };
  const { log } = await useScript("exit 1", {}, { outcome: "failed", exit_code: 1, error, failed });
  const errors = [...log.matchAll(/^::error title=kiroframe-importer::(.*)$/gm)].map(([, text]) => text);
  assert.equal(errors.length, 10);
  assert.equal(errors.at(-1), "too many%0ATry less");
  assert.equal(errors.at(-2), "histories that failed: 2, not accepted (429); the first: row 29");
});

test("the summary stays far below 1 MiB, and its cells are only text", async () => {
  const experiments = Array.from({ length: 3000 }, (_, id) => [
    String(id),
    { name: id === 0 ? "a|b\n<img> `c` [d](e) \\" : "n".repeat(5000), runs: 1, dataset_rows: 1 },
  ]);
  const text = JSON.stringify({ runs: 3000, experiments_detail: Object.fromEntries(experiments) });
  const folder = await mkdtemp(join(tmpdir(), "kiroframe-importer-summary-"));
  await writeFile(join(folder, "summary.json"), text);
  const failed: FailedGroup[] = [{ what: "artifacts", status: 500, reason: "server error", count: 7, example: "" }];
  const { code, summary, outputs } = await useScript("exit 3", {}, {
    outcome: "incomplete",
    exit_code: 3,
    folder,
    failed,
  });
  await rm(folder, { recursive: true });
  assert.deepEqual([code, outputs["runs"], outputs["failures"]], [3, "3000", "7"]);
  assert.ok(summary.length < 300_000, String(summary.length));
  assert.match(summary, /^\| a\\\|b &lt;img> \\`c\\` \\\[d\\\]\(e\) \\\\ \| 1 \| 1 \| {2}\|$/m);
  assert.match(summary, /^and 2800 more, in summary\.json$/m);
  assert.doesNotMatch(summary, /Sent to/);
  assert.match(summary, /^ {4}artifacts that failed: 7, server error \(500\)$/m);
});

test("the step fails when the program did not say what it had done", async () => {
  for (const [exit, text] of [[137, ""], [0, "{"]] as const) {
    const { code, log, outputs } = await useScript(`exit ${exit}`, {}, text);
    assert.deepEqual([code, outputs], [exit || 1, { "exit-code": String(exit) }]);
    assert.match(log, new RegExp(`^::error .*ended with exit code ${exit}, and did not say what it had done$`, "m"));
  }
});
