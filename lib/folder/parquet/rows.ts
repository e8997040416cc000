/**
 * How many rows a Parquet file has, by what it says itself.
 * @module
 */
import { open } from "node:fs/promises";
import { parquetMetadataAsync } from "hyparquet";
import { AppError } from "../../errors.ts";

/** Reads the file's own count of rows. Rejects with an AppError where it is no whole Parquet file, as node:fs does where it cannot be read. */
export async function parquetRowCount(path: string): Promise<number> {
  const file = await open(path, "r");
  try {
    const { size: byteLength } = await file.stat();
    const slice = async (start: number, end = byteLength): Promise<ArrayBuffer> => {
      const buffer = new ArrayBuffer(end - start);
      await file.read(new Uint8Array(buffer), 0, end - start, start);
      return buffer;
    };
    const metadata = await parquetMetadataAsync({ byteLength, slice }).catch((cause) => {
      throw new AppError("it is no whole Parquet file", { cause });
    });
    return Number(metadata.num_rows);
  } finally {
    await file.close();
  }
}
