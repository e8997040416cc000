import assert from "node:assert/strict";
import { AppError } from "../../../../lib/errors.ts";
import { allPages } from "../../../../lib/mlflow/rest/paging/all_pages.ts";
import { offsetOfToken, tokenOfOffset } from "../../../../lib/mlflow/rest/paging/page_order.ts";
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

/** A server whose page tokens are places, as MLflow's are. `before` changes what it holds before a call, counted from 0. */
function pagesOf(
  held: string[],
  { size, before }: { readonly size: number; readonly before?: (call: number, held: string[]) => void },
): Pages {
  return (token, call) => {
    before?.(call, held);
    const offset = offsetOfToken(token ?? "") ?? 0;
    const next = offset + size < held.length ? tokenOfOffset(offset + size) : undefined;
    return { items: held.slice(offset, offset + size), token: next };
  };
}

const LETTERS = "abcdefghijklmnop".split("");

Deno.test("allPages() finds all that stay, once and in order, whatever is deleted between any two pages", async () => {
  for (const size of [2, 3, 4, 5]) {
    for (let from = 0; from < LETTERS.length; from++) {
      for (const count of [1, 2, 5]) {
        for (let when = 0; when < 8; when++) {
          const held = [...LETTERS];
          const before = (call: number): void => void (call === when && held.splice(from, count));
          const { items } = await read(pagesOf(held, { size, before }));
          const stay = LETTERS.filter((letter) => held.includes(letter));
          assert.deepEqual(items.filter((item) => stay.includes(item)), stay, `${size}, ${from}, ${count}, ${when}`);
        }
      }
    }
  }
});

Deno.test("allPages() finds all that stay where something is deleted before every call, and something is added on top", async () => {
  const before = (call: number, held: string[]): void => {
    held.splice(0, call % 3);
    if (call % 2 === 1) held.unshift(`new ${call}`);
  };
  const held = Array.from({ length: 60 }, (_, index) => `${index}`);
  const { items } = await read(pagesOf(held, { size: 4, before }));
  const stay = held.filter((item) => !item.startsWith("new"));
  assert.ok(stay.length > 0);
  assert.deepEqual(items.filter((item) => stay.includes(item)), stay);
  assert.equal(new Set(items).size, items.length);
});

Deno.test("allPages() asks once for a listing of one page, and for no more pages than overlap by one item", async () => {
  assert.equal((await read(pagesOf([...LETTERS], { size: 16 }))).calls, 1);
  // 4, then 3 new ones a page.
  assert.equal((await read(pagesOf([...LETTERS], { size: 4 }))).calls, 5);
  assert.equal((await read(pagesOf(LETTERS.slice(0, 2), { size: 1 }))).calls, 2);
});

Deno.test("allPages() goes far back in few calls where much was deleted", async () => {
  const held = Array.from({ length: 1_000 }, (_, index) => `${index}`);
  const before = (call: number): void => void (call === 8 && held.splice(0, 600));
  const { items, calls } = await read(pagesOf(held, { size: 100, before }));
  assert.deepEqual(held.filter((item) => !items.includes(item)), []);
  // Eight pages, ten steps back, each twice as far as the one before, and what is read again from there.
  assert.ok(calls < 30, `${calls} calls`);
});

Deno.test("allPages() follows the tokens where items were left out: they are no places then", async () => {
  const asked: (string | undefined)[] = [];
  const { items } = await read((token) => {
    asked.push(token);
    return token === undefined ? { items: ["a", "b"], token: tokenOfOffset(5) } : { items: ["c"], token: undefined };
  });
  assert.deepEqual(items, ["a", "b", "c"]);
  assert.deepEqual(asked, [undefined, tokenOfOffset(5)]);
});
