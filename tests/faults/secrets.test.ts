/** However a run fails, no secret is left: not on the terminal, not in the log, not in any file of the folder. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import type { KiroframeFault } from "../../sandbox/kiroframe/faults.ts";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import type { MlflowFault } from "../../sandbox/mlflow/faults.ts";
import { type MlflowSandbox, startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { generateWorld } from "../../sandbox/world/generator.ts";
import { QUICK, runChild, runHere, temporaryFolder } from "./program.ts";

/** With characters that a URL and JSON write in other ways. */
const PASSWORD = 'pä"ss%w/rd+1';
const MLFLOW_TOKEN = "bearer-of-mlflow-a1b2c3";
const KIROFRAME_TOKEN = "profiling-token-d4e5f6";

/** Every form in which a secret could be written: plain, in JSON, percent-encoded, base64 by itself and with its user. */
function formsOf(secret: string): string[] {
  const percent = encodeURIComponent(secret);
  const base64 = (text: string): string => Buffer.from(text).toString("base64").replace(/=+$/, "");
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    percent,
    percent.toLowerCase(),
    base64(secret),
    base64(`ada:${secret}`),
    Buffer.from(secret).toString("base64url"),
  ];
}

function assertNoSecrets(
  what: string,
  texts: readonly (readonly [name: string, bytes: Uint8Array | string])[],
): void {
  for (const [name, content] of texts) {
    const bytes = Buffer.from(content);
    for (const secret of [PASSWORD, MLFLOW_TOKEN, KIROFRAME_TOKEN]) {
      for (const form of formsOf(secret)) {
        assert.ok(!bytes.includes(Buffer.from(form)), `${what}: ${name} holds a secret as ${form}`);
      }
    }
  }
}

async function filesBelow(path: string): Promise<[string, Uint8Array][]> {
  const files: [string, Uint8Array][] = [];
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    const below = join(path, name);
    if (isDirectory) files.push(...await filesBelow(below));
    else files.push([below, await Deno.readFile(below)]);
  }
  return files;
}

interface Case {
  readonly mlflow?: readonly MlflowFault[];
  readonly kiroframe?: readonly KiroframeFault[];
  readonly exitCode: number;
}

/** A server that says back what it was told, as some do in their error pages. */
const ECHO = `Who is ada:${PASSWORD}? I was given ${MLFLOW_TOKEN}, ${KIROFRAME_TOKEN}, ${formsOf(PASSWORD).join(" ")}`;

const CASES: Readonly<Record<string, Case>> = {
  "all goes well": { exitCode: 0 },
  "MLflow answers 401": { mlflow: [{ action: { kind: "status", status: 401, body: ECHO } }], exitCode: 4 },
  "MLflow answers 500 with a web page": {
    mlflow: [{
      match: ({ number }) => number > 6,
      action: { kind: "status", status: 500, body: `<html><title>${ECHO}` },
    }],
    exitCode: 5,
  },
  "MLflow refuses histories and files": {
    mlflow: [{
      match: ({ path }) => path.includes("get-history") || path.includes("artifacts/list"),
      action: { kind: "status", status: 400, body: JSON.stringify({ error_code: "BAD", message: ECHO }) },
    }],
    exitCode: 3,
  },
  "MLflow redirects to where nothing is": {
    mlflow: [{
      match: ({ number }) => number > 6,
      action: {
        kind: "redirect",
        location: `http://ada:${encodeURIComponent(PASSWORD)}@127.0.0.1:1/?t=${MLFLOW_TOKEN}`,
      },
    }],
    exitCode: 5,
  },
  "MLflow drops connections": {
    mlflow: [{ match: ({ number }) => number > 6, action: { kind: "reset" } }],
    exitCode: 5,
  },
  "Kiroframe answers 401": { kiroframe: [{ action: { kind: "status", status: 401, body: ECHO } }], exitCode: 4 },
  "Kiroframe refuses each row": { kiroframe: [{ action: { kind: "status", status: 422, body: ECHO } }], exitCode: 3 },
  "Kiroframe redirects": {
    kiroframe: [{ action: { kind: "redirect", location: `http://127.0.0.1:1/?token=${KIROFRAME_TOKEN}` } }],
    exitCode: 1,
  },
  "Kiroframe drops connections": { kiroframe: [{ action: { kind: "reset" } }], exitCode: 5 },
};

const WAYS: Readonly<Record<string, (mlflow: MlflowSandbox) => { url: string; env: Record<string, string> }>> = {
  "in the URL": ({ url }) => ({ url: url.replace("://", `://ada:${encodeURIComponent(PASSWORD)}@`), env: {} }),
  "as basic authentication": ({ url }) => ({
    url,
    env: { MLFLOW_TRACKING_USERNAME: "ada", MLFLOW_TRACKING_PASSWORD: PASSWORD },
  }),
  "as a token": ({ url }) => ({ url, env: { MLFLOW_TRACKING_TOKEN: MLFLOW_TOKEN } }),
};

const IMPATIENT = {
  ...QUICK,
  MLFLOW_HTTP_REQUEST_MAX_RETRIES: "1",
  KIROFRAME_HTTP_REQUEST_MAX_RETRIES: "1",
};

