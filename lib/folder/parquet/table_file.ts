/**
 * One Parquet file while it is written: rows are gathered into row groups, and each group goes to the disk when it is full.
 * @module
 */
import { closeSync, fdatasyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { VERSION } from "../../version.ts";
import { GarbageWatch } from "../../runtime/garbage.ts";
import { writeError } from "../../runtime/write_error.ts";
import type { Cell, Column } from "./tables.ts";

/** A reader takes a group at a time, and so does this: so many rows, or less where they are long. */
const MOST_ROWS = 65_536;
const MOST_CHARACTERS = 8 << 20;

/** What a group leaves behind, a row: numbers, texts and the pages that were made of them. */
const GARBAGE_BYTES = 200;

/** A Parquet file that is there entirely or not at all. */
export class TableFile {
  readonly #path: string;
  readonly #temporary: string;
  readonly #columns: readonly Column[];
  readonly #fd: number;
  readonly #parquet: ParquetWriter;
  #cells: Cell[][];
  readonly #garbage = new GarbageWatch();
  #characters = 0;
  #rows = 0;

  /** Begins a file. Throws an AppError where it cannot be written. */
  constructor(path: string, columns: readonly Column[]) {
    this.#path = path;
    this.#temporary = `${path}.part`;
    this.#columns = columns;
    this.#cells = columns.map(() => []);
    this.#fd = this.#trying(() => openSync(this.#temporary, "w"));
    this.#parquet = new ParquetWriter({
      writer: new FileWriter(this.#fd),
      schema: [{ name: "schema", num_children: columns.length }, ...columns.flatMap(({ elements }) => elements)],
      createdBy: `kiroframe-importer ${VERSION}`,
    });
  }

  /** Rows so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Adds a row: a cell for each column, in order. Throws an AppError where it cannot be written. */
  add(cells: readonly Cell[]): void {
    this.#rows++;
    for (const [index, cell] of cells.entries()) {
      this.#cells[index]!.push(cell);
      this.#characters += lengthOf(cell);
    }
    if (this.#cells[0]!.length >= MOST_ROWS || this.#characters >= MOST_CHARACTERS) this.#endGroup();
  }

  /** Ends the file, and waits for the disk. Throws an AppError. */
  end(): void {
    this.#endGroup();
    this.#trying(() => {
      this.#parquet.finish();
      fdatasyncSync(this.#fd);
      closeSync(this.#fd);
      renameSync(this.#temporary, this.#path);
    });
  }

  /** Leaves nothing of a file that was not ended. */
  drop(): void {
    try {
      closeSync(this.#fd);
    } catch {
      // It was closed before it could not be renamed.
    }
    rmSync(this.#temporary, { force: true });
  }

  #endGroup(): void {
    const rows = this.#cells[0]!.length;
    if (rows === 0) return;
    const columnData = this.#columns.map(({ name, isFloat }, index) => ({
      name,
      data: this.#cells[index]!,
      offsetIndex: false,
      ...isFloat ? { encoding: "PLAIN" as const, statistics: false } : {},
    }));
    this.#trying(() => this.#parquet.write({ columnData, rowGroupSize: rows }));
    this.#cells = this.#columns.map(() => []);
    this.#garbage.count(rows * GARBAGE_BYTES + this.#characters);
    this.#characters = 0;
  }

  #trying<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw writeError(this.#path, error);
    }
  }
}

function lengthOf(cell: Cell): number {
  if (typeof cell === "string") return cell.length;
  if (!Array.isArray(cell)) return 0;
  return cell.reduce((sum, [key, value]) => sum + key.length + (typeof value === "string" ? value.length : 8), 0);
}

/** Empties its buffer into a file at the end of each group. */
class FileWriter extends ByteWriter {
  readonly #fd: number;

  constructor(fd: number) {
    super(1 << 20);
    this.#fd = fd;
  }

  flush(): void {
    const bytes = this.getBytes();
    for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done);
    this.index = 0;
  }

  override finish(): void {
    this.flush();
  }
}
