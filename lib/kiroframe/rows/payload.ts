/**
 * The body of an import: an envelope around a row's own JSON text. The text is spliced in unchanged, never parsed and written anew:
 * that would move integer-like keys to the front, round int64 and change digits.
 * @module
 */
import { Buffer } from "node:buffer";

/** What a row is: 1 an experiment, 2 a run, 3 the whole list of models. */
export type ImportType = 1 | 2 | 3;

export interface ImportOrigin {
  /** "mlflow". */
  readonly importSource: string;
  /** Kiroframe's import_source_id. */
  readonly sourceId: string;
}

export interface Envelope {
  readonly head: string;
  readonly tail: string;
}

export function createEnvelope(origin: ImportOrigin, importType: ImportType): Envelope {
  const source = JSON.stringify(origin.importSource);
  const sourceId = JSON.stringify(origin.sourceId);
  return {
    head: `{"import_source": ${source}, "import_source_id": ${sourceId}, "import_type": ${importType}, ` +
      `"owner_id": null, "line": `,
    tail: "}",
  };
}

export function textBody(envelope: Envelope, row: Uint8Array): string {
  const text = Buffer.from(row.buffer, row.byteOffset, row.byteLength).toString("utf8");
  return envelope.head + text + envelope.tail;
}

/** Returns a maker of the body around a row that is read while it is sent: each call reads it anew. */
export function streamBody(
  envelope: Envelope,
  open: () => AsyncIterable<Uint8Array>,
): () => ReadableStream<Uint8Array> {
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(envelope.head);
    yield* open();
    yield Buffer.from(envelope.tail);
  }
  return () => ReadableStream.from(body());
}
