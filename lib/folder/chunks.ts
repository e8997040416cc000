/**
 * A file's bytes from its beginning to its end, in memory that does not grow with it.
 * @module
 */
import { open } from "node:fs/promises";

const READ_BYTES = 1 << 20;

/**
 * Gives a file's bytes in order. Each chunk is good until the next one is asked for: they share one buffer, which leaves no garbage.
 * Rejects as node:fs does.
 */
export async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  // No Buffer: to find a byte in one takes Deno many times longer.
  const buffer = new Uint8Array(READ_BYTES);
  const handle = await open(path, "r");
  try {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, READ_BYTES);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
