/**
 * What Kiroframe is to be sent, derived from what the judge wrote or sent.
 * @module
 */
import { createHash } from "node:crypto";
import { datasetNamesByExperiment, mendExperimentLine, mendRunPayload } from "../parts/faults.ts";
import { readLines } from "../parts/folders.ts";
import { member, parseTree, printTree, type Tree, withMember } from "./json_tree.ts";
import type { World } from "../parts/worlds.ts";

/** Returns every body in the reference's order, its faults mended, in one canonical form. */
export async function expectedPayloads(world: World): Promise<string[]> {
  const sent = world.judgeCalls?.map(({ body }) => parseTree(body)) ?? await payloadsOf(world);
  const names = datasetNamesByExperiment(await readLines(world.judgeFolder, "runs.json"));
  return sent.map((body) => {
    const line = member(body, "line");
    switch (printTree(member(body, "import_type"))) {
      case "1":
        return printTree(withMember(body, "line", parseTree(mendExperimentLine(printTree(line), names))));
      case "2":
        return printTree(withMember(body, "line", mendRunPayload(line)));
      default:
        return printTree(withMember(body, "line", parseTree(world.models)));
    }
  });
}

/** Returns a body that was sent in the same form; throws where it is not JSON, which Python's bare NaN is not. */
export function canonicalPayload(body: string): string {
  JSON.parse(body);
  return printTree(parseTree(body));
}

/** Bodies as the reference would send them from the judge's files: experiments, runs from last to first, models. */
async function payloadsOf({ judgeFolder, trackingUrl, models }: World): Promise<Tree[]> {
  const sourceId = createHash("md5").update(trackingUrl.replace(/\/$/, "")).digest("hex").slice(0, 10);
  const body = (type: number, line: string): Tree =>
    parseTree(
      `{"import_source": "mlflow", "import_source_id": "${sourceId}", "import_type": ${type}, "owner_id": null, "line": ${line}}`,
    );
  return [
    ...(await readLines(judgeFolder, "experiment_summary.json")).map((line) => body(1, line)),
    ...(await readLines(judgeFolder, "runs.json")).reverse().map((line) => body(2, line)),
    body(3, models),
  ];
}
