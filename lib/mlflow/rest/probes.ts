/**
 * What a server can be asked about itself.
 * @module
 */
import { messageOf } from "../../errors.ts";
import type { Probe, Run, Seen } from "../../source/mod.ts";
import { BadReplyError, RedirectError, RefusedReplyError } from "../../http/failure/errors.ts";
import type { MlflowClient } from "./endpoints/client.ts";
import { isMissing } from "./endpoints/dialect.ts";
import { ifThere } from "./endpoints/closed.ts";

/** With what {@linkcode serverProbes} asks. */
export interface ProbeOptions {
  /** One that has metrics. */
  readonly run: Run | undefined;
  /** How calls say who asks: "Basic", "Bearer", …; undefined where they do not. */
  readonly scheme: string | undefined;
}

/** Calls that are timed. */
const TIMED_CALLS = 5;

/** Longer ways to a server are told. */
const SLOW_MS = 300;

/** Clocks that are further apart are told. */
const MOST_APART_MS = 60_000;

const ONE_BY_ONE = "histories are read one by one, which takes longer";

/** What can be looked at. */
export function serverProbes(client: MlflowClient, { run, scheme }: ProbeOptions): readonly Probe[] {
  return [
    { check: "address", look: () => address(client) },
    { check: "login", look: () => login(scheme) },
    { check: "store", look: () => store(client) },
    { check: "bulk histories", look: () => bulkHistories(client, run) },
    { check: "latency", look: () => latency(client) },
    { check: "clock", look: () => clock(client) },
  ];
}

/** A first contact has been made: had the server not known the Host, it would have refused that. */
function address({ dialect: { prefix, apiPath } }: MlflowClient): Promise<Seen> {
  const where = prefix === "" ? "no static prefix" : `static prefix ${prefix}`;
  return Promise.resolve({ found: `${where}, API below ${apiPath}; the Host check is passed` });
}

function login(scheme: string | undefined): Promise<Seen> {
  return Promise.resolve({ found: scheme === undefined ? "the server asks for none" : `taken (${scheme})` });
}

async function store(client: MlflowClient): Promise<Seen> {
  const info = client.dialect.isAtLeast(3, 10) ? await ifThere(client.serverInfo({ retries: 0 })) : undefined;
  return { found: info?.storeType ?? "this server does not tell" };
}

async function bulkHistories(client: MlflowClient, run: Run | undefined): Promise<Seen> {
  if (!client.dialect.hasBulk) return { found: `this MLflow has none: ${ONE_BY_ONE}` };
  const [key] = run?.metrics.keys() ?? [];
  if (run === undefined || key === undefined) return { found: "not tried: no run with metrics was found" };
  const startMs = performance.now();
  try {
    const { rows } = await client.bulkHistory(key, { runIds: [run.id], retries: 0 });
    return { found: `${rows} points in ${Math.round(performance.now() - startMs)} ms` };
  } catch (error) {
    const isShut = error instanceof RefusedReplyError || error instanceof RedirectError ||
      error instanceof BadReplyError;
    if (!isMissing(error) && !isShut) throw error;
    return {
      found: `${messageOf(error)}: ${ONE_BY_ONE}`,
      hint: `Let ${client.dialect.ajaxPath} through where a gateway stands before the server; MLflow has it since 2.2`,
    };
  }
}

async function latency(client: MlflowClient): Promise<Seen> {
  const times: number[] = [];
  for (let i = 0; i < TIMED_CALLS; i++) {
    const startMs = performance.now();
    await client.experiments({ includeDeleted: false, maxResults: 1 });
    times.push(performance.now() - startMs);
  }
  const middle = times.sort((a, b) => a - b)[Math.floor(TIMED_CALLS / 2)] ?? 0;
  return {
    found: `${middle.toFixed(middle < 10 ? 1 : 0)} ms for a small call`,
    hint: middle > SLOW_MS ? "Run nearer to the server, or raise --concurrency" : undefined,
  };
}

async function clock(client: MlflowClient): Promise<Seen> {
  const startMs = Date.now();
  const theirs = await client.clock({ retries: 0 });
  if (Number.isNaN(theirs)) return { found: "the server does not tell its time" };
  // Whole seconds, and those of the way.
  const apartMs = theirs < startMs - 1000 ? theirs - startMs : Math.max(0, theirs - Date.now());
  const seconds = Math.round(Math.abs(apartMs) / 1000);
  if (Math.abs(apartMs) <= MOST_APART_MS) return { found: "as here" };
  return {
    found: `${seconds} s ${apartMs < 0 ? "behind" : "ahead of"} the one here`,
    hint:
      "Set both by a time server: --since 36h counts from the clock here, runs start by the clocks of those who log",
  };
}
