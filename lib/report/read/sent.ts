/**
 * What Kiroframe has of a folder: from the ledger in its state file, which is only read.
 * @module
 */
import { existsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { messageOf } from "../../errors.ts";
import { refuseLaterForm } from "../../folder/later_version.ts";
import { readDatabase } from "../../runtime/sqlite.ts";
import type { TargetFacts } from "../facts/shape.ts";
import { shownName } from "../facts/shown.ts";
import { FailureGroups } from "./failures.ts";

/** By Kiroframe's import_type. */
const WHAT: Readonly<Record<number, string>> = { 1: "experiments", 2: "runs", 3: "models" };

/** What the ledger says; why it cannot be read, where it cannot. */
export interface LedgerRead {
  /** One for each Kiroframe and account. */
  readonly targets: readonly TargetFacts[];
  /** In words, or null. */
  readonly unreadable: string | null;
}

/** Reads the ledger of a state file. Throws nothing: a report without it is one still. */
export function readLedger(path: string, redact: (text: string) => string): LedgerRead {
  if (!existsSync(path)) return { targets: [], unreadable: null };
  try {
    return readDatabase(path, (database) => {
      refuseLaterForm(database, path);
      const hasLedger = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'kiroframe_targets'").get();
      return { targets: hasLedger === undefined ? [] : targetsOf(database, redact), unreadable: null };
    });
  } catch (error) {
    return { targets: [], unreadable: messageOf(error) };
  }
}

function targetsOf(database: DatabaseSync, redact: (text: string) => string): TargetFacts[] {
  const counts = database.prepare(`
    SELECT import_type, sum(status = 'acknowledged') AS acknowledged, sum(status = 'failed') AS failed, max(at) AS at
    FROM kiroframe_rows WHERE target = ? GROUP BY import_type ORDER BY import_type
  `);
  const failed = database.prepare(`
    SELECT import_type, row_id, http_status, words FROM kiroframe_rows WHERE target = ? AND status = 'failed'
  `);
  return database.prepare("SELECT id, kiroframe_url FROM kiroframe_targets ORDER BY id").all().map((target) => {
    const rows = new Map<string, { acknowledged: number; failed: number }>();
    let lastAt: string | null = null;
    for (const row of counts.all(target["id"]!)) {
      const what = WHAT[Number(row["import_type"])] ?? "rows";
      rows.set(what, { acknowledged: Number(row["acknowledged"]), failed: Number(row["failed"]) });
      const at = String(row["at"]);
      if (lastAt === null || at > lastAt) lastAt = at;
    }
    const groups = new FailureGroups();
    for (const row of failed.iterate(target["id"]!)) {
      groups.add({
        what: (WHAT[Number(row["import_type"])] ?? "rows").replace(/s$/, ""),
        id: String(row["row_id"]),
        reason: redact(String(row["words"])),
        httpStatus: row["http_status"] === null ? null : Number(row["http_status"]),
      });
    }
    return { url: shownName(redact(String(target["kiroframe_url"])), 200), rows, lastAt, failures: groups.groups() };
  });
}
