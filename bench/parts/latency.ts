/**
 * A server far away: what a round trip of 20 and 100 ms adds beside none, and what connections that are kept alive would change.
 * @module
 */
import { startRealMlflow } from "../../tests/live/parts/servers.ts";
import { deno, measure, ours } from "../child.ts";
import { startLatencyProxy } from "../latency_proxy.ts";
import { seedStore } from "../seed.ts";
import type { Context, PartResult } from "../types.ts";
import { seconds } from "./export.ts";

const roundTripsMs = [0, 20, 100];

/** Exports one store over several distances; the floor on fresh connections (as ours) and on kept ones. */
export async function latency({ scale, folder, say }: Context): Promise<PartResult> {
  await using server = await startRealMlflow("3.17.2", { workers: 4 });
  const runs = Math.ceil(20 * scale);
  seedStore(server.folder, { experiments: 20, runs, metrics: 10, points: 10, params: 10, tags: 4 });
  const floor = "bench/programs/floor.ts";
  const lines = {
    "ours": (url: string) => ours(url, folder),
    "floor, fresh connections": (url: string) => deno(floor, url),
    "floor, kept connections": (url: string) => deno(floor, url, "--keep-alive"),
    "floor, one call at a time, fresh": (url: string) => deno(floor, url, "--calls=1"),
    "floor, one call at a time, kept": (url: string) => deno(floor, url, "--calls=1", "--keep-alive"),
  };
  // A server that has just been started answers its first calls slowly, whoever makes them.
  await measure(deno(floor, server.url));
  const series = Object.keys(lines).map((name) => ({ name, points: [] as [number, number][] }));
  for (const roundTripMs of roundTripsMs) {
    await using proxy = startLatencyProxy(server.url, roundTripMs);
    for (const [index, command] of Object.values(lines).entries()) {
      const { ms } = await measure(command(proxy.url));
      series[index]!.points.push([roundTripMs, ms / 1000]);
      say(`${roundTripMs} ms, ${series[index]!.name}: ${seconds(ms)}`);
    }
  }
  const title = `${20 * runs} runs x 10 metrics x 10 points, by distance`;
  return { goals: [], curves: [{ title, x: "round trip, ms", y: "seconds", series }] };
}
