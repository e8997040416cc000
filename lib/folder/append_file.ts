/**
 * A file that grows, and knows how long it is: what a checkpoint can cut back to.
 * @module
 */
import { readSync } from "node:fs";
import { copyFile, type FileHandle, open, rename, stat } from "node:fs/promises";
import { AppError } from "../errors.ts";
import type { FilePart } from "../runtime/file_part.ts";
import { writeError } from "../runtime/write_error.ts";
import { GarbageWatch } from "../runtime/garbage.ts";

/** Large enough that a write's fixed cost vanishes, small enough to keep memory flat. */
const BUFFER_BYTES = 1 << 20;

const ENCODER = new TextEncoder();

/** Text appended to one file through one buffer, which is written over again and again: what is written leaves no garbage. */
export class AppendFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  #length: number;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
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
    if (typeof text !== "string") return await this.#writeBytes(text);
    // Whoever made the text left as much garbage.
    this.#garbage.count(text.length);
    for (let rest = text;;) {
      const { read, written } = ENCODER.encodeInto(rest, this.#buffer.subarray(this.#buffered));
      this.#buffered += written;
      if (read === rest.length) return;
      await this.flush();
      rest = rest.slice(read);
    }
  }

  /**
   * Appends a part of another file, by way of the buffer: bytes that are never made into anything leave no garbage, and a read that
   * waits for no other is over sooner than it could be waited for. Rejects with a RangeError where the file ends before that.
   */
  async copy({ fd, offset, length }: FilePart): Promise<void> {
    for (let done = 0; done < length;) {
      if (this.#buffered === BUFFER_BYTES) await this.flush();
      const room = Math.min(BUFFER_BYTES - this.#buffered, length - done);
      const bytesRead = readSync(fd, this.#buffer, this.#buffered, room, offset + done);
      if (bytesRead === 0) throw new RangeError("The file that is copied from ended while it was read");
      this.#buffered += bytesRead;
      done += bytesRead;
    }
  }

  async #writeBytes(bytes: Uint8Array): Promise<void> {
    // What is made into bytes at once leaves little beside it.
    this.#garbage.count(bytes.length / 8);
    for (let done = 0; done < bytes.length;) {
      if (this.#buffered === BUFFER_BYTES) await this.flush();
      const part = bytes.subarray(done, done + BUFFER_BYTES - this.#buffered);
      this.#buffer.set(part, this.#buffered);
      this.#buffered += part.length;
      done += part.length;
    }
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
    const length = this.#buffered;
    try {
      for (let done = 0; done < length;) {
        const { bytesWritten } = await this.#handle.write(this.#buffer, done, length - done, this.#length + done);
        done += bytesWritten;
      }
    } catch (error) {
      throw writeError(this.#path, error);
    } finally {
      // What could not be written is behind the last checkpoint: it is cut off, or written anew.
      this.#buffered = 0;
    }
    this.#length += length;
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
