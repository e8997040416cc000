/**
 * A file that grows, and knows how long it is: what a checkpoint can cut back to.
 * @module
 */
import { Buffer } from "node:buffer";
import { copyFile, type FileHandle, open, rename, stat } from "node:fs/promises";
import { AppError } from "../errors.ts";
import { writeError } from "../runtime/write_error.ts";
import { GarbageWatch } from "../runtime/garbage.ts";

// Large enough that a write's fixed cost vanishes, small enough to keep memory flat.
const BUFFER_BYTES = 1 << 18;

const ENCODER = new TextEncoder();

/** Text appended to one file through a buffer. */
export class AppendFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  #length: number;
  #buffer: Uint8Array[] = [];
  #buffered = 0;
  readonly #garbage = new GarbageWatch();

  private constructor(path: string, handle: FileHandle, length: number) {
    this.#path = path;
    this.#handle = handle;
    this.#length = length;
  }

  /**
   * Opens a file to append to, cut to the given length in bytes first (0 makes it anew).
   * Rejects with an AppError when the file is shorter than that, or cannot be written.
   */
  static async open(path: string, length: number): Promise<AppendFile> {
    try {
      await unshare(path);
      const handle = await open(path, length === 0 ? "w" : "r+");
      const { size } = await handle.stat();
      if (size < length) {
        await handle.close();
        throw new AppError(`Cannot resume: ${path} has ${size} bytes where its checkpoint says ${length}`, {
          hint: "The file was changed or damaged after the export was interrupted: start a new export",
        });
      }
      await handle.truncate(length);
      return new AppendFile(path, handle, length);
    } catch (error) {
      throw error instanceof AppError ? error : writeError(path, error);
    }
  }

  /** Bytes of the file, those that wait in the buffer included. */
  get length(): number {
    return this.#length + this.#buffered;
  }

  /** Appends text, or bytes of UTF-8. */
  async write(text: string | Uint8Array): Promise<void> {
    const bytes = typeof text === "string" ? ENCODER.encode(text) : text;
    this.#buffer.push(bytes);
    this.#buffered += bytes.length;
    this.#garbage.count(bytes.length);
    if (this.#buffered >= BUFFER_BYTES) await this.flush();
  }

  /** Drops everything from the given byte on. */
  async cutTo(length: number): Promise<void> {
    await this.flush();
    try {
      await this.#handle.truncate(length);
    } catch (error) {
      throw writeError(this.#path, error);
    }
    this.#length = length;
  }

  /** Hands the buffer to the operating system. */
  async flush(): Promise<void> {
    if (this.#buffered === 0) return;
    const bytes = Buffer.concat(this.#buffer);
    this.#buffer = [];
    this.#buffered = 0;
    try {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, this.#length + done);
        done += bytesWritten;
      }
    } catch (error) {
      throw writeError(this.#path, error);
    }
    this.#length += bytes.length;
  }

  /** Flushes, and waits until the bytes are on disk. */
  async sync(): Promise<void> {
    await this.flush();
    try {
      await this.#handle.datasync();
    } catch (error) {
      throw writeError(this.#path, error);
    }
  }

  /** Closes without flushing: what counts was flushed by a checkpoint. */
  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** A file that a later export shares by a link must not change under it: from now on there are two. */
async function unshare(path: string): Promise<void> {
  const info = await stat(path).catch(() => null);
  if (info === null || info.nlink === 1) return;
  await copyFile(path, `${path}.part`);
  await rename(`${path}.part`, path);
}
