/**
 * What Kiroframe has acknowledged and what it has refused, row by row, in a SQLite database: an import that is run again sends
 * only what is missing, was changed or failed before. In an export folder it is the folder's own memory; in a database that
 * outlives folders it tells which rows changed since they were last acknowledged.
 * @module
 */
import { createHash } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { execute } from "../../runtime/sqlite.ts";
import type { ImportType } from "../rows/payload.ts";

/** Where rows are sent: a row acknowledged by one Kiroframe account is still missing from another. */
export interface LedgerTarget {
  /** Kiroframe's address; one trailing slash does not matter. */
  readonly kiroframeUrl: string;
  /** import_source_id. */
  readonly sourceId: string;
  /** Tells accounts of one Kiroframe apart. Only 32 bits of its hash are stored. */
  readonly profilingToken: string;
}

/** One version of one row. */
export interface LedgerRow {
  /** 1: experiment, 2: run, 3: models. */
  readonly importType: ImportType;
  /** experiment_id, run_id or "models". */
  readonly rowId: string;
  /** SHA-256 of what is sent as the body's line, in hex. */
  readonly hash: string;
}

/** Why a row failed. */
export interface RowFailure {
  /** The server's last status; null where no answer came or the row was never sent. */
  readonly httpStatus: number | null;
  /** The server's words, or our own where there are none. */
  readonly words: string;
}

/** What the ledger holds about one row. */
export interface LedgerEntry extends LedgerRow {
  /** Whether Kiroframe has this version. */
  readonly status: "acknowledged" | "failed";
  /** The status of the acknowledgement or of the last refusal; null where there was no answer. */
  readonly httpStatus: number | null;
  /** Why it failed; empty where it did not. */
  readonly words: string;
  /** When this was written: ISO 8601, UTC. */
  readonly at: string;
  /** How often the row was acknowledged or failed, in all imports together. */
  readonly attempts: number;
}

/** How many rows of one import type stand how. */
export interface LedgerCounts {
  /** Rows that Kiroframe has. */
  readonly acknowledged: number;
  /** Rows whose last attempt failed. */
  readonly failed: number;
}

/** Longer words of a server are cut: a page of HTML helps nobody. In UTF-16 units. */
const MAX_WORDS = 2000;

/** The rows of one target. Each call is durable against the end of this process when it returns. */
export class Ledger {
  readonly #find: StatementSync;
  readonly #write: StatementSync;
  readonly #failures: StatementSync;
  readonly #count: StatementSync;
  readonly #ids: StatementSync;
  readonly #now: () => Date;