for (const [way, signIn] of Object.entries(WAYS)) {
  Deno.test(`no run leaves a secret that was given ${way}, however it ends`, async () => {
    for (const [what, { exitCode, ...faults }] of Object.entries(CASES)) {
      await using mlflow = await startMlflowSandbox({
        world: generateWorld({ runs: 3, models: 1, files: 1 }),
        faults: faults.mlflow ?? [],
      });
      await using kiroframe = await startKiroframeSandbox({ token: KIROFRAME_TOKEN, faults: faults.kiroframe ?? [] });
      await using folder = await temporaryFolder();
      const { url, env } = signIn(mlflow);
      const args = ["--tracking-url", url, "--kiroframe-url", kiroframe.url, "--profiling-token", KIROFRAME_TOKEN];
      const outcome = await runHere([
        ...args,
        "--base-dir",
        folder.path,
        "--download-artifacts",
        "--log-level",
        "DEBUG",
      ], {
        env: { ...IMPATIENT, ...env },
      });
      assert.equal(outcome.exitCode, exitCode, `${what}: ${outcome.stderr}`);
      const files = await filesBelow(folder.path);
      // A first contact that fails leaves no folder to have a log.
      if (what !== "MLflow answers 401") {
        assert.ok(files.some(([name]) => name.endsWith("export.log")), `${what}: no log`);
      }
      const texts = [["stdout", outcome.stdout], ["stderr", outcome.stderr], ...files] as const;
      assertNoSecrets(what, texts.map(([name, content]) => [name, withoutForeign(content, way)] as const));
    }
  });
}

/** The program knows the secrets that it was given in this run: what else the server made up is not a secret. */
function withoutForeign(content: string | Uint8Array, way: string): string | Uint8Array {
  const foreign = way === "as a token" ? formsOf(PASSWORD) : formsOf(MLFLOW_TOKEN);
  const bytes = Buffer.from(content).toString("latin1");
  const text = foreign.reduce(
    (text, form) => text.replaceAll(Buffer.from(form).toString("latin1"), "foreign"),
    bytes,
  );
  return Buffer.from(text, "latin1");
}

Deno.test("secrets that are words or letters leave paths and words whole", async () => {
  await using mlflow = await startMlflowSandbox({ world: generateWorld({ runs: 3 }) });
  await using kiroframe = await startKiroframeSandbox({ token: "a" });
  await using folder = await temporaryFolder();
  const base = join(folder.path, "mlflow_export");
  const user = mlflow.url.replace("://", "://ada:mlflow@");
  const flags = ["--kiroframe-url", kiroframe.url, "--profiling-token", "a"];
  const done = await runHere(["--tracking-url", user, "--base-dir", base, ...flags, "--log-level", "DEBUG"]);
  assert.equal(done.exitCode, 0, done.stderr);
  const [name = ""] = [...Deno.readDirSync(base)].map((entry) => entry.name).filter((entry) => /^\d/.test(entry));
  const log = await Deno.readTextFile(join(base, name, "export.log"));
  for (const text of [done.stdout, log]) {
    assert.ok(text.includes(`working directory: ${join(base, name)}\n`), text);
    assert.doesNotMatch(text, /\*\*\*|mlflow:mlflow|ada:\S/);
  }
  // A digit of the folder's name, and all of the base folder's.
  kiroframe.setFaults([{ action: { kind: "status", status: 401 } }]);
  for (const token of [name.slice(0, 4), "mlflow_export"]) {
    const refused = await runHere(["import", join(base, name), ...flags.slice(0, -1), token]);
    assert.equal(refused.exitCode, 4);
    assert.ok(
      refused.stderr.endsWith(`options: kiroframe-importer import ${join(base, name)}\n`),
      refused.stderr,
    );
  }
});

Deno.test("no secret is cut out of the paths that were typed, nor out of the folder that was made", async () => {
  await using mlflow = await startMlflowSandbox({ world: generateWorld({ runs: 1 }) });
  await using folder = await temporaryFolder();
  const base = join(folder.path, "exports-of-ada");
  const year = String(new Date().getFullYear());
  const hidden = { MLFLOW_TRACKING_USERNAME: "ada", MLFLOW_TRACKING_PASSWORD: year };
  const flags = ["export", "--tracking-url", mlflow.url.replace("://", "://ada:exports-of-ada@")];
  const done = await runHere([...flags, "--base-dir", base], { env: { ...QUICK, ...hidden } });
  assert.equal(done.exitCode, 0, done.stderr);
  const [name = ""] = [...Deno.readDirSync(base)].map((entry) => entry.name);
  assert.ok(done.stdout.includes(`working directory: ${join(base, name)}\n`), done.stdout);
  const file = join(folder.path, "exports-of-ada", "file");
  await Deno.writeTextFile(file, "in the way");
  const refused = await runHere([...flags, "--base-dir", file], { env: QUICK });
  assert.equal(refused.exitCode, 2);
  assert.ok(refused.stderr.startsWith(`ERROR: Cannot use --base-dir "${file}": `), refused.stderr);
});

Deno.test("a usage error does not show the secrets that stand beside it", async () => {
  const cases = [
    ["--tracking-url", `ftp://ada:${encodeURIComponent(PASSWORD)}@h/`, "--profiling-token", KIROFRAME_TOKEN],
    ["--profiling-token", KIROFRAME_TOKEN, "--run-page-size", "none"],
    ["import", "/nowhere", "--profiling-token", KIROFRAME_TOKEN, "--kiroframe-url", "nonsense"],
    ["export", "--tracking-url", `http://ada:${encodeURIComponent(PASSWORD)}@127.0.0.1:1`, "--nonsense"],
  ];
  for (const args of cases) {
    const { exitCode, stdout, stderr } = await runChild(args);
    assert.equal(exitCode, 2, stderr);
    assertNoSecrets(args.join(" "), [["stdout", stdout], ["stderr", stderr]]);
  }
});
