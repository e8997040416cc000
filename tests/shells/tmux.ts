/** A terminal that tests look at: tmux, with a server of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { install, mayInstall } from "../tools/apt.ts";

/** Installs tmux where it is missing and may be. */
export async function needTmux(): Promise<void> {
  const isThere = await new Deno.Command("tmux", { args: ["-V"], stdout: "null" }).output().then(
    ({ success }) => success,
    () => false,
  );
  if (isThere) return;
  if (!mayInstall()) throw new Error("These tests need tmux: apt-get install tmux");
  await install("tmux");
}

export class Terminal implements AsyncDisposable {
  private constructor(readonly folder: string) {}

  /** Opens a terminal of so many columns, and runs a command line of sh in it; the terminal stays when that has ended. */
  static async open(
    command: string,
    { columns, env }: { readonly columns: number; readonly env: Readonly<Record<string, string>> },
  ): Promise<Terminal> {
    const terminal = new Terminal(await mkdtemp(join(tmpdir(), "kiroframe-importer-tmux-")));
    const script = join(terminal.folder, "script");
    const variables = Object.entries(env).map(([name, value]) => `export ${name}='${value}'`).join("\n");
    await Deno.writeTextFile(script, `${variables}\n${command}\necho "ENDED $?"\nsleep 600\n`);
    await terminal.#tmux("-f", "/dev/null", "new-session", "-d", "-x", String(columns), "-y", "24", `sh ${script}`);
    return terminal;
  }

  /** What is seen now, line by line, without blank lines at the end. */
  async seen(): Promise<string[]> {
    return (await this.#tmux("capture-pane", "-p")).trimEnd().split("\n");
  }

  /** The same with all that has scrolled away, lines joined that the terminal has broken. */
  async all(): Promise<string[]> {
    return (await this.#tmux("capture-pane", "-p", "-J", "-S", "-5000")).trimEnd().split("\n").map((line) =>
      line.trimEnd()
    );
  }

  async resize(columns: number): Promise<void> {
    await this.#tmux("resize-window", "-x", String(columns), "-y", "24");
  }

  async press(key: string): Promise<void> {
    await this.#tmux("send-keys", key);
  }

  /** Looks again and again until the command has ended; resolves with all that was seen. */
  async watch(onLook: (lines: readonly string[]) => Promise<void> | void): Promise<void> {
    for (let look = 0; look < 600; look++) {
      const lines = await this.seen();
      await onLook(lines);
      if (lines.some((line) => line.startsWith("ENDED "))) return;
      await sleep(100);
    }
    throw new Error(`The command did not end:\n${(await this.seen()).join("\n")}`);
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command("tmux", {
      args: ["-S", join(this.folder, "socket"), ...args],
      env: { LC_ALL: "C.UTF-8", TERM: "xterm-256color" },
    }).output();
    if (!success) throw new Error(`tmux ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux("kill-server").catch(() => {});
    await rm(this.folder, { recursive: true, force: true });
  }
}
