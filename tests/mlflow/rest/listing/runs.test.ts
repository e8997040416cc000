import assert from "node:assert/strict";
import fc from "fast-check";
import { AppError } from "../../../../lib/errors.ts";
import { RunListing } from "../../../../lib/mlflow/rest/listing/runs.ts";
import { tokenOfOffset } from "../../../../lib/mlflow/rest/paging/page_order.ts";
import type { RunPageAsk } from "../../../../lib/mlflow/rest/listing/search.ts";
import { FakeListing, type FakeListingOptions, listedRun, listedRuns } from "./fake_listing.ts";

async function list(server: FakeListing, pagesAhead = 4): Promise<string[]> {
  const listing = new RunListing({
    experimentId: "1",
    ask: server.ask,
    pageSize: () => server.size,
    pagesAhead,
    pagesAtOnce: 3,
    spacingMs: 0,
  });
  return (await Array.fromAsync(listing.pages())).flat().map(({ run }) => run.id);
}

function serverOf(count: number, options: FakeListingOptions): FakeListing {
  return new FakeListing(listedRuns(count), options);
}

function idsOf(server: FakeListing): string[] {
  return server.runs.map(({ run }) => run.id);
}

Deno.test("RunListing gives all runs in order, whatever their count, page size and kind of server", async () => {
  for (const isBlind of [false, true]) {
    for (const isOpaque of [false, true]) {
      for (const [count, size] of [[0, 5], [4, 5], [5, 5], [6, 5], [10, 5], [137, 10], [9, 2], [7, 1]] as const) {
        const server = serverOf(count, { size, isBlind, isOpaque });
        assert.deepEqual(await list(server), idsOf(server), `${count} runs in pages of ${size}`);
      }
    }
  }
});

Deno.test("RunListing asks for later pages by forged tokens, several at once", async () => {
  const server = serverOf(2_000, { size: 100 });
  assert.deepEqual(await list(server), idsOf(server));
  assert.equal(server.peak, 3);
  // Each page overlaps the one before by a run.
  assert.deepEqual(server.offsets.slice(0, 4), [0, 99, 198, 297]);
});

Deno.test("RunListing asks for a small first page, so that what follows from it begins early", async () => {
  const server = serverOf(5_000, { size: 2_000 });
  assert.deepEqual(await list(server), idsOf(server));
  assert.deepEqual(server.offsets.slice(0, 3), [0, 249, 2_248]);
  const opaque = serverOf(3_000, { size: 2_000, isOpaque: true });
  assert.deepEqual(await list(opaque), idsOf(opaque));
  assert.deepEqual(opaque.offsets, [0, 250, 2_250]);
});

Deno.test("RunListing goes on asking while the page whose turn it is takes long", async () => {
  const server = serverOf(1_000, { size: 100 });
  const ask = server.ask;
  let slow = (): void => {};
  const listing = new RunListing({
    experimentId: "1",
    ask: async (query) => {
      if (query.token === tokenOfOffset(198)) await new Promise<void>((resolve) => slow = resolve);
      return await ask(query);
    },
    pageSize: () => server.size,
    pagesAhead: 3,
    pagesAtOnce: 2,
    spacingMs: 0,
  });
  const pages = listing.pages();
  await pages.next();
  await pages.next();
  const third = pages.next();
  await new Promise((go) => setTimeout(go, 20));
  // The third page holds one of two places; the two behind it came one after another by the other one.
  assert.deepEqual(server.offsets, [0, 99, 297, 396]);
  slow();
  await third;
  assert.equal((await Array.fromAsync(pages)).flat().length, 1_000 - 298);
});

Deno.test("RunListing leaves some time between the starts of calls", async () => {
  const starts: number[] = [];
  const server = serverOf(700, { size: 100, before: () => starts.push(performance.now()) });
  const listing = new RunListing({
    experimentId: "1",
    ask: server.ask,
    pageSize: () => server.size,
    pagesAhead: 6,
    pagesAtOnce: 4,
    spacingMs: 30,
  });
  assert.equal((await Array.fromAsync(listing.pages())).flat().length, 700);
  // The first one is asked for before there is a queue. All together: on a busy machine one timer is late, and the next is not.
  const [, second = NaN, ...others] = starts;
  const tookMs = (others.at(-1) ?? NaN) - second;
  assert.ok(others.length >= 5 && tookMs > 20 * others.length, `${others.length} calls more in ${tookMs} ms`);
});

