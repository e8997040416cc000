/**
 * The body of a request as it comes.
 * @module
 */
import type { IncomingMessage } from "node:http";

/**
 * Hands on each chunk until the body ends; rejects when the client gives up. By events, not by iteration: under Deno before
 * 2.7 the iteration of a request without a body never ends.
 */
export function readChunks(request: IncomingMessage, take: (chunk: Uint8Array) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    request.on("data", take);
    request.on("end", resolve);
    request.on("error", reject);
    request.on("close", () => reject(new Error("The client gave up")));
  });
}
