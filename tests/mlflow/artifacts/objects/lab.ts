/** What tests of stores of objects share: a kind opened with variables, what it said, and what it hid. */
import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import type { Environment } from "../../../../lib/environment.ts";
import type { Logger } from "../../../../lib/logger.ts";
import { filesIn } from "../../../../lib/mlflow/artifacts/objects/files.ts";
import type {
  ObjectKind,
  ObjectOptions,
  ObjectPlace,
  OpenKind,
} from "../../../../lib/mlflow/artifacts/objects/store.ts";
import type { ArtifactFile } from "../../../../lib/source/mod.ts";

/** A kind that is open. */
export interface ObjectLab {
  /** Null where there was nobody to ask as. */
  readonly kind: ObjectKind | null;
  /** Every line of every level. */
  readonly log: readonly string[];
  readonly hidden: readonly string[];
  /** Lists a store's files below a prefix. */
  list(place: ObjectPlace, prefix: string): Promise<ArtifactFile[]>;
}

/** Opens a kind, and closes it with all that came of it. Nothing is tried again. */
export async function withKind(
  open: OpenKind,
  env: Environment,
  work: (lab: ObjectLab) => void | Promise<void>,
  options: Partial<ObjectOptions> = {},
): Promise<void> {
  const log: string[] = [];
  const hidden: string[] = [];
  const keep = (message: string): void => void log.push(message);
  const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep };
  const kind = await open({
    env: { HOME: "/nonexistent", NO_GCE_CHECK: "true", ...env },
    logger,
    hide: (secrets) => void hidden.push(...secrets),
    retry: { retries: 0 },
    ...options,
  });
  const opened: { close(): Promise<void> }[] = [];
  try {
    await work({
      kind,
      log,
      hidden,
      list(place, prefix): Promise<ArtifactFile[]> {
        const store = kind?.open(place);
        assert.ok(store, "there is no store");
        opened.push(store);
        return filesIn(store, prefix);
      },
    });
  } finally {
    for (const each of opened) await each.close();
    await kind?.close();
  }
}

/** Reads a file from a byte on, and checks what was announced of it. */
export async function read(file: ArtifactFile | undefined, fromByte = 0): Promise<Uint8Array> {
  assert.ok(file, "there is no such file");
  const body = await file.open(fromByte);
  assert.equal(body.fromByte, fromByte);
  const bytes = await new Response(body.stream).bytes();
  assert.equal(body.length, bytes.length);
  return bytes;
}

/** The same as text. */
export async function textOf(file: ArtifactFile | undefined, fromByte = 0): Promise<string> {
  return new TextDecoder().decode(await read(file, fromByte));
}

/** Content as bytes. */
export function bytesOf(content: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content);
}

/** What changes with an object's content. */
export function versionOf(content: string | Uint8Array): string {
  return String(crc32(bytesOf(content)));
}

/** Names that every store may hold below a run's artifacts, and that URLs, XML and signatures write in other ways. */
export const NAMES: readonly string[] = ["a b+c (é)!*'.txt", "sub/<&>%2F.txt", "sub/deep/☃", "z"];

/** Objects of those names below 1/r/artifacts, and some that are beside it or stand for folders. */
export const OBJECTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(NAMES.map((name) => [`1/r/artifacts/${name}`, `text of ${name}`])),
  "1/r/artifacts/": "",
  "1/r/artifacts/sub/": "",
  "1/r/artifacts2/x": "x",
  "1/r": "r",
};

/** Asserts that a store gives all of {@linkcode NAMES}, whole and from any byte. */
export async function assertAllNames(files: readonly ArtifactFile[]): Promise<void> {
  const expected = NAMES.toSorted().map((name) => [name, bytesOf(`text of ${name}`).length]);
  assert.deepEqual(files.map(({ path, size }) => [path, size]), expected);
  for (const file of files) assert.equal(await textOf(file), `text of ${file.path}`);
  assert.equal(await textOf(files.at(-1), 5), "of z");
}
