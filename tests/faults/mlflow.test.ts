/** What MLflow may do wrong on the way: the files are whole afterwards, or the exit code says that they are not yet. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { matchShare } from "../../sandbox/faults.ts";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import type { MlflowFault, MlflowFaultAction, MlflowFaultTarget } from "../../sandbox/mlflow/faults.ts";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { HASTY, type Outcome, QUICK, runHere, say, SEED, temporaryFolder } from "./program.ts";
import {
  assertHeld,
  assertSameRows,
  assertWhole,
  exportFlags,
  filesOf,
  flagsFor,
  heldBy,
  smallWorld,
} from "./truth.ts";

const GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";

const WRONG_ANSWERS: Readonly<Record<string, MlflowFaultAction>> = {
  "a connection that is dropped": { kind: "reset" },
  "a reset in the middle of a body": { kind: "cut" },
  "a stalled reply": { kind: "stall" },
  "a reply that stalls in its middle": { kind: "stallBody" },
  "JSON that breaks off": { kind: "truncate" },
  "429 with Retry-After": { kind: "status", status: 429, headers: { "retry-after": "0" } },
  "429 without Retry-After": { kind: "status", status: 429 },
  "500 with a web page": { kind: "status", status: 500, body: "<!doctype html><title>500</title>" },
  "502 with a web page": { kind: "status", status: 502, body: GATEWAY_PAGE },
  "503": { kind: "status", status: 503, body: '{"error_code": "TEMPORARILY_UNAVAILABLE", "message": "later"}' },
};

/** Answers that are right in an odd form: nothing has to be asked again. */
const ODD_ANSWERS: Readonly<Record<string, MlflowFaultAction>> = {
  "a slow sender": { kind: "slow", pieces: 5, pauseMs: 2 },
};

interface Truth {
  readonly files: Readonly<Record<string, string>>;
  readonly held: unknown;
}

let known: Promise<Truth> | undefined;
let count = 0;

function truth(): Promise<Truth> {
  known ??= undisturbed();
  return known;
}

async function undisturbed(): Promise<Truth> {
  await using mlflow = await startMlflowSandbox({ world: smallWorld() });
  await using kiroframe = await startKiroframeSandbox();
  await using folder = await temporaryFolder();
  assert.equal((await runHere(flagsFor(folder.path, mlflow, kiroframe))).exitCode, 0);
  const files = await filesOf(await folder.exported());
  assert.equal(Object.keys(files).filter((name) => name.startsWith("artifacts/")).length, 8);
  return { files, held: heldBy(kiroframe) };
}

/** Exports and imports with faults; where that did not end well, goes on without them. Then all must be there, and once. */
async function survives(
  faults: readonly MlflowFault[],
  options: {
    readonly exitCode?: number;
    readonly env?: Readonly<Record<string, string>>;
    readonly assertFiles?: typeof assertWhole;
  } = {},
): Promise<Outcome> {
  const { files, held } = await truth();
  await using mlflow = await startMlflowSandbox({ world: smallWorld(), faults });
  await using kiroframe = await startKiroframeSandbox();
  await using folder = await temporaryFolder();
  const flags = flagsFor(folder.path, mlflow, kiroframe);
  const outcome = await runHere(flags, { env: options.env ?? QUICK });
  assert.equal(outcome.exitCode, options.exitCode ?? 0, outcome.stderr + outcome.stdout);
  if (outcome.exitCode !== 0) {
    assert.match(outcome.stderr, /^ERROR: [A-Z]/);
    mlflow.setFaults([]);
    // Before the experiments are listed there is no folder to go on with.
    const resume = (await readdir(folder.path)).length === 0 ? [] : ["--resume", "latest"];
    const resumed = await runHere([...flags, ...resume]);
    assert.equal(resumed.exitCode, 0, resumed.stderr);
  }
  await (options.assertFiles ?? assertWhole)(await folder.exported(), files);
  assertHeld(kiroframe, held);
  assert.ok([...kiroframe.runs.values()].every(({ imports }) => imports === 1), "a run was sent twice");
  count++;
  return outcome;
}

/** Strikes a share of all calls. A GET is struck once at most: chance must not use up its attempts. */
function oneInThree(): (target: MlflowFaultTarget) => boolean {
  const isChosen = matchShare(0.33, SEED);
  const struck = new Set<string>();
  return (target) => {
    const call = target.method === "GET" ? `${target.path}?${target.query}` : `${target.number}`;
    if (!isChosen(target) || struck.has(call)) return false;
    struck.add(call);
    return true;
  };
}

for (const [name, action] of Object.entries({ ...WRONG_ANSWERS, ...ODD_ANSWERS })) {
  Deno.test(`export survives ${name} in one call of three`, async () => {
    const stalls = action.kind.startsWith("stall");
    await survives([{ match: oneInThree(), times: stalls ? 5 : Infinity, action }], { env: stalls ? HASTY : QUICK });
  });
}

