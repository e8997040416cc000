import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../../lib/errors.ts";
import { type RecordForm, RecordReader } from "../../lib/folder/record_reader.ts";

/** What `take()` gives for each count in turn. */
async function take(text: string, form: RecordForm, counts: readonly number[]): Promise<string[]> {
  const path = join(tmpdir(), `records-${crypto.randomUUID()}`);
  await writeFile(path, text);
  const reader = await RecordReader.open(path, form);
  try {
    const taken: string[] = [];
    for (const count of counts) {
      const decoder = new TextDecoder();
      let rows = "";
      for await (const piece of reader.take(count)) rows += decoder.decode(piece, { stream: true });
      taken.push(rows);
    }
    return taken;
  } finally {
    await reader.close();
    await rm(path);
  }
}

Deno.test("RecordReader.take() gives so many lines, newlines included, and goes on from there", async () => {
  assert.deepEqual(await take('a\n\n"b\nc\n', "lines", [1, 0, 2, 1]), ["a\n", "", '\n"b\n', "c\n"]);
});

Deno.test("RecordReader.take() counts no newline inside a quoted CSV cell", async () => {
  const rows = ["a,b\n", '1,"x\ny ""z""\n"\n', '"",2\n'];
  assert.deepEqual(await take(rows.join(""), "csv", [1, 1, 1]), rows);
});

Deno.test("RecordReader.take() gives rows that span many reads", async () => {
  const rows = [`"${"é\n".repeat(1_200_000)}",1\n`, `${"x".repeat(2_000_000)}\n`, "last\n"];
  assert.deepEqual(await take(rows.join(""), "csv", [1, 1, 1]), rows);
});

Deno.test("RecordReader.take() rejects where the file has fewer rows", async () => {
  await assert.rejects(take("a\nb", "lines", [2]), (error) => {
    assert.ok(error instanceof AppError);
    assert.match(error.message, /it ends 1 rows too early$/);
    return true;
  });
});
