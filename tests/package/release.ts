/**
 * A release of version 9.9.9 on a loopback server, and install.sh run against it.
 * @module
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TARGETS } from "../../tools/binary/targets.ts";
import { execute, type Outcome } from "./programs.ts";

export const INSTALL = fileURLToPath(new URL("../../install.sh", import.meta.url));

export interface System {
  /** What `uname -s` and `uname -m` print. */
  readonly kernel: string;
  readonly machine: string;
}

/** More than a disk of 4 KB takes. */
const FILLING = "# nothing\n".repeat(1000);

/** How install.sh is run. */
export interface InstallOptions {
  /** @default {["sh"]} */
  readonly shell?: readonly string[];
  /** @default {the repository's} */
  readonly script?: string;
  /** What the shell reads in place of the script. */
  readonly input?: string;
  /** Where its commands are, besides `uname`. @default {the test's own} */
  readonly path?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export const LINUX: System = { kernel: "Linux", machine: "x86_64" };

/** A folder with a release of version 9.9.9 in it, served; and a place to install to. */
export class Release implements AsyncDisposable {
  readonly asked: string[] = [];
  /** Whether every file ends in its middle. */
  breaksOff = false;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(readonly folder: string, readonly files: Map<string, Uint8Array<ArrayBuffer>>) {
    this.#server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
      const name = new URL(request.url).pathname.slice("/v9.9.9/".length);
      this.asked.push(name);
      const file = this.files.get(name);
      if (file === undefined) return new Response("no such asset", { status: 404 });
      return this.breaksOff ? half(file) : new Response(file);
    });
  }

  /** Makes a release whose programs print their version, and end with a line of the shell. */
  static async open(end = ""): Promise<Release> {
    const folder = await mkdtemp(join(tmpdir(), "kiroframe-importer-install-"));
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const target of TARGETS) {
      const program = target.includes("windows") ? "kiroframe-importer.exe" : "kiroframe-importer";
      await writeFile(
        join(folder, program),
        `#!/bin/sh\necho "kiroframe-importer 9.9.9 for ${target}"\n${end}\n${FILLING}`,
      );
      const archive = join(folder, "archive.tar.gz");
      assert.equal((await execute(["tar", "-czf", archive, "-C", folder, program])).code, 0);
      files.set(`kiroframe-importer-${target}.tar.gz`, Uint8Array.from(await readFile(archive)));
    }
    const sums = [...files].map(([name, bytes]) => `${sha256(bytes)}  ${name}\n`).join("");
    files.set("SHA256SUMS", new TextEncoder().encode(sums));
    return new Release(folder, files);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/v9.9.9`;
  }

  /** What stands where the program is installed to. */
  async installed(program = "kiroframe-importer"): Promise<string> {
    return await readFile(join(this.folder, "prefix", "bin", program), "utf8").catch(() => "nothing");
  }

  /** Runs install.sh on a system, which a false `uname` names. */
  async install({ kernel, machine }: System, options: InstallOptions = {}): Promise<Outcome> {
    const { shell = ["sh"], script = INSTALL, path = Deno.env.get("PATH"), env = {}, input } = options;
    const bin = join(this.folder, "bin");
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, "uname"), `#!/bin/sh\ncase $1 in -s) echo ${kernel} ;; -m) echo ${machine} ;; esac\n`);
    await chmod(join(bin, "uname"), 0o755);
    return await execute([...shell, ...(input === undefined ? [script] : [])], {
      env: {
        PATH: `${bin}:${path}`,
        PREFIX: join(this.folder, "prefix"),
        KIROFRAME_IMPORTER_BASE_URL: this.url,
        ...env,
      },
      input,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
    await rm(this.folder, { recursive: true });
  }
}

/** A reply whose connection is closed before all that was promised came. */
function half(file: Uint8Array<ArrayBuffer>): Response {
  const body = new ReadableStream({
    start(controller): void {
      controller.enqueue(file.subarray(0, file.length / 2));
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-length": String(file.length) } });
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
