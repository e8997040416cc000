/**
 * What every MLflow server must hold to, sandboxed or real: the replies of its version byte by byte, and the behaviour
 * that takes several calls to see.
 * @module
 */
import { Buffer } from "node:buffer";
import { type IncomingMessage, request } from "node:http";
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { contractRequests } from "./exchanges.ts";
import { askContract, type ContractReply } from "./replies.ts";
import { type ContractSeed, type ContractServer, longPoints, START } from "./seed.ts";

/** One thing to check. */
export interface ContractCase {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** Makes the cases for a server that {@linkcode seedContract} has filled. They run in this order; the last ones write. */
export function contractCases(server: ContractServer, seed: ContractSeed): ContractCase[] {
  return [
    ...exchangeCases(server, seed),
    ...walkCases(server, seed),
    ...historyCases(server, seed),
    ...proxyCases(server, seed),
    ...hostCases(server),
    ...contentTypeCases(server),
    ...writeCases(server),
  ];
}

function exchangeCases(server: ContractServer, seed: ContractSeed): ContractCase[] {
  const path = new URL(`../fixtures/contract/${server.version}.json`, import.meta.url);
  const recorded: Record<string, ContractReply> = JSON.parse(Deno.readTextFileSync(path));
  return Object.entries(contractRequests(seed))
    .filter(([, { versions }]) => versions?.includes(server.version) ?? true)
    .map(([name, request]) => ({
      name,
      async run(): Promise<void> {
        deepStrictEqual(await askContract(server, request, seed), recorded[name]);
      },
    }));
}

interface RunsPage {
  readonly runs?: readonly { readonly info: { readonly run_id: string } }[];
  readonly next_page_token?: string;
}

function walkCases(server: ContractServer, { runs }: ContractSeed): ContractCase[] {
  const ties = Object.keys(runs).filter((name) => name.startsWith("tie")).map((name) => runs[name] ?? "").sort();
  const second = [...ties, runs["long"] ?? ""];
  return [
    {
      name: "runs of one start time come by run id, whatever the page size",
      async run(): Promise<void> {
        for (const size of [1, 3, 7, 100]) {
          const walk = await walkRuns(server, { experiment_ids: ["2"], max_results: size });
          deepStrictEqual(walk.flat(), second);
          // Before 3.x a last page that is full has a token, and one more page follows.
          const pages = server.version === "3.17.2" ? Math.ceil(7 / size) : Math.floor(7 / size) + 1;
          strictEqual(walk.length, pages);
        }
      },
    },
    {
      name: "pages can be asked for in any order by made-up tokens",
      async run(): Promise<void> {
        const pages = await Promise.all(
          [1, 3, 5].map((offset) =>
            searchRuns(server, { experiment_ids: ["2"], max_results: 2, page_token: btoa(`{"offset": ${offset}}`) })
          ),
        );
        deepStrictEqual(pages.flatMap(idsOf), second.slice(1));
      },
    },
    {
      name: "thousands of experiment ids are taken in one search",
      async run(): Promise<void> {
        const experiment_ids = Array.from({ length: 3000 }, (_, index) => String(index + 1));
        const page = await searchRuns(server, { experiment_ids, max_results: 50_000 });
        // Four of the first experiment, seven of the second; 1.24 leaves the runs of a deleted experiment active.
        strictEqual(idsOf(page).length, server.version === "1.24.0" ? 12 : 11);
      },
    },
  ];
}

interface HistoryReply {
  readonly metrics?: readonly { readonly run_id?: string; readonly step: number; readonly value: number }[];
  readonly next_page_token?: string;
}

function historyCases(server: ContractServer, { runs }: ContractSeed): ContractCase[] {
  const points = longPoints(server.version);
  const long = `/api/2.0/mlflow/metrics/get-history?run_id=${runs["long"]}&metric_key=long`;
  const cases: ContractCase[] = [
    {
      name: "get-history gives a long metric whole",
      async run(): Promise<void> {
        const { metrics = [], next_page_token } = await getJson<HistoryReply>(server, long);
        strictEqual(next_page_token, undefined);
        deepStrictEqual(metrics.map(({ step }) => step), [...Array(points).keys()]);
      },
    },
    {
      name: "get-history in pages gives every point once",
      async run(): Promise<void> {
        const size = Math.floor(points / 5) * 2;
        const sizes: number[] = [];
        const steps: number[] = [];
        let token: string | undefined = "";
        while (token !== undefined) {
          const paging = `&max_results=${size}${token === "" ? "" : `&page_token=${encodeURIComponent(token)}`}`;
          const page: HistoryReply = await getJson<HistoryReply>(server, long + paging);
          sizes.push(page.metrics?.length ?? 0);
          steps.push(...(page.metrics ?? []).map(({ step }) => step));
          token = page.next_page_token;
        }
        deepStrictEqual(steps, [...Array(points).keys()]);
        deepStrictEqual(sizes, server.version === "3.17.2" ? [size, size, points - 2 * size] : [points]);
      },
    },
  ];
  if (server.version === "1.24.0") return cases;
  const ids = [runs["tie 1"] ?? "", runs["long"] ?? "", runs["tie 0"] ?? ""];
  const bulk = (key: string, more = ""): string =>
    `/ajax-api/2.0/mlflow/metrics/get-history-bulk?${
      ids.map((id) => `run_id=${id}&`).join("")
    }metric_key=${key}${more}`;
  cases.push({
    name: "get-history-bulk comes by run id, whatever the order asked for",
    async run(): Promise<void> {
      const { metrics = [] } = await getJson<HistoryReply>(server, bulk("loss"));
      const expected = [ids[0] ?? "", ids[2] ?? ""].sort().flatMap((id) => [0, 1, 2].map((step) => [id, step]));
      deepStrictEqual(metrics.map(({ run_id, step }) => [run_id, step]), expected);
    },
  }, {
    name: "get-history-bulk is cut at 25,000 rows without a sign",
    async run(): Promise<void> {
      for (const more of ["", "&max_results=25000", "&max_results=30000"]) {
        const reply = await getJson<HistoryReply>(server, bulk("long", more));
        strictEqual(reply.metrics?.length, 25_000);
        deepStrictEqual(Object.keys(reply), ["metrics"]);
      }
    },
  });
  return cases;
}

function proxyCases(server: ContractServer, { runs }: ContractSeed): ContractCase[] {
  if (server.version !== "2.22.5") return [];
  const path = `1/${runs["going"]}/artifacts/${encodeURIComponent("☃.txt")}`;
  return [
    {
      name: "the proxy drops the connection for a name beyond Latin-1",
      async run(): Promise<void> {
        await rejects(fetch(`${server.url}/api/2.0/mlflow-artifacts/artifacts/${path}`));
      },
    },
  ];
}

function hostCases(server: ContractServer): ContractCase[] {
  const known = ["localhost:99", "127.0.0.1", "10.1.2.3:80", "172.20.0.1", "[::1]:5", "192.168.1.1", "0.0.0.0:5"];
  const unknown = ["mlflow:5000", "example.com", "172.40.0.1"];
  const path = "/api/2.0/mlflow/registered-models/search?max_results=1";
  return [
    {
      name: "a Host header that is not private is refused by 3.17.2, but not for /health and /version",
      async run(): Promise<void> {
        for (const host of known) strictEqual((await getAs(server, { host, path })).status, 200, host);
        const refusal = { status: 403, text: "Invalid Host header - possible DNS rebinding attack detected" };
        for (const host of unknown) {
          const reply = await getAs(server, { host, path });
          if (server.version === "3.17.2") deepStrictEqual(reply, refusal, host);
          else strictEqual(reply.status, 200, host);
          deepStrictEqual(await getAs(server, { host, path: "/health" }), { status: 200, text: "OK" });
        }
      },
    },
  ];
}

function contentTypeCases(server: ContractServer): ContractCase[] {
  // Bytes, for which fetch sets no header itself.
  const body = new TextEncoder().encode('{"experiment_ids": ["99"]}');
  const refusals = [
    [{}, "Bad Request. Content-Type header is missing."],
    [{ "content-type": "text/plain" }, "Bad Request. Content-Type must be one of ['application/json']."],
  ] as const;
  return [
    {
      name: "a POST that does not say that it is JSON is refused, but not by 1.24.0",
      async run(): Promise<void> {
        for (const [headers, message] of refusals) {
          const reply = await fetch(`${server.url}/api/2.0/mlflow/runs/search`, { method: "POST", headers, body });
          const { error_code, message: found } = await reply.json();
          if (server.version === "1.24.0") strictEqual(reply.status, 200);
          else deepStrictEqual([reply.status, error_code, found], [400, "INVALID_PARAMETER_VALUE", message]);
        }
        const reply = await fetch(`${server.url}/api/2.0/mlflow/runs/search`, {
          method: "POST",
          headers: { "content-type": "application/json; charset=utf-8" },
          body,
        });
        deepStrictEqual([reply.status, await reply.json()], [200, {}]);
      },
    },
  ];
}

/** Asks by node:http, because fetch sets the Host header itself. */
async function getAs(
  server: ContractServer,
  { host, path }: { readonly host: string; readonly path: string },
): Promise<{ readonly status: number; readonly text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request(server.url + path, { headers: { host, connection: "close" } }, resolve).on("error", reject).end();
  const reply = await promise;
  const chunks: Uint8Array[] = [];
  for await (const chunk of reply) chunks.push(chunk);
  return { status: reply.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
}

function writeCases(server: ContractServer): ContractCase[] {
  return [
    {
      name: "a run that is added moves the pages behind it by one",
      async run(): Promise<void> {
        const before = await searchRuns(server, { experiment_ids: ["2"], max_results: 2 });
        await postJson(server, "runs/create", { experiment_id: "2", start_time: START + 99_000, run_name: "added" });
        const next = await searchRuns(server, {
          experiment_ids: ["2"],
          max_results: 2,
          page_token: before.next_page_token ?? "",
        });
        strictEqual(idsOf(next)[0], idsOf(before)[1]);
      },
    },
    {
      name: "an experiment that is deleted hides its neighbour from the next page, but not from one that overlaps",
      async run(): Promise<void> {
        for (const name of ["hidden 1", "hidden 2", "hidden 3"]) await postJson(server, "experiments/create", { name });
        const whole = (await listExperiments(server, { size: 100 })).ids;
        const first = await listExperiments(server, { size: 2 });
        deepStrictEqual(first.ids, whole.slice(0, 2));
        strictEqual(first.token, btoa('{"offset": 2}'));
        const [kept = "", gone = ""] = whole[0] === "0" ? whole : [whole[1], whole[0]];
        await postJson(server, "experiments/delete", { experiment_id: gone });
        deepStrictEqual((await listExperiments(server, { size: 2, token: first.token })).ids, whole.slice(3, 5));
        const overlapping = await listExperiments(server, { size: 2, token: btoa('{"offset": 1}') });
        // It does not begin with the last one of the page before: something went away, and may stand between the two.
        deepStrictEqual(overlapping.ids, whole.filter((id) => id !== gone).slice(1, 3));
        strictEqual(overlapping.ids.includes(kept), false);
      },
    },
    {
      name: "registered models come a hundred a page",
      async run(): Promise<void> {
        const names = Array.from({ length: 100 }, (_, index) => `many ${String(index).padStart(3, "0")}`);
        for (const name of names) await postJson(server, "registered-models/create", { name });
        const path = "/api/2.0/mlflow/registered-models/search";
        const page = await getJson<
          { readonly registered_models: readonly unknown[]; readonly next_page_token?: string }
        >(
          server,
          path,
        );
        strictEqual(page.registered_models.length, 100);
        ok(page.next_page_token);
        const all = await getJson<{ readonly registered_models: readonly unknown[] }>(
          server,
          `${path}?max_results=1000`,
        );
        strictEqual(all.registered_models.length, 104);
      },
    },
  ];
}

interface ExperimentsPage {
  readonly experiments?: readonly { readonly experiment_id: string }[];
  readonly next_page_token?: string;
}

/** Newest first, but for the oldest servers, which list the oldest first. */
async function listExperiments(
  server: ContractServer,
  { size, token = "" }: { readonly size: number; readonly token?: string },
): Promise<{ readonly ids: readonly string[]; readonly token: string | undefined }> {
  const endpoint = server.version === "1.24.0" ? "experiments/list" : "experiments/search";
  const query = new URLSearchParams({ max_results: String(size), ...(token === "" ? {} : { page_token: token }) });
  const page = await getJson<ExperimentsPage>(server, `/api/2.0/mlflow/${endpoint}?${query}`);
  return { ids: (page.experiments ?? []).map(({ experiment_id }) => experiment_id), token: page.next_page_token };
}

async function walkRuns(server: ContractServer, query: Readonly<Record<string, unknown>>): Promise<string[][]> {
  const pages: string[][] = [];
  let token: string | undefined;
  do {
    const page: RunsPage = await searchRuns(server, {
      ...query,
      ...(token === undefined ? {} : { page_token: token }),
    });
    pages.push(idsOf(page));
    token = page.next_page_token;
  } while (token !== undefined);
  return pages;
}

function idsOf(page: RunsPage): string[] {
  return (page.runs ?? []).map(({ info }) => info.run_id);
}

async function searchRuns(server: ContractServer, body: unknown): Promise<RunsPage> {
  return await postJson(server, "runs/search", body) as RunsPage;
}

async function postJson(server: ContractServer, path: string, body: unknown): Promise<unknown> {
  const response = await fetch(`${server.url}/api/2.0/mlflow/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  ok(response.ok, text);
  return JSON.parse(text);
}

async function getJson<T>(server: ContractServer, path: string): Promise<T> {
  const response = await fetch(server.url + path);
  const text = await response.text();
  ok(response.ok, text);
  return JSON.parse(text);
}
