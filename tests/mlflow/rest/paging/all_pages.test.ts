import assert from "node:assert/strict";
import { AppError } from "../../../../lib/errors.ts";
import { allPages } from "../../../../lib/mlflow/rest/paging/all_pages.ts";
import type { Page } from "../../../../lib/mlflow/rest/endpoints/wire.ts";

type Pages = (token: string | undefined, call: number) => Page<string>;

async function read(
  pages: Pages,
): Promise<{ readonly items: string[]; readonly calls: number; readonly error: unknown }> {
  const items: string[] = [];
  let calls = 0;
  const ask = (token: string | undefined): Promise<Page<string>> => Promise.resolve(pages(token, calls++));
  try {
    for await (const item of allPages(ask, { what: "letters", idOf: (item) => item })) items.push(item);
    return { items, calls, error: undefined };
  } catch (error) {
    return { items, calls, error };
  }
}

Deno.test("allPages() gives each item once, in order, to the page without a token", async () => {
  const found = await read((token) =>
    token === undefined ? { items: ["a", "b"], token: "2" } : { items: ["b", "c"], token: undefined }
  );
  assert.deepEqual(found, { items: ["a", "b", "c"], calls: 2, error: undefined });
});

Deno.test("allPages() goes on after empty pages, as a restricted account sees them", async () => {
  const found = await read((_token, call) =>
    call < 100 ? { items: [], token: `${call}` } : { items: ["z"], token: undefined }
  );
  assert.deepEqual(found.items, ["z"]);
});

Deno.test("allPages() bears a token that comes again some times, and ends with an error where it does for ever", async () => {
  const some = await read((_token, call) =>
    call < 5 ? { items: ["a"], token: "same" } : { items: ["b"], token: undefined }
  );
  assert.deepEqual(some.items, ["a", "b"]);
  const forEver = await read(() => ({ items: ["a"], token: "same" }));
  assert.ok(forEver.error instanceof AppError);
  assert.match(forEver.error.message, /^Cannot list letters: /);
  assert.ok(forEver.calls < 20);
  assert.deepEqual(forEver.items, ["a"]);
});

Deno.test("allPages() ends with an error after a thousand empty pages", async () => {
  const found = await read((_token, call) => ({ items: [], token: `${call}` }));
  assert.ok(found.error instanceof AppError);
  assert.ok(found.calls <= 1_001);
});
