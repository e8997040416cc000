/**
 * A real API server with the controllers of Jobs and CronJobs, on the loopback: built by Go, with etcd of Debian's etcd-server. Pods are
 * started by the tests themselves (kubelet.ts).
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../live/parts/serving.ts";
import { install, mayInstall } from "../../tools/apt.ts";
import { exists } from "../parts/clone.ts";
import { type Ended, execute, run } from "../parts/command.ts";
import { kept } from "../parts/kept.ts";

const MODULE = fileURLToPath(new URL("./control_plane", import.meta.url));
const VERSION = "1.34.2";
const ETCD = "/usr/bin/etcd";
const PROGRAMS = ["kube-apiserver", "kube-controller-manager", "kubectl"];
const CONTROLLERS = [
  ...["job", "cronjob", "serviceaccount", "garbage-collector", "root-ca-certificate-publisher"],
  // Without it no claim would ever go.
  "persistentvolumeclaim-protection",
];

/** A JSON object of the API. */
// deno-lint-ignore no-explicit-any
export type Resource = any;

/** A running control plane; disposing it ends it and removes its data. */
export class ControlPlane implements AsyncDisposable {
  readonly #owned: AsyncDisposableStack;

  private constructor(
    readonly folder: string,
    readonly bin: string,
    readonly url: string,
    owned: AsyncDisposableStack,
  ) {
    this.#owned = owned;
  }

  /** Builds what is not there yet (minutes), and starts everything. */
  static async start(): Promise<ControlPlane> {
    const bin = await programs();
    await using stack = new AsyncDisposableStack();
    const folder = await Deno.makeTempDir({ prefix: "control-plane-" });
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    const [etcd, peer, server, proxy] = [freePort(), freePort(), freePort(), freePort()].map((port) =>
      `127.0.0.1:${port}`
    );
    const key = join(folder, "accounts.key");
    await run(["openssl", "genrsa", "-out", key, "2048"]);
    await Deno.writeTextFile(join(folder, "tokens.csv"), "token-of-tests,tests,tests,system:masters\n");
    await Deno.writeTextFile(join(folder, "kubeconfig"), kubeconfig(`https://${server}`));
    stack.use(spawn(folder, "etcd", [
      ...[ETCD, "--data-dir", join(folder, "etcd"), "--unsafe-no-fsync"],
      ...["--listen-client-urls", `http://${etcd}`, "--advertise-client-urls", `http://${etcd}`],
      ...["--listen-peer-urls", `http://${peer}`, "--initial-advertise-peer-urls", `http://${peer}`],
      ...["--initial-cluster", `default=http://${peer}`],
    ]));
    stack.use(spawn(folder, "kube-apiserver", [
      ...[join(bin, "kube-apiserver"), "--etcd-servers", `http://${etcd}`, "--cert-dir", join(folder, "certificates")],
      ...["--bind-address", "127.0.0.1", "--secure-port", server?.split(":")[1] ?? ""],
      ...["--advertise-address", "127.0.0.1", "--endpoint-reconciler-type", "none"],
      ...["--service-account-key-file", key, "--service-account-signing-key-file", key],
      ...["--service-account-issuer", "https://kubernetes.default.svc", "--service-cluster-ip-range", "10.0.0.0/24"],
      ...["--authorization-mode", "RBAC", "--token-auth-file", join(folder, "tokens.csv")],
    ]));
    stack.use(spawn(folder, "kubectl-proxy", [
      ...[join(bin, "kubectl"), "--kubeconfig", join(folder, "kubeconfig"), "proxy"],
      ...["--port", proxy?.split(":")[1] ?? ""],
    ]));
    await until(async () => {
      const reply = await fetch(`http://${proxy}/readyz`);
      await reply.body?.cancel();
      return reply.ok;
    });
    stack.use(spawn(folder, "kube-controller-manager", [
      ...[join(bin, "kube-controller-manager"), "--kubeconfig", join(folder, "kubeconfig")],
      ...["--controllers", CONTROLLERS.map((name) => `${name}-controller`).join(",")],
      ...["--leader-elect=false", "--secure-port", "0", "--service-account-private-key-file", key],
    ]));
    const plane = new ControlPlane(folder, bin, `http://${proxy}`, stack.move());
    await until(async () => (await plane.get("serviceaccounts/default")).metadata !== undefined);
    return plane;
  }

  /** Runs kubectl. */
  async kubectl(...words: readonly string[]): Promise<Ended> {
    return await execute([join(this.bin, "kubectl"), "--kubeconfig", join(this.folder, "kubeconfig"), ...words]);
  }

  /** Reads a resource of the namespace "default"; for Jobs and CronJobs from their own group. */
  async get(path: string): Promise<Resource> {
    return await (await fetch(this.#address(path))).json();
  }

  /** Sends one to it. */
  async send(method: "POST" | "PATCH" | "DELETE", path: string, body: Resource): Promise<void> {
    const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const init = { method, headers: { "content-type": type }, body: JSON.stringify(body) };
    const reply = await fetch(this.#address(path), init);
    const text = await reply.text();
    // 404: it is gone already.
    if (!reply.ok && reply.status !== 404) throw new Error(`${method} ${path}: ${text}`);
  }

  #address(path: string): string {
    const group = path.startsWith("jobs") || path.startsWith("cronjobs") ? "apis/batch/v1" : "api/v1";
    return `${this.url}/${group}/namespaces/default/${path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}

async function programs(): Promise<string> {
  if (!await exists(ETCD)) {
    if (!mayInstall()) throw new Error("This test needs etcd: apt-get install etcd-server");
    await install("etcd-server");
  }
  const wanted = await Deno.readTextFile(join(MODULE, "go.sum"));
  return await kept("control-plane", `${VERSION}\n${wanted}`, async (into) => {
    const variable = "k8s.io/component-base/version";
    const [major, minor] = VERSION.split(".");
    const version = { gitVersion: `v${VERSION}`, gitMajor: major, gitMinor: minor };
    const flags = ["-s", "-w", ...Object.entries(version).map(([name, value]) => `-X ${variable}.${name}=${value}`)];
    const packages = PROGRAMS.map((name) => `k8s.io/kubernetes/cmd/${name}`);
    await run(["go", "build", "-o", `${into}/`, "-ldflags", flags.join(" "), ...packages], { cwd: MODULE });
  });
}

/** Starts a program that ends with the tests, however these end: when nobody holds its input any longer. Its log is beside its data. */
function spawn(folder: string, name: string, command: readonly string[]): AsyncDisposable {
  const child = new Deno.Command("sh", {
    args: ["-c", '"$@" >"$0" 2>&1 </dev/null & cat; kill -9 $!', join(folder, `${name}.log`), ...command],
    stdin: "piped",
  }).spawn();
  return {
    async [Symbol.asyncDispose](): Promise<void> {
      await child.stdin.close();
      await child.status;
    },
  };
}

/** Waits until something is so; what fails is not so yet. */
export async function until(isSo: () => Promise<boolean>, seconds = 180): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!await isSo().catch(() => false)) {
    if (Date.now() > deadline) throw new Error(`Waited ${seconds} s in vain for: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function kubeconfig(server: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "tests", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "tests", user: { token: "token-of-tests" } }],
    contexts: [{ name: "tests", context: { cluster: "tests", user: "tests" } }],
    "current-context": "tests",
  });
}
