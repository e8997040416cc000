import assert from "node:assert/strict";
import { Checks } from "../../../lib/jobs/doctor/checks.ts";
import { checkFolder } from "../../../lib/jobs/doctor/folder.ts";
import { exitCodeOf } from "../../../lib/errors.ts";
import { silentLogger, silentProgress } from "../../../lib/logger.ts";
import type { Check } from "../../../lib/shapes/checks.ts";
import type { Plan } from "../../../lib/shapes/plan.ts";
import { withFolder } from "../../export/artifact_files.ts";

const silent = (): void => {};
const CONTEXT = {
  logger: silentLogger,
  progress: silentProgress,
  hide: silent,
  redact: (text: string) => text,
  openLog: silent,
  tell: silent,
  advise: silent,
};

async function room(
  folder: string,
  bytes: number,
): Promise<{ readonly check: Check | undefined; readonly code: number }> {
  const checks = new Checks(CONTEXT);
  await checkFolder(folder, { disk: { bytes, free_bytes: null } } as Plan, checks);
  const code = checks.fault === undefined ? 0 : exitCodeOf(checks.fault);
  return { check: checks.list.find(({ check }) => check === "room"), code };
}

Deno.test("checkFolder() holds the room against what an export takes", () =>
  withFolder(async (folder) => {
    const enough = await room(folder, 1_000);
    assert.deepEqual([enough.check?.state, enough.code], ["ok", 0]);
    const short = await room(folder, 1e18);
    assert.deepEqual([short.check?.state, short.check?.hint, short.code], [
      "fault",
      "Make room, or give another --base-dir",
      1,
    ]);
    const free = Number(/^([\d,]+) MB/.exec(enough.check?.found ?? "")?.[1]?.replaceAll(",", ""));
    assert.equal((await room(folder, free * 0.7e6)).check?.state, "note");
  }));
