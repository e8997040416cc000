/**
 * deploy/kubernetes on a real API server with its own Job and CronJob controllers, between a real MLflow and a receiver. Only the node is
 * the tests' own: kubelet.ts.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { runOurs } from "../../live/parts/programs.ts";
import { type Receiver, startReceiver } from "../../live/parts/receiver.ts";
import type { RealMlflow } from "../../live/parts/servers.ts";
import { freePort } from "../../live/parts/serving.ts";
import { ROOT } from "../parts/clone.ts";
import { run } from "../parts/command.ts";
import { writeProgram } from "../parts/program.ts";
import { sentRuns, startMlflow } from "../parts/world.ts";
import { ControlPlane, type Resource, until } from "./control_plane.ts";
import { end, Kubelet, type KubeletOptions } from "./kubelet.ts";

const MANIFESTS = join(ROOT, "deploy/kubernetes");
const DATED = /^\d{8}_\d{4}_\d{6}$/;
const TOKEN = "token-of-kubernetes";

let plane: ControlPlane;
let mlflow: RealMlflow;
let folder: string;
let program: string;

Deno.test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kiroframe-importer-kubernetes-"));
  program = await writeProgram(folder);
  plane = await ControlPlane.start();
  mlflow = await startMlflow();
  // The strictest of Kubernetes' own standards for pods.
  const standards = ["enforce", "warn"].map((mode) => `pod-security.kubernetes.io/${mode}=restricted`);
  await done(plane.kubectl("label", "namespace", "default", ...standards));
  const literals = { PROFILING_TOKEN: TOKEN, MLFLOW_TRACKING_TOKEN: "token-of-mlflow" };
  const words = Object.entries(literals).map(([name, value]) => `--from-literal=${name}=${value}`);
  await done(plane.kubectl("create", "secret", "generic", "kiroframe", ...words));
});

Deno.test.afterAll(async () => {
  await mlflow[Symbol.asyncDispose]();
  await plane[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function done(ended: ReturnType<ControlPlane["kubectl"]>): Promise<void> {
  const { code, stdout, stderr } = await ended;
  assert.equal(code, 0, stdout + stderr);
}

/** Applies a manifest with a user's addresses in it, and removes everything of it with its pods at the end. */
async function applied(name: string, trackingUrl: string, kiroframe: Receiver): Promise<AsyncDisposable> {
  const text = (await Deno.readTextFile(join(MANIFESTS, name)))
    .replace("http://mlflow.example:5000", trackingUrl).replace("https://my.kiroframe.com", kiroframe.url);
  const path = join(folder, name);
  await Deno.writeTextFile(path, text);
  await done(plane.kubectl("apply", "--server-side", "-f", path));
  return {
    [Symbol.asyncDispose]: () => done(plane.kubectl("delete", "--cascade=foreground", "--wait=true", "-f", path)),
  };
}

/** A node whose volumes are empty. */
async function node(options: Partial<KubeletOptions> = {}): Promise<Kubelet & { readonly volumes: string }> {
  const volumes = await Deno.makeTempDir({ dir: folder });
  return Object.assign(new Kubelet(plane, { program, volumes, ...options }), { volumes });
}

async function ended(job: string): Promise<Resource> {
  await until(async () => {
    const { status } = await plane.get(`jobs/${job}`);
    return status.conditions?.some(({ type }: Resource) => type === "Complete" || type === "Failed");
  });
  return (await plane.get(`jobs/${job}`)).status;
}

/** How often a pod was started for each index. */
function triesOf(kubelet: Kubelet): Record<string, number> {
  const tries: Record<string, number> = {};
  for (const name of kubelet.said.keys()) {
    const index = /-(\d)-\w+$/.exec(name)?.[1] ?? "";
    tries[index] = (tries[index] ?? 0) + 1;
  }
  return tries;
}

