/** Something else than Kiroframe behind its address: told in one sentence, soon. */
import assert from "node:assert/strict";
import { AppError } from "../../lib/errors.ts";
import type { Logger } from "../../lib/logger.ts";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import type { KiroframeFaultAction } from "../../sandbox/kiroframe/faults.ts";
import { TestFolder } from "./folders.ts";

const PAGE = "<!DOCTYPE html><html><body>Welcome to nginx</body></html>";

function page(status: number, body = PAGE): KiroframeFaultAction {
  return { kind: "status", status, body, headers: { "content-type": "text/html" } };
}

/** Keeps what is logged at a level and above. */
function loggerOf(errors: string[]): Logger {
  return { debug(): void {}, info(): void {}, warn(): void {}, error: (line) => void errors.push(line) };
}

for (const status of [404, 405, 501, 200]) {
  Deno.test(`importToKiroframe() says that the address is wrong where a page answers ${status}, in one sentence and soon`, async () => {
    for (const runsEach of [1, 50]) {
      await using sandbox = await startKiroframeSandbox({ faults: [{ action: page(status) }] });
      await using folder = await TestFolder.regular(1, runsEach);
      const errors: string[] = [];
      await assert.rejects(folder.importTo(sandbox, { logger: loggerOf(errors) }), (error) => {
        assert.ok(error instanceof AppError && error.exitCode === 1);
        assert.match(
          error.message,
          new RegExp(
            `^This seems not to be Kiroframe's address: each of the first 3 rows was answered ${status}: .*nginx`,
          ),
        );
        assert.match(error.hint ?? "", /--kiroframe-url/);
        return true;
      });
      assert.deepEqual(errors, []);
      assert.ok(sandbox.requestCount < 12, `${sandbox.requestCount} rows were sent`);
      sandbox.setFaults([]);
      await folder.importTo(sandbox);
      assert.equal(sandbox.runs.size, runsEach);
    }
  });

  Deno.test(`importToKiroframe() goes on with a re-import where one row is answered ${status}`, async () => {
    await using sandbox = await startKiroframeSandbox();
    await using folder = await TestFolder.regular(1, 2);
    await folder.importTo(sandbox);
    // Another folder of the same source: nothing of it is acknowledged in its own ledger, but in the one that outlives folders.
    await using next = await TestFolder.regular(1, 5);
    const store = folder.ledger(sandbox);
    sandbox.setFaults([{ match: ({ rowId }) => rowId === "e0r2", action: page(status) }]);
    const errors: string[] = [];
    const result = await next.importTo(sandbox, { store, logger: loggerOf(errors) });
    assert.deepEqual([result.runs.sent, result.runs.failed], [2, 1]);
    assert.equal(errors.length, 1);
    sandbox.setFaults([{ action: page(status) }]);
    await using last = await TestFolder.regular(1, 9);
    assert.equal((await last.importTo(sandbox, { store })).runs.failed, 5);
  });
}

Deno.test("importToKiroframe() tells the first failures once it knows that Kiroframe answers", async () => {
  // Taken in, so that its runs are.
  const fault = { match: ({ rowId }: { rowId: string | null }) => rowId === "e0", applied: true, action: page(404) };
  await using sandbox = await startKiroframeSandbox({ faults: [fault] });
  await using folder = await TestFolder.regular(1, 1);
  const errors: string[] = [];
  const result = await folder.importTo(sandbox, { logger: loggerOf(errors), concurrency: 1 });
  assert.deepEqual([result.experiments.failed, result.runs.sent, result.runs.failed], [1, 1, 0]);
  assert.deepEqual(errors, ["Cannot import experiment e0: status 404: Welcome to nginx"]);
});

Deno.test("importToKiroframe() takes any 2xx for an acknowledgement but a page, whatever it calls itself", async () => {
  const answers: KiroframeFaultAction[] = [
    page(200, ""),
    page(200, "ok"),
    page(204, ""),
    page(202, '{"id": "<html>"}'),
    { kind: "status", status: 200, body: "true", headers: { "content-type": "text/plain" } },
  ];
  for (const action of answers) {
    await using sandbox = await startKiroframeSandbox({ faults: [{ applied: true, action }] });
    await using folder = await TestFolder.regular(1, 2);
    assert.equal((await folder.importTo(sandbox)).runs.sent, 2);
  }
});