Deno.test("export survives gzip in every call, that for files included, which are asked for as they are", async () => {
  await survives([{ match: () => true, action: { kind: "gzip" } }]);
});

const FOR_EVER: readonly (readonly [name: string, action: MlflowFaultAction, exitCode: number])[] = [
  ["a connection that is dropped", { kind: "reset" }, 5],
  ["a reset in the middle of a body", { kind: "cut" }, 5],
  ["a stalled reply", { kind: "stall" }, 5],
  ["429", { kind: "status", status: 429 }, 5],
  ["502", { kind: "status", status: 502, body: GATEWAY_PAGE }, 5],
  ["503", { kind: "status", status: 503 }, 5],
  ["500 with a web page", { kind: "status", status: 500, body: "<title>500</title>" }, 5],
  [
    "500 of MLflow's own",
    { kind: "status", status: 500, body: '{"error_code": "INTERNAL_ERROR", "message": "no"}' },
    5,
  ],
  ["JSON that breaks off", { kind: "truncate" }, 5],
  ["a login page with status 200", { kind: "status", status: 200, body: "<html><input type=password></html>" }, 4],
  ["401", { kind: "status", status: 401 }, 4],
];

/** From this request on, in the middle of the listing of runs. */
const MIDDLE = 9;

for (const [name, action, exitCode] of FOR_EVER) {
  Deno.test(`export ends with ${exitCode} when ${name} does not pass, and goes on after it`, async () => {
    const env = { ...(action.kind === "stall" ? HASTY : QUICK), MLFLOW_HTTP_REQUEST_MAX_RETRIES: "2" };
    await survives([{ match: ({ number }) => number >= MIDDLE, action }], { exitCode, env });
  });
}

Deno.test("export ends with 5 when the server goes away in its middle, and goes on by --resume when it is back", async () => {
  const { files } = await truth();
  await using folder = await temporaryFolder();
  let port = 0;
  {
    await using mlflow = await startMlflowSandbox({ world: smallWorld(), latencyMs: 5 });
    port = Number(new URL(mlflow.url).port);
    const running = runHere(["export", ...exportFlags(folder.path, mlflow)], {
      env: { ...QUICK, MLFLOW_HTTP_REQUEST_MAX_RETRIES: "1" },
    });
    let isOver = false;
    running.finally(() => isOver = true);
    while (!isOver && mlflow.requestCount < MIDDLE) await new Promise((resolve) => setTimeout(resolve, 1));
    await mlflow.close();
    const outcome = await running;
    assert.equal(outcome.exitCode, 5, outcome.stderr);
    assert.match(outcome.stderr, /Cannot reach MLflow/);
  }
  await using mlflow = await startMlflowSandbox({ world: smallWorld(), port });
  const resumed = await runHere(["export", ...exportFlags(folder.path, mlflow), "--resume", "latest"]);
  assert.equal(resumed.exitCode, 0, resumed.stderr);
  await assertWhole(await folder.exported(), files);
  count++;
});

const LISTINGS: readonly (readonly [name: string, path: RegExp])[] = [
  ["experiments", /experiments\/search/],
  ["runs", /runs\/search/],
  ["models", /registered-models\/search/],
];

/** A listing of one experiment's runs, or of models, ends nothing but itself; where no experiment can be listed it is the server. */
const EXIT_CODES_WITHOUT_END: Readonly<Record<string, number>> = { "repeatToken of runs": 3, "emptyPage of models": 3 };

for (const [name, path] of LISTINGS) {
  for (const kind of ["duplicatePage", "emptyPage"] as const) {
    Deno.test(`export has each row once after a ${kind} in the listing of ${name}`, async () => {
      await survives([{ match: (target) => path.test(target.path), times: 3, action: { kind } }]);
    });
  }
  // One page holds all models: no token leads to it.
  for (const kind of name === "models" ? ["emptyPage"] as const : ["repeatToken", "emptyPage"] as const) {
    const exitCode = EXIT_CODES_WITHOUT_END[`${kind} of ${name}`] ?? 1;
    Deno.test(`export ends with ${exitCode} at a listing of ${name} without end (${kind}), and goes on after it`, async () => {
      const { stdout, stderr } = await survives([{ match: (target) => path.test(target.path), action: { kind } }], {
        exitCode,
        assertFiles: assertSameRows,
      });
      assert.match(stdout + stderr, /MLflow gives page tokens without end/);
    });
  }
}

Deno.test("the faults of MLflow were all tried", () => {
  say(`${count} runs of the program under faults of MLflow, seed ${SEED}`);
  assert.ok(count >= 35, `${count}`);
});