for (const name of readdirSync(MANIFESTS)) {
  Deno.test(`${name} is applied without a warning, and a wrong field in it is refused`, async () => {
    const apply = ["apply", "--server-side", "--dry-run=server", "--warnings-as-errors", "-f"];
    const { code, stderr } = await plane.kubectl(...apply, join(MANIFESTS, name));
    assert.deepEqual([code, stderr], [0, ""]);
    const wrong = join(folder, `wrong-${name}`);
    const text = await Deno.readTextFile(join(MANIFESTS, name));
    await Deno.writeTextFile(wrong, text.replace("restartPolicy:", "restartPolicies:"));
    assert.match((await plane.kubectl(...apply, wrong)).stderr, /restartPolicies/);
    await Deno.writeTextFile(wrong, text.replace("runAsNonRoot: true", "runAsNonRoot: false"));
    assert.match((await plane.kubectl(...apply, wrong)).stderr, /would violate PodSecurity "restricted/);
  });
}

Deno.test("export-job.yaml: what could not reach MLflow (5) is tried again, a killed pod goes on where it was, four parts are one export", async () => {
  await using kiroframe = startReceiver();
  const port = freePort();
  let killed = "";
  await using kubelet = await node({
    onStart: (pod, child) => {
      const base = join(kubelet.volumes, "kiroframe-exports", "2");
      if (pod.metadata.annotations["batch.kubernetes.io/job-completion-index"] !== "2") return;
      let hasEnded = false;
      child.status.then(() => hasEnded = true);
      // In the midst of its work: the folder is there, its rows are not.
      until(async () => hasEnded || (await Array.fromAsync(Deno.readDir(base))).some(({ name }) => DATED.test(name)))
        .then(() => {
          if (killed !== "" || hasEnded) return;
          killed = pod.metadata.name;
          end(child, "SIGKILL");
        });
    },
  });
  await using _ = await applied("export-job.yaml", `http://127.0.0.1:${port}`, kiroframe);
  await until(() => Promise.resolve(kubelet.said.size >= 4));
  for (const text of kubelet.said.values()) assert.match(text, /Cannot reach MLflow/);
  await using _proxy = startSlowProxy(port);
  const status = await ended("kiroframe-import");
  assert.equal(status.succeeded, 4, JSON.stringify(status));
  assert.equal(status.completedIndexes, "0-3");
  assert.notEqual(killed, "");
  assert.deepEqual(triesOf(kubelet), { "0": 2, "1": 2, "2": 3, "3": 2 });
  const volume = join(kubelet.volumes, "kiroframe-exports");
  const folders = readdirSync(volume).flatMap((index) =>
    readdirSync(join(volume, index)).map((of) => join(volume, index, of))
  )
    .filter((path) => DATED.test(basename(path)));
  // One each: that of the killed pod was gone on with.
  assert.equal(folders.length, 4, folders.join("\n"));

  const alone = await runOurs({ trackingUrl: mlflow.url, baseDir: join(folder, "alone") });
  assert.deepEqual([...new Set(sentRuns(kiroframe))], sentRuns(alone));
  const base = join(folder, "merged");
  await run([program, "merge", "--base-dir", base, ...folders]);
  const merged = join(base, readdirSync(base).find((name) => DATED.test(name)) ?? "");
  for (const name of ["runs.json", "runs.csv", "experiment_summary.json", "models.json"]) {
    assert.equal(await Deno.readTextFile(join(merged, name)), await Deno.readTextFile(join(alone.folder, name)), name);
  }
});

Deno.test("export-job.yaml: usage (2) fails the job at once", async () => {
  await using kiroframe = startReceiver();
  await using kubelet = await node();
  await using _ = await applied("export-job.yaml", "mssql://nowhere", kiroframe);
  const status = await ended("kiroframe-import");
  const failed = status.conditions.find(({ type }: Resource) => type === "Failed");
  assert.equal(failed.reason, "PodFailurePolicy", JSON.stringify(status));
  assert.match(failed.message, /exit code 2/);
  assert.ok(Object.values(triesOf(kubelet)).every((tries) => tries === 1));
  assert.equal(kiroframe.calls.length, 0);
});

Deno.test("export-job.yaml: a part of which some rows failed (3) is not tried again, and the others are done", async () => {
  await using kiroframe = startReceiver(({ body }) =>
    body.includes('"import_type": 2') && body.includes("engines/4")
      ? new Response("no such row", { status: 400 })
      : undefined
  );
  await using kubelet = await node();
  await using _ = await applied("export-job.yaml", mlflow.url, kiroframe);
  const status = await ended("kiroframe-import");
  const failed = status.conditions.find(({ type }: Resource) => type === "Failed");
  assert.equal(failed.reason, "FailedIndexes", JSON.stringify(status));
  assert.equal(status.succeeded, 3);
  assert.match(status.failedIndexes, /^\d$/);
  assert.deepEqual(triesOf(kubelet), { "0": 1, "1": 1, "2": 1, "3": 1 });
});

Deno.test("sync-cronjob.yaml: the second job of the same volume reads and sends only what changed", async () => {
  await using kiroframe = startReceiver();
  await using kubelet = await node();
  await using _ = await applied("sync-cronjob.yaml", mlflow.url, kiroframe);
  for (const [job, says] of [["first", /0 unchanged, 12 read/], ["second", /12 unchanged, 0 read/]] as const) {
    await done(plane.kubectl("create", "job", "--from=cronjob/kiroframe-sync", job));
    assert.equal((await ended(job)).succeeded, 1);
    assert.match([...kubelet.said.entries()].find(([name]) => name.startsWith(job))?.[1] ?? "", says);
  }
  assert.equal(sentRuns(kiroframe).length, 12);
});

/** Before MLflow, on a port of which nobody knows yet that it answers: every call takes half a second. */
function startSlowProxy(port: number): AsyncDisposable {
  return Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { pathname, search } = new URL(request.url);
    const { method, headers } = request;
    const body = method === "GET" ? undefined : await request.text();
    const reply = await fetch(mlflow.url + pathname + search, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    return new Response(await reply.text(), { status: reply.status, headers: { "content-type": "application/json" } });
  });
}
