/**
 * The artifact store of a world: a tree of files below the server's artifact root.
 * @module
 */

/** One entry of a listing. */
export interface WorldFile {
  /** The last part of its path. */
  readonly name: string;
  /** Null for a folder. */
  readonly bytes: Uint8Array | null;
}

type Node = Map<string, Node> | Uint8Array;

/** Files by path, with "/" between the parts. */
export class WorldFiles {
  readonly #root: Map<string, Node> = new Map();

  /** Puts a file, making the folders above it; text is written as UTF-8. */
  put(path: string, content: Uint8Array | string): void {
    const parts = split(path);
    const name = parts.pop();
    if (name === undefined) throw new RangeError("Cannot put a file: the path is empty");
    let folder = this.#root;
    for (const part of parts) {
      const below = folder.get(part);
      if (below instanceof Map) {
        folder = below;
      } else {
        const made: Map<string, Node> = new Map();
        folder.set(part, made);
        folder = made;
      }
    }
    folder.set(name, typeof content === "string" ? new TextEncoder().encode(content) : content);
  }

  /** The bytes of a file; null where there is none, or a folder. */
  get(path: string): Uint8Array | null {
    const node = this.#find(path);
    return node instanceof Uint8Array ? node : null;
  }

  /** The entries of a folder by name, as a file system sorts them; empty where there is no such folder. */
  list(path: string): WorldFile[] {
    const node = this.#find(path);
    if (!(node instanceof Map)) return [];
    const entries = [...node].map(([name, entry]) => ({ name, bytes: entry instanceof Map ? null : entry }));
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.#root;
    for (const part of split(path)) {
      if (!(node instanceof Map)) return undefined;
      node = node.get(part);
    }
    return node;
  }
}

function split(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}
