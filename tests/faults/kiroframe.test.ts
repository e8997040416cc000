/** What Kiroframe may do wrong: afterwards it has every row once and in order, or the exit code says that it has not yet. */
import assert from "node:assert/strict";
import { matchShare } from "../../sandbox/faults.ts";
import type { KiroframeFault, KiroframeFaultAction } from "../../sandbox/kiroframe/faults.ts";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import type { KiroframeSandbox } from "../../sandbox/kiroframe/types.ts";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { HASTY, type Outcome, QUICK, runHere, say, SEED, type TemporaryFolder, temporaryFolder } from "./program.ts";
import { assertHeld, exportFlags, heldBy, kiroframeFlags, smallWorld } from "./truth.ts";

/** An export that is imported again and again: its ledger keeps the Kiroframes apart by their addresses. */
interface Exported {
  readonly base: TemporaryFolder;
  readonly folder: string;
  readonly held: unknown;
}

let exported: Promise<Exported> | undefined;
let count = 0;

async function makeExport(): Promise<Exported> {
  const base = await temporaryFolder();
  await using mlflow = await startMlflowSandbox({ world: smallWorld() });
  await using kiroframe = await startKiroframeSandbox();
  assert.equal((await runHere(["export", ...exportFlags(base.path, mlflow)])).exitCode, 0);
  const folder = await base.exported();
  assert.equal((await runHere(["import", folder, ...kiroframeFlags(kiroframe)])).exitCode, 0);
  assert.equal(kiroframe.runs.size, 8);
  return { base, folder, held: heldBy(kiroframe) };
}

interface Expectation {
  readonly exitCode?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Rows that were taken in although their acknowledgement was lost come twice, and change nothing. @default {false} */
  readonly isRepeated?: boolean;
}

/** Imports under faults, then without until all is there. */
async function survives(faults: readonly KiroframeFault[], expected: Expectation = {}): Promise<Outcome> {
  exported ??= makeExport();
  const { folder, held } = await exported;
  await using kiroframe = await startKiroframeSandbox({ faults });
  const args = ["import", folder, ...kiroframeFlags(kiroframe)];
  const outcome = await runHere(args, { env: expected.env ?? QUICK });
  assert.equal(outcome.exitCode, expected.exitCode ?? 0, outcome.stderr + outcome.stdout);
  if (outcome.exitCode !== 0) {
    assert.match(outcome.stderr, /^ERROR: [A-Z]/);
    kiroframe.setFaults([]);
    const again = await runHere(args);
    assert.equal(again.exitCode, 0, again.stderr);
  }
  assertHeld(kiroframe, held);
  if (expected.isRepeated !== true) assertNothingTwice(kiroframe);
  const requests = kiroframe.requestCount;
  assert.equal((await runHere(args)).exitCode, 0);
  assert.equal(kiroframe.requestCount, requests, "a third import sent something");
  count++;
  return outcome;
}

function assertNothingTwice(kiroframe: KiroframeSandbox): void {
  assert.ok([...kiroframe.runs.values()].every(({ imports }) => imports === 1), "a run was sent twice");
  assert.ok([...kiroframe.experiments.values()].every(({ imports }) => imports === 1), "an experiment was sent twice");
}

const PASSING: Readonly<Record<string, KiroframeFaultAction>> = {
  "a connection that is dropped": { kind: "reset" },
  "a connection that is dropped while the body is sent": { kind: "reset", early: true },
  "a reset in the middle of a reply": { kind: "truncate" },
  "a stalled reply": { kind: "stall" },
  "429 with Retry-After": { kind: "status", status: 429, headers: { "retry-after": "0" } },
  "429 without Retry-After": { kind: "status", status: 429 },
  "500 with a web page": { kind: "status", status: 500, body: "<!doctype html><title>500</title>" },
  "502 with a web page": { kind: "status", status: 502, body: "<html><title>502 Bad Gateway</title></html>" },
  "503": { kind: "status", status: 503, body: "busy" },
};

/** Chosen so that the first attempts of rows of all three kinds are struck. */
function oneInThree(): KiroframeFault["match"] {
  return matchShare(0.33, SEED);
}

for (const [name, action] of Object.entries(PASSING)) {
  const limits = action.kind === "stall" ? { times: 4 } : {};
  const env = action.kind === "stall" ? HASTY : QUICK;
  Deno.test(`import survives ${name} in one call of three`, async () => {
    await survives([{ match: oneInThree()!, action, ...limits }], { env, isRepeated: action.kind === "truncate" });
  });
  if (action.kind === "reset" && action.early === true) continue;
  Deno.test(`import keeps numbers and rows when the acknowledgement is lost by ${name}`, async () => {
    await survives([{ match: oneInThree()!, action, ...limits, applied: true }], { env, isRepeated: true });
  });
}

