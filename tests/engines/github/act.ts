/**
 * Runs GitHub workflows by nektos/act on this machine itself: no containers, no network beyond the loopback.
 * @module
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../live/parts/serving.ts";
import { denoDir, execute, run } from "../parts/command.ts";
import { kept } from "../parts/kept.ts";

const ACT = "github.com/nektos/act@v0.2.80";
/** The libraries that GitHub's own actions of these names consist of. */
const PACKAGES = JSON.stringify({
  private: true,
  dependencies: { "@actions/artifact": "2.3.2", "@actions/cache": "4.1.0", "@actions/core": "1.11.1" },
  // A later one takes the "=" off the end of the signature in the address that act's server gives.
  overrides: { "@azure/storage-blob": "12.15.0" },
});
const STAND_INS = fileURLToPath(new URL("./stand_ins/", import.meta.url));
/** A proxy that is not there: whatever asks for a host beyond the loopback fails at once. */
const NOWHERE = { HTTPS_PROXY: "http://127.0.0.1:9", HTTP_PROXY: "", NO_PROXY: "127.0.0.1,localhost" };

/** One line of act's log. */
export interface LogLine {
  readonly msg: string;
  /** The job's id. */
  readonly job?: string;
  readonly jobResult?: string;
  /** Of a workflow command: its name and its text. */
  readonly command?: string;
  readonly arg?: string;
  /** Of a step's summary. */
  readonly content?: string;
}

/** How a workflow ended. */
export interface WorkflowRun {
  /** Its github.run_id. */
  readonly id: number;
  readonly code: number;
  /** The folder with its artifacts. */
  readonly artifacts: string;
  /** All that a person sees. */
  readonly text: string;
  readonly lines: readonly LogLine[];
}

/** What a workflow finds. */
export interface WorkflowOptions {
  /** Relative to the clone. */
  readonly workflow: string;
  /** @default {"workflow_dispatch"} */
  readonly event?: string;
  /** Only this job, of a matrix only on Ubuntu. @default {all} */
  readonly job?: string;
  readonly vars?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

/** A runner with a cache, artifacts and actions of its own, all in one folder. */
export class Runner {
  #runs = 0;

  private constructor(
    readonly folder: string,
    readonly clone: string,
    readonly act: string,
    readonly packages: string,
  ) {}

  /** Makes one for the clone of the project. */
  static async open(folder: string, clone: string): Promise<Runner> {
    const act = await kept("act", ACT, async (into) => {
      await run(["go", "install", ACT], { env: { GOBIN: into } });
    });
    const packages = await kept("actions", PACKAGES, async (into) => {
      await Deno.writeTextFile(join(into, "package.json"), PACKAGES);
      await run(["npm", "install", "--no-audit", "--no-fund", "--silent"], { cwd: into });
    });
    return new Runner(folder, clone, join(act, "act"), join(packages, "node_modules"));
  }

  /** Runs one workflow. */
  async run(
    { workflow, event = "workflow_dispatch", job, vars = {}, secrets = {} }: WorkflowOptions,
  ): Promise<WorkflowRun> {
    const home = join(this.folder, "home");
    await Deno.mkdir(home, { recursive: true });
    const id = ++this.#runs;
    const { code, stdout, stderr } = await execute([
      this.act,
      event,
      ...["--workflows", workflow, "--json", "--platform", "ubuntu-latest=-self-hosted", "--concurrent-jobs", "2"],
      ...["--action-cache-path", join(this.folder, "actions"), "--cache-server-path", join(this.folder, "cache")],
      ...["--artifact-server-path", join(this.folder, "artifacts"), "--artifact-server-addr", "127.0.0.1"],
      ...["--artifact-server-port", String(freePort()), "--cache-server-addr", "127.0.0.1"],
      ...(await this.#localRepositories(join(this.clone, workflow))).flatMap((text) => ["--local-repository", text]),
      ...(job === undefined ? [] : ["--job", job, "--matrix", "os:ubuntu-latest"]),
      ...["--env", `GITHUB_RUN_ID=${id}`],
      ...Object.entries(vars).flatMap(([name, value]) => ["--var", `${name}=${value}`]),
      ...Object.entries(secrets).flatMap(([name, value]) => ["--secret", `${name}=${value}`]),
    ], {
      cwd: this.clone,
      env: {
        ...NOWHERE,
        HOME: home,
        DENO_DIR: await denoDir(),
        PATH: `${dirname(Deno.execPath())}:${Deno.env.get("PATH")}`,
        NODE_PATH: this.packages,
      },
    });
    const printed = (stdout + stderr).split("\n");
    const lines = printed.filter((line) => line.startsWith("{")).map(logLine);
    const others = printed.filter((line) => !line.startsWith("{"));
    const text = lines.map(({ job, msg }) => `[${job}] ${msg.trimEnd()}\n`).join("") + others.join("\n");
    return { id, code, text, lines, artifacts: join(this.folder, "artifacts", String(id)) };
  }

  /** Which folder stands for each action that the workflow uses: the clone for ours, a stand-in for GitHub's. */
  async #localRepositories(workflow: string): Promise<string[]> {
    const texts = [await Deno.readTextFile(workflow), await Deno.readTextFile(join(this.clone, "action.yml"))];
    const uses = texts.flatMap((text) => [...text.matchAll(/uses: ([\w-]+\/[\w-]+)[^@\s]*@(\S+)/g)]);
    return [
      ...new Set(uses.map(([, name, ref]) => {
        const folder = name === "kiroframe/kiroframe-importer" ? this.clone : join(STAND_INS, name ?? "");
        return `${name}@${ref}=${folder}`;
      })),
    ];
  }
}

/** What else act's JSON has is not what a person sees: a mask's line as it was before it was masked, say. */
function logLine(line: string): LogLine {
  const { msg, jobID, jobResult, command, arg, content } = JSON.parse(line);
  return { msg, job: jobID, jobResult, command, arg: command === "add-mask" ? undefined : arg, content };
}
