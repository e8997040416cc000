/**
 * Checks the files below artifacts/ against artifacts_files.jsonl: that each is there, as long as it was, and the same.
 * @module
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as z from "zod";
import { messageOf } from "../../errors.ts";
import { inspectFile } from "../inspect.ts";
import { LAYOUT } from "../layout.ts";

const lineShape = z.object({
  run_id: z.string().optional(),
  model_id: z.string().optional(),
  files: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() })),
});

type Line = z.infer<typeof lineShape>;

/** What {@linkcode checkArtifacts} found. */
export interface ArtifactCheck {
  /** One sentence each. */
  readonly problems: readonly string[];
  /** Files that were fetched, by the export's own record. */
  readonly files: number;
  /** Runs with a record of their files, though it be of none. */
  readonly runIds: ReadonlySet<string>;
}

/** Reads a record of an export folder, of runs or of logged models, and looks at each file that it names. Rejects where there is no record. */
export async function checkArtifacts(folder: string, record: string = LAYOUT.artifactFiles): Promise<ArtifactCheck> {
  const problems: string[] = [];
  const runIds = new Set<string>();
  let files = 0;
  for await (const text of createInterface(createReadStream(join(folder, record), "utf8"))) {
    const line = readLine(text);
    if (typeof line === "string") {
      problems.push(`${record}: ${line}`);
      break;
    }
    if (line.run_id !== undefined) runIds.add(line.run_id);
    files += line.files.length;
    for await (const problem of problemsOf(folder, line)) problems.push(problem);
  }
  return { problems, files, runIds };
}

/** Returns why it cannot be read, where it cannot. */
function readLine(text: string): Line | string {
  try {
    return lineShape.parse(JSON.parse(text));
  } catch (error) {
    return `it is not what an export writes: ${
      error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error)
    }`;
  }
}

async function* problemsOf(folder: string, { run_id, model_id = "", files }: Line): AsyncGenerator<string> {
  const name = `${LAYOUT.artifacts}/${run_id ?? model_id}`;
  if (files.length > 0 && await sizeOf(join(folder, name)) === null) {
    yield `${name}: it is missing, with the ${files.length} files that were fetched`;
    return;
  }
  for (const { path, bytes, sha256 } of files) {
    const file = join(folder, name, ...path.split("/"));
    const size = await sizeOf(file);
    if (size === null) yield `${name}/${path}: it is missing (${bytes} bytes were fetched)`;
    else if (size !== bytes) yield `${name}/${path}: it has ${size} bytes, ${bytes} were fetched`;
    else {
      const reason = await inspectFile(file).then(
        (facts) => (facts.sha256 === sha256 ? null : "it was changed since it was fetched"),
        (error) => `it cannot be read: ${messageOf(error)}`,
      );
      if (reason !== null) yield `${name}/${path}: ${reason}`;
    }
  }
}

function sizeOf(path: string): Promise<number | null> {
  return stat(path).then(({ size }) => size, () => null);
}
