/**
 * Starts the pods of a control plane as processes of this machine: the program with the container's arguments, environment and volumes.
 * No images, no isolation: a path below a mount is one below the folder that stands for the volume.
 * @module
 */
import { join } from "node:path";
import type { ControlPlane, Resource } from "./control_plane.ts";

/** How pods are run. */
export interface KubeletOptions {
  /** What stands for the image's entry point. */
  readonly program: string;
  /** The folder with a folder for each claim. */
  readonly volumes: string;
  /** Told of each started pod. */
  readonly onStart?: (pod: Resource, child: Deno.ChildProcess) => void;
}

/** Runs pods until it is disposed. */
export class Kubelet implements AsyncDisposable {
  readonly #children = new Map<string, Deno.ChildProcess>();
  readonly #plane: ControlPlane;
  readonly #options: KubeletOptions;
  readonly #loop: Promise<void>;
  readonly #ends: Promise<void>[] = [];
  #ended = false;
  /** What every pod said, by its name. */
  readonly said = new Map<string, string>();

  constructor(plane: ControlPlane, options: KubeletOptions) {
    this.#plane = plane;
    this.#options = options;
    this.#loop = this.#work();
    // Whoever disposes it is told.
    this.#loop.catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    for (const child of this.#children.values()) end(child, "SIGKILL");
    await Promise.all([this.#loop, ...this.#ends]);
  }

  async #work(): Promise<void> {
    while (!this.#ended) {
      for (const pod of (await this.#plane.get("pods")).items) await this.#look(pod);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async #look(pod: Resource): Promise<void> {
    const name = pod.metadata.name;
    const child = this.#children.get(name);
    if (pod.metadata.deletionTimestamp !== undefined) {
      if (child !== undefined) end(child, "SIGTERM");
      else if (pod.spec.nodeName !== undefined) {
        await this.#plane.send("DELETE", `pods/${name}`, { gracePeriodSeconds: 0 });
      }
    } else if (child === undefined && pod.spec.nodeName === undefined) {
      const target = { kind: "Node", name: "this-machine" };
      const metadata = { name };
      await this.#plane.send("POST", `pods/${name}/binding`, { apiVersion: "v1", kind: "Binding", metadata, target });
      await this.#start(pod);
    }
  }

  async #start(pod: Resource): Promise<void> {
    const name = pod.metadata.name;
    const [container] = pod.spec.containers;
    const inside = await this.#mounts(pod, container);
    const env = await this.#environment(pod, container);
    const args = (container.args ?? []).map((word: string) =>
      inside(word.replace(/\$\((\w+)\)/g, (whole, variable) => env[variable] ?? whole))
    );
    const child = new Deno.Command(this.#options.program, {
      args: [...(container.command ?? []).slice(1), ...args],
      clearEnv: true,
      env: { PATH: Deno.env.get("PATH") ?? "", ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#children.set(name, child);
    await this.#tell(name, container, "Running", { running: { startedAt: new Date().toISOString() } });
    this.#options.onStart?.(pod, child);
    child.output().then(async ({ code, stdout, stderr }) => {
      const decoder = new TextDecoder();
      this.said.set(name, decoder.decode(stdout) + decoder.decode(stderr));
      const reason = code === 0 ? "Completed" : "Error";
      await this.#tell(name, container, code === 0 ? "Succeeded" : "Failed", {
        terminated: { exitCode: code, reason },
      });
      this.#children.delete(name);
    });
  }

  async #tell(name: string, { name: container, image }: Resource, phase: string, state: Resource): Promise<void> {
    const status = { name: container, image, imageID: "", ready: "running" in state, restartCount: 0, state };
    await this.#plane.send("PATCH", `pods/${name}/status`, { status: { phase, containerStatuses: [status] } });
  }

  /** Returns how a path inside the container is one of this machine. */
  async #mounts(pod: Resource, container: Resource): Promise<(path: string) => string> {
    const folders: [string, string][] = [];
    for (const { name, mountPath } of container.volumeMounts ?? []) {
      const claim = pod.spec.volumes.find((volume: Resource) => volume.name === name).persistentVolumeClaim;
      // The one that every pod gets with a token in it has no folder.
      if (mountPath.startsWith("/var/run/secrets/")) continue;
      const folder = claim === undefined ? await Deno.makeTempDir() : join(this.#options.volumes, claim.claimName);
      await Deno.mkdir(folder, { recursive: true });
      folders.push([mountPath, folder]);
    }
    return (path) => {
      const [mountPath, folder] = folders.find(([mountPath]) => path.startsWith(mountPath)) ?? ["", ""];
      return folder + path.slice(mountPath.length);
    };
  }

  async #environment(pod: Resource, container: Resource): Promise<Record<string, string>> {
    const env: Record<string, string> = {};
    for (const { secretRef } of container.envFrom ?? []) {
      const { data } = await this.#plane.get(`secrets/${secretRef.name}`);
      for (const [name, value] of Object.entries(data)) env[name] = atob(String(value));
    }
    for (const { name, value, valueFrom } of container.env ?? []) {
      const [, kind, key] = /^metadata\.(annotations|labels)\['(.+)'\]$/.exec(valueFrom?.fieldRef.fieldPath ?? "") ??
        [];
      env[name] = kind === undefined ? value ?? "" : pod.metadata[kind][key ?? ""];
    }
    return env;
  }
}

/** Ends a process, unless it has ended by itself. */
export function end(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has.
  }
}