  /** Opens the ledger of a target inside a database that the caller opened, locks and closes. */
  constructor(database: DatabaseSync, target: LedgerTarget & { readonly now?: () => Date }) {
    const targetId = findTarget(database, target);
    this.#now = target.now ?? currentTime;
    this.#find = database.prepare(
      `SELECT import_type, row_id, hash, status, http_status, words, at, attempts FROM kiroframe_rows
       WHERE target = ${targetId} AND import_type = ? AND row_id = ?`,
    );
    this.#write = database.prepare(
      `INSERT INTO kiroframe_rows VALUES (${targetId}, ?, ?, ?, ?, ?, ?, ?, 1)
       ON CONFLICT DO UPDATE SET hash = excluded.hash, status = excluded.status, http_status = excluded.http_status,
         words = excluded.words, at = excluded.at, attempts = attempts + 1`,
    );
    this.#failures = database.prepare(
      `SELECT import_type, row_id, hash, status, http_status, words, at, attempts FROM kiroframe_rows
       WHERE target = ${targetId} AND status = 'failed' AND (import_type, row_id) > (?, ?)
       ORDER BY import_type, row_id LIMIT 1000`,
    );
    this.#ids = database.prepare(`SELECT row_id FROM kiroframe_rows WHERE target = ${targetId} AND import_type = ?`);
    this.#count = database.prepare(
      `SELECT count(*) AS rows FROM kiroframe_rows WHERE target = ${targetId} AND import_type = ? AND status = ?`,
    );
  }

  /** Whether Kiroframe has acknowledged exactly this version of the row. */
  isAcknowledged(row: LedgerRow): boolean {
    const found = this.#find.get(row.importType, row.rowId);
    return found?.["status"] === "acknowledged" && found["hash"] === row.hash;
  }

  /** What is known of a row, or undefined. */
  entry(importType: ImportType, rowId: string): LedgerEntry | undefined {
    const found = this.#find.get(importType, rowId);
    return found === undefined ? undefined : toEntry(found);
  }

  /** Records an acknowledgement. */
  acknowledge(row: LedgerRow, httpStatus: number | null): void {
    this.#record(row, { status: "acknowledged", httpStatus, words: "" });
  }

  /** Records a failure. */
  fail(row: LedgerRow, failure: RowFailure): void {
    this.#record(row, { status: "failed", ...failure });
  }

  /** How many rows of an import type stand how. */
  counts(importType: ImportType): LedgerCounts {
    const count = (status: string): number => Number(this.#count.get(importType, status)?.["rows"]);
    return { acknowledged: count("acknowledged"), failed: count("failed") };
  }

  /** The ids of all rows of an import type, however they stand. */
  rowIds(importType: ImportType): string[] {
    return this.#ids.all(importType).map((row) => String(row["row_id"]));
  }

  /** Every row whose last attempt failed, by import type and row id. Rows may be recorded while it runs. */
  *failures(): Generator<LedgerEntry> {
    let last: { importType: number; rowId: string } = { importType: 0, rowId: "" };
    for (let page = [...this.#failuresAfter(last)]; page.length > 0; page = [...this.#failuresAfter(last)]) {
      yield* page;
      last = page.at(-1)!;
    }
  }

  #failuresAfter({ importType, rowId }: { importType: number; rowId: string }): LedgerEntry[] {
    return this.#failures.all(importType, rowId).map(toEntry);
  }

  #record(row: LedgerRow, outcome: RowFailure & { readonly status: LedgerEntry["status"] }): void {
    const { status, httpStatus, words } = outcome;
    const at = this.#now().toISOString();
    this.#write.run(row.importType, row.rowId, row.hash, status, httpStatus, words.slice(0, MAX_WORDS), at);
  }
}

function findTarget(database: DatabaseSync, target: LedgerTarget): number {
  execute(
    database,
    `CREATE TABLE IF NOT EXISTS kiroframe_targets (
      id INTEGER PRIMARY KEY, kiroframe_url TEXT NOT NULL, source_id TEXT NOT NULL, account TEXT NOT NULL,
      UNIQUE (kiroframe_url, source_id, account)
    ) STRICT`,
    `CREATE TABLE IF NOT EXISTS kiroframe_rows (
      target INTEGER NOT NULL, import_type INTEGER NOT NULL, row_id TEXT NOT NULL, hash TEXT NOT NULL, status TEXT NOT NULL,
      http_status INTEGER, words TEXT NOT NULL, at TEXT NOT NULL, attempts INTEGER NOT NULL,
      PRIMARY KEY (target, import_type, row_id)
    ) STRICT, WITHOUT ROWID`,
  );
  const key = [
    target.kiroframeUrl.replace(/\/$/, ""),
    target.sourceId,
    // Enough to tell two accounts apart, too little to tell a token from the billions that share it.
    createHash("sha256").update(target.profilingToken).digest("hex").slice(0, 8),
  ];
  database.prepare("INSERT OR IGNORE INTO kiroframe_targets (kiroframe_url, source_id, account) VALUES (?, ?, ?)").run(
    ...key,
  );
  const found = database.prepare(
    "SELECT id FROM kiroframe_targets WHERE kiroframe_url = ? AND source_id = ? AND account = ?",
  ).get(...key);
  return Number(found?.["id"]);
}

function toEntry(row: Record<string, unknown>): LedgerEntry {
  return {
    importType: row["import_type"] as ImportType,
    rowId: String(row["row_id"]),
    hash: String(row["hash"]),
    status: row["status"] as LedgerEntry["status"],
    httpStatus: row["http_status"] as number | null,
    words: String(row["words"]),
    at: String(row["at"]),
    attempts: Number(row["attempts"]),
  };
}

function currentTime(): Date {
  return new Date();
}