Deno.test("RunListing wastes few calls beyond the end: one for two pages, never more than it runs ahead", async () => {
  for (const [count, wasted] of [[100, 0], [150, 1], [250, 2], [2_000, 3], [5_000, 3]] as const) {
    const server = serverOf(count, { size: 100 });
    await list(server);
    const needed = 1 + Math.ceil((count - 100) / 99);
    assert.ok(server.offsets.length <= needed + wasted, `${server.offsets.length} calls for ${count} runs`);
  }
});

Deno.test("RunListing follows tokens of other kinds one after another", async () => {
  const server = serverOf(500, { size: 50, isOpaque: true });
  assert.deepEqual(await list(server), idsOf(server));
  assert.equal(server.peak, 1);
});

Deno.test("RunListing follows tokens where runs do not stand in MLflow's order", async () => {
  const server = serverOf(100, { size: 10 });
  server.runs.reverse();
  assert.deepEqual(await list(server), idsOf(server));
  assert.equal(server.peak, 1);
});

Deno.test("RunListing loses none of the runs that stay, and gives none twice, while others and page sizes change", async () => {
  const anyChange = fc.record({
    call: fc.integer({ min: 1, max: 12 }),
    kind: fc.constantFrom("add", "delete", "resize"),
    place: fc.integer({ min: 0, max: 199 }),
    count: fc.integer({ min: 1, max: 30 }),
  });
  const anyServer = fc.record({
    count: fc.integer({ min: 0, max: 200 }),
    size: fc.integer({ min: 1, max: 40 }),
    isBlind: fc.boolean(),
    pagesAhead: fc.integer({ min: 1, max: 5 }),
    changes: fc.array(anyChange, { maxLength: 5 }),
    slow: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(anyServer, async ({ count, size, isBlind, pagesAhead, changes, slow }) => {
      let name = 0;
      const before = (call: number, server: FakeListing): void => {
        for (const change of changes.filter((each) => each.call === call)) {
          if (change.kind === "delete") server.runs.splice(change.place, change.count);
          else if (change.kind === "resize") server.size = Math.max(Math.min(size, 2), change.count);
          // New runs mostly come first; some are logged with an older start.
          else {for (let i = 0; i < change.count; i++) {
              server.add(listedRun(`new${name++}`, i % 3 ? 1_000 : change.place / 10));
            }}
        }
      };
      const turns = (call: number): number => slow.includes(call) ? 200 : 10;
      const server = serverOf(count, { size, isBlind, before, turns });
      const original = idsOf(server);
      const found = await list(server, pagesAhead);
      assert.equal(new Set(found).size, found.length);
      const left = new Set(idsOf(server));
      const missing = original.filter((id) => left.has(id) && !found.includes(id));
      // Tokens alone (a page of one run has no overlap) cannot see that a run went away.
      if (size > 1) assert.deepEqual(missing, []);
    }),
    { numRuns: 300 },
  );
});

Deno.test("RunListing is not misled by the end of a listing that is no more", async () => {
  const server = serverOf(2_000, {
    size: 100,
    // The fourth page does not join the third: it is asked for again, while the two behind it are still on their way.
    before: (call, self) => call === 4 ? void self.runs.splice(0, 150) : undefined,
    turns: (call) => call > 4 && call < 7 ? 100 : 10,
    spoil: (page, { call }) => call > 4 && call < 7 ? { ...page, token: undefined } : page,
  });
  const left = new Set(idsOf(server).slice(150));
  const found = (await list(server)).filter((id) => left.has(id));
  assert.deepEqual(found, [...left]);
});

Deno.test("RunListing finds its way back in few calls after many runs were deleted", async () => {
  const server = serverOf(2_000, {
    size: 200,
    before: (call, self) => call === 4 ? void self.runs.splice(0, 150) : undefined,
  });
  const left = new Set(idsOf(server).slice(150));
  const found = (await list(server)).filter((id) => left.has(id));
  assert.deepEqual(found, [...left]);
  assert.ok(server.offsets.length <= 10 + 8 + 3 + 4, `${server.offsets.length} calls`);
});

Deno.test("RunListing closes the gap behind a page that the server could only make smaller", async () => {
  const server = serverOf(1_000, { size: 100, before: (call, self) => call === 5 ? self.size = 30 : undefined });
  assert.deepEqual(await list(server), idsOf(server));
  // Four pages of 100 and the others of 30; three that ran ahead are asked for again.
  assert.ok(server.offsets.length <= 4 + Math.ceil(604 / 29) + 2 * 4, `${server.offsets.length} calls`);
});

Deno.test("RunListing goes on after an empty page that has a token", async () => {
  const server = serverOf(300, {
    size: 50,
    // As for a restricted account, and as a server that answers too early.
    spoil: (page, { call, token }) => call === 4 ? { ...page, items: [], token } : page,
  });
  assert.deepEqual(await list(server), idsOf(server));
});

Deno.test("RunListing gives each run once where a page comes twice", async () => {
  const server = serverOf(300, {
    size: 50,
    spoil: (page, { call, token }) =>
      call === 3 && token !== undefined ? { ...page, items: server.runs.slice(0, 50), token } : page,
  });
  assert.deepEqual(await list(server), idsOf(server));
});

Deno.test("RunListing bears a token that comes again once", async () => {
  for (const isOpaque of [false, true]) {
    const server = serverOf(300, {
      size: 50,
      isOpaque,
      spoil: (page, { call, token }) => call === 3 ? { ...page, token } : page,
    });
    assert.deepEqual(await list(server), idsOf(server));
  }
});

Deno.test("RunListing ends with an error where a token comes again for ever", async () => {
  const spoils: NonNullable<FakeListingOptions["spoil"]>[] = [
    (page) => ({ ...page, token: tokenOfOffset(50) }),
    (page) => ({ ...page, token: "always the same" }),
    (page, { token }) => token === undefined ? page : { ...page, token },
    (page, { call }) => call > 2 ? { ...page, items: [], token: `token ${call}` } : page,
  ];
  for (const spoil of spoils) {
    const places = serverOf(300, { size: 50, spoil: keepFirst(spoil) });
    await assert.rejects(
      list(places),
      (error) => error instanceof AppError && /page tokens without end/.test(error.message),
    );
    assert.ok(places.offsets.length < 1_100, `${places.offsets.length} calls`);
  }
});

function keepFirst(spoil: NonNullable<FakeListingOptions["spoil"]>): NonNullable<FakeListingOptions["spoil"]> {
  return (page, query) => query.call === 1 ? page : spoil(page, query);
}

Deno.test("RunListing rejects with what a page failed with, not with what a page beyond the end failed with", async () => {
  const failure = new AppError("No");
  const failFrom = (offset: number): FakeListing => {
    const server = serverOf(250, { size: 100 });
    const ask = server.ask;
    return Object.assign(server, {
      ask: (query: RunPageAsk) =>
        query.token !== undefined && Number(JSON.parse(atob(query.token)).offset) >= offset
          ? Promise.reject(failure)
          : ask(query),
    });
  };
  await assert.rejects(list(failFrom(150)), (error) => error === failure);
  assert.equal((await list(failFrom(260))).length, 250);
});

Deno.test("RunListing.stop() ends the calls on their way, and waits for their ends", async () => {
  let isEnded = false;
  const listing = new RunListing({
    experimentId: "1",
    ask: async ({ signal }) => {
      await new Promise((resolve) => signal?.addEventListener("abort", resolve));
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      isEnded = true;
      throw signal?.reason;
    },
    pageSize: () => 10,
    pagesAhead: 1,
    pagesAtOnce: 1,
  });
  await listing.stop();
  assert.ok(isEnded);
});
