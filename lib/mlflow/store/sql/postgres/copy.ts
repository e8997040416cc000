/**
 * What PostgreSQL's `COPY … TO STDOUT (FORMAT binary)` sends: no number is written out as text and read back.
 * @module
 */
import { Buffer } from "node:buffer";
import { AppError } from "../../../../errors.ts";
import type { Int64 } from "../../../../source/mod.ts";

/** The fields of one row as PostgreSQL sends them; null for null. */
export type CopyRow = readonly (Buffer | null)[];

/** "PGCOPY\n\377\r\n\0", flags, and the length of a header's extension. */
const HEADER_BYTES = 19;

/** Gives the rows of a copy. */
export async function* readCopy(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CopyRow> {
  let bytes = Buffer.alloc(0);
  let place = 0;
  let isBegun = false;
  let isWhole = false;
  // To the end, behind the last row too: a stream that is left before is never over for its connection.
  for await (const chunk of chunks) {
    bytes = bytes.length === place ? Buffer.from(chunk) : Buffer.concat([bytes.subarray(place), chunk]);
    place = 0;
    if (!isBegun) {
      if (bytes.length < HEADER_BYTES) continue;
      isBegun = true;
      place = HEADER_BYTES;
    }
    for (;;) {
      const row = rowAt(bytes, place);
      if (row === undefined) break;
      place = row.end;
      if (row.fields === null) isWhole = true;
      else yield row.fields;
    }
  }
  if (!isWhole) throw new AppError("PostgreSQL's reply ended before its end");
}

/** The row at a place and where it ends, null fields at the end of the copy; undefined where it is not whole yet. */
function rowAt(bytes: Buffer, start: number): { readonly fields: CopyRow | null; readonly end: number } | undefined {
  if (bytes.length < start + 2) return undefined;
  const count = bytes.readInt16BE(start);
  if (count === -1) return { fields: null, end: start + 2 };
  const fields: (Buffer | null)[] = [];
  let place = start + 2;
  for (let index = 0; index < count; index++) {
    if (bytes.length < place + 4) return undefined;
    const length = bytes.readInt32BE(place);
    place += 4;
    if (length === -1) fields.push(null);
    else {
      if (bytes.length < place + length) return undefined;
      fields.push(bytes.subarray(place, place + length));
      place += length;
    }
  }
  return { fields, end: place };
}

/** Dimensions, whether there are nulls, the type, the length, and the first index. */
const ARRAY_HEADER_BYTES = 20;

/** Reads a bigint at a place: a number, where one holds it. */
export function readInt(bytes: Buffer, place = 0): Int64 {
  const number = bytes.readInt32BE(place) * 2 ** 32 + bytes.readUInt32BE(place + 4);
  return Number.isSafeInteger(number) ? number : bytes.readBigInt64BE(place);
}

/** Reads an array of bigint. */
export function readInts(array: Buffer): Int64[] {
  const numbers: Int64[] = [];
  for (let index = 0, place = ARRAY_HEADER_BYTES + 4; index < lengthOf(array); index++, place += 12) {
    numbers.push(readInt(array, place));
  }
  return numbers;
}

/** Reads an array of double precision: values, and the places of nulls, whose value is 0. */
export function readFloats(array: Buffer): { readonly values: Float64Array; readonly nulls: ReadonlySet<number> } {
  const values = new Float64Array(lengthOf(array));
  const nulls = new Set<number>();
  for (let index = 0, place = ARRAY_HEADER_BYTES; index < values.length; index++) {
    if (array.readInt32BE(place) === -1) {
      nulls.add(index);
      place += 4;
    } else {
      values[index] = array.readDoubleBE(place + 4);
      place += 12;
    }
  }
  return { values, nulls };
}

function lengthOf(array: Buffer): number {
  return array.length === 12 ? 0 : array.readInt32BE(12);
}
