/** Artifacts in memory, and a folder to fetch them into. */
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ArtifactBody, ArtifactFile } from "../../lib/source/mod.ts";

/** How a file in memory behaves. */
export interface FileOptions {
  /** What the listing says. @default {its length} */
  readonly size?: number | null;
  /** What the listing says of it. @default {nothing} */
  readonly version?: string;
  /** Called at each opening with the first byte wanted; what it throws the opening rejects with. */
  readonly onOpen?: (fromByte: number) => void;
}

/** A file whose bytes are those of a text, from wherever they are wanted. */
export function textFile(
  path: string,
  text: string,
  { size = text.length, version, onOpen }: FileOptions = {},
): ArtifactFile {
  return {
    path,
    size,
    version,
    open: (fromByte): Promise<ArtifactBody> => {
      try {
        onOpen?.(fromByte);
      } catch (error) {
        return Promise.reject(error);
      }
      const rest = text.slice(fromByte);
      return Promise.resolve({ fromByte, length: rest.length, stream: new Blob([rest]).stream() });
    },
  };
}

/** A file that gives a part of its text and then breaks. */
export function breakingFile(path: string, text: string, error: unknown): ArtifactFile {
  return {
    path,
    size: text.length + 1,
    open: (): Promise<ArtifactBody> => {
      let isGiven = false;
      const stream = new ReadableStream<Uint8Array>({
        async pull(controller): Promise<void> {
          if (!isGiven) controller.enqueue(new TextEncoder().encode(text));
          // What came first is on the disk by then.
          else await new Promise((go) => setTimeout(go, 50)).then(() => controller.error(error));
          isGiven = true;
        },
      }, { highWaterMark: 0 });
      return Promise.resolve({ fromByte: 0, length: null, stream });
    },
  };
}

/** Runs a test with a temporary folder. */
export async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "artifacts-"));
  try {
    await test(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The paths of all files below a folder, sorted. */
export async function filesBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const isFile = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).isFile()));
  return names.filter((_, index) => isFile[index]).sort();
}
