/**
 * Artifacts that could not be fetched, from artifacts_manifest.json: an entry for each run, so that the file is read line by line.
 * @module
 */
import { inspectFile } from "../../folder/inspect.ts";

// Indented JSON has each member in a line of its own, and a newline inside a text is written as \n.
const MEMBER = /^\s*"(run_id|artifacts_error)": (".*?"),?$/;

/** Longer lines are no members of ours. */
const MOST_LINE_BYTES = 1 << 20;

const DECODER = new TextDecoder();

/** Tells of each run whose artifacts could not be fetched. Rejects as node:fs does. */
export async function readArtifactErrors(
  path: string,
  onError: (runId: string, reason: string) => void,
): Promise<void> {
  let runId = "";
  await inspectFile(path, {
    maxBytes: MOST_LINE_BYTES,
    onLine: (line) => {
      const [, name, text = '""'] = MEMBER.exec(DECODER.decode(line)) ?? [];
      if (name === "run_id") runId = JSON.parse(text);
      else if (name === "artifacts_error") onError(runId, JSON.parse(text));
    },
  });
}
