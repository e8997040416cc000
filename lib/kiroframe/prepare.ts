/**
 * From a place in an export file to a row that is ready to be sent: read, filtered, hashed.
 * @module
 */
import type { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import type { HttpRequest } from "../http/types.ts";
import { HEAD_BYTES, readRowHead, type RowIds } from "../lines/row_head.ts";
import { type FileRange, rangeChunks, readRange } from "./rows/file_range.ts";
import type { LedgerRow } from "./ledger/mod.ts";
import { type Envelope, type ImportType, streamBody, textBody } from "./rows/payload.ts";
import { createLargeRowFilter, filterRow, type RowFilterCounts, type RowFilterOptions } from "./rows/filter.ts";
import { idsOfRow } from "./rows/ids.ts";

/** A file that rows are read from. */
export interface RowSource {
  /** The open file. */
  readonly file: FileHandle;
  /** Its name, for messages. */
  readonly fileName: string;
  /** What its rows are. */
  readonly importType: ImportType;
  /** What is put around them. */
  readonly envelope: Envelope;
  /** What they become on their way. */
  readonly filter: RowFilterOptions;
  /** Rows longer than this many bytes are streamed from the file. */
  readonly streamAboveBytes: number;
  /** Called for each chunk of a large row while it is made ready: what it throws ends that. */
  readonly check?: () => void;
}

/** Where a row lies. */
export interface RowPlace extends FileRange {
  /** The number of its line, from 0. */
  readonly line: number;
}

/** A row ready to be sent, or the reason why it cannot be. */
export interface PreparedRow extends LedgerRow {
  /** experiment_id; null for models and where the row does not tell. */
  readonly experimentId: string | null;
  /** experiment_name, for people; "" where there is none. */
  readonly experimentName: string;
  /** Length in bytes of the text that is sent. */
  readonly bytes: number;
  /** True where the row was too long to be read at once. */
  readonly isLarge: boolean;
  /** What the filter did. */
  readonly counts: RowFilterCounts;
  /** Makes the whole body. */
  readonly body: () => NonNullable<HttpRequest["body"]>;
  /** Why the row cannot be sent; null where it can. */
  readonly broken: string | null;
}

/** The text of a row as it is sent. */
type RowText = Pick<PreparedRow, "hash" | "bytes" | "counts" | "body">;

/** Reads a row and makes it ready. Rejects where the file cannot be read. */
export async function prepareRow(source: RowSource, place: RowPlace): Promise<PreparedRow> {
  const isLarge = place.length > source.streamAboveBytes;
  const whole = isLarge ? undefined : await readRange(source.file, place);
  const ids = source.importType === 3 ? undefined : await idsOf(source, place, whole);
  const row = {
    importType: source.importType,
    rowId: rowIdOf(source, ids) ?? `line ${place.line + 1}`,
    experimentId: ids?.experimentId ?? null,
    experimentName: ids?.experimentName ?? "",
    isLarge,
  };
  try {
    if (source.importType !== 3 && rowIdOf(source, ids) === undefined) throw new SyntaxError("The row has no id");
    const text = whole === undefined ? await largeText(source, place) : smallText(source, whole);
    return { ...row, ...text, broken: null };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const counts = { nonFinite: 0, thinned: 0 };
    const broken = `${source.fileName}, line ${place.line + 1}, was not sent: ${error.message}`;
    return { ...row, hash: "", bytes: place.length, counts, body: () => "", broken };
  }
}

function rowIdOf(source: RowSource, ids: RowIds | undefined): string | undefined {
  if (source.importType === 3) return "models";
  return source.importType === 1 ? ids?.experimentId : ids?.runId ?? undefined;
}

async function idsOf(source: RowSource, place: RowPlace, whole: Buffer | undefined): Promise<RowIds | undefined> {
  const { offset } = place;
  const head = whole ?? await readRange(source.file, { offset, length: Math.min(HEAD_BYTES, place.length) });
  return readRowHead(head) ?? idsOfRow(whole ?? await readRange(source.file, place));
}

function smallText(source: RowSource, whole: Buffer): RowText {
  checkWhole(source, whole);
  const { bytes, counts } = filterRow(whole, source.filter);
  const hash = createHash("sha256").update(bytes).digest("hex");
  return { hash, bytes: bytes.length, counts, body: () => textBody(source.envelope, bytes) };
}

/** Cheap for rows, which are many: a row that is cut off lacks its last brace. The one list of models is parsed. */
function checkWhole(source: RowSource, whole: Buffer): void {
  if (source.importType === 3) {
    if (!Array.isArray(JSON.parse(whole.toString("utf8")))) throw new SyntaxError("The models are no list");
    return;
  }
  const last = whole.subarray(-64).toString("latin1").trimEnd().at(-1);
  if (last !== "}") throw new SyntaxError("The row is cut off");
}

async function largeText(source: RowSource, place: RowPlace): Promise<RowText> {
  const counts: RowFilterCounts = { nonFinite: 0, thinned: 0 };
  const filtered = await createLargeRowFilter(() => rangeChunks(source.file, place), source.filter);
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of filtered(counts)) {
    source.check?.();
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { hash: hash.digest("hex"), bytes, counts, body: () => streamBody(source.envelope, filtered) };
}