const FOR_EVER: readonly (readonly [name: string, action: KiroframeFaultAction, exitCode: number])[] = [
  ["a connection that is dropped", { kind: "reset" }, 5],
  ["a stalled reply", { kind: "stall" }, 5],
  ["429", { kind: "status", status: 429 }, 5],
  ["502", { kind: "status", status: 502 }, 5],
  ["503", { kind: "status", status: 503 }, 5],
  ["401", { kind: "status", status: 401 }, 4],
  ["403", { kind: "status", status: 403 }, 4],
];

for (const [name, action, exitCode] of FOR_EVER) {
  Deno.test(`import ends with ${exitCode} when ${name} does not pass; the next sends only what is missing`, async () => {
    const env = { ...(action.kind === "stall" ? HASTY : QUICK), KIROFRAME_HTTP_REQUEST_MAX_RETRIES: "1" };
    await survives([{ match: ({ number }) => number > 6, action }], { exitCode, env });
  });
}

for (const status of [400, 413, 422, 500]) {
  Deno.test(`import ends with 3 when Kiroframe answers ${status} to one run for ever, and sends all others`, async () => {
    const outcome = await survivesOneRefusal(status);
    assert.match(outcome.stdout + outcome.stderr, new RegExp(`Cannot import run \\w+: status ${status}: no thanks`));
    assert.match(outcome.stderr, /Kiroframe did not take 1 row/);
  });
}

/** A run that comes later than newer ones gets a later number: rows are compared without their order. */
async function survivesOneRefusal(status: number): Promise<Outcome> {
  exported ??= makeExport();
  const { folder, held } = await exported;
  const ids = (held as { experiments: { runs: { runId: string }[] }[] }).experiments
    .flatMap(({ runs }) => runs.map(({ runId }) => runId));
  const refused = ids[1];
  await using kiroframe = await startKiroframeSandbox({
    faults: [{ match: ({ rowId }) => rowId === refused, action: { kind: "status", status, body: "no thanks" } }],
  });
  const args = ["import", folder, ...kiroframeFlags(kiroframe)];
  const outcome = await runHere(args);
  assert.equal(outcome.exitCode, 3, outcome.stderr);
  assert.deepEqual([...kiroframe.runs.keys()].sort(), ids.filter((id) => id !== refused).sort());
  kiroframe.setFaults([]);
  const requests = kiroframe.requestCount;
  assert.equal((await runHere(args)).exitCode, 0);
  assert.equal(kiroframe.requestCount, requests + 1);
  assert.deepEqual([...kiroframe.runs.keys()].sort(), ids.sort());
  assertNothingTwice(kiroframe);
  count++;
  return outcome;
}

Deno.test("x-api-key does not follow a redirect to another host: exit 1, and nothing is lost", async () => {
  const asked: Headers[] = [];
  await using other = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen(): void {} }, ({ headers }) => {
    asked.push(headers);
    return Response.json({});
  });
  const location = `http://127.0.0.1:${other.addr.port}/arcee/v2/import`;
  const { stderr } = await survives([{ match: ({ number }) => number > 4, action: { kind: "redirect", location } }], {
    exitCode: 1,
  });
  assert.match(stderr, /Kiroframe redirects POST .* the token is not sent to another server/);
  assert.deepEqual(asked, []);
});

Deno.test("import ends with 5 where nothing listens, and with 1 where there is no TLS behind https", async () => {
  exported ??= makeExport();
  const { folder } = await exported;
  await using kiroframe = await startKiroframeSandbox();
  const closed = await startKiroframeSandbox();
  await closed.close();
  const env = { ...QUICK, KIROFRAME_HTTP_REQUEST_MAX_RETRIES: "1" };
  const refused = await runHere(["import", folder, ...kiroframeFlags(closed)], { env });
  assert.equal(refused.exitCode, 5, refused.stderr);
  assert.match(refused.stderr, /Cannot reach Kiroframe at .*refused/i);
  const { url, token } = kiroframe;
  const plain = await runHere(["import", folder, ...kiroframeFlags({ url: url.replace("http:", "https:"), token })]);
  assert.equal(plain.exitCode, 1, plain.stderr);
  assert.match(plain.stderr, /Cannot connect securely to Kiroframe/);
  count += 2;
});

Deno.test("the faults of Kiroframe were all tried", async () => {
  await (await exported)?.base[Symbol.asyncDispose]();
  say(`${count} imports under faults of Kiroframe, seed ${SEED}`);
  assert.ok(count >= 31, `${count}`);
});
