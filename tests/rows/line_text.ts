import type { FilePart } from "../../lib/runtime/file_part.ts";

/** The text of a line from its pieces, each of which is good until the next one is asked for. */
export async function lineText(pieces: AsyncIterable<string | Uint8Array | FilePart>): Promise<string> {
  let text = "";
  for await (const piece of pieces) {
    if (typeof piece === "string") text += piece;
    else if (piece instanceof Uint8Array) text += new TextDecoder("utf-8", { fatal: true }).decode(piece);
    else throw new TypeError("This line is not taken over from a file");
  }
  return text;
}
