/**
 * Replies as the contract compares them: status, a few headers, and the body without what differs between two servers
 * that are equal (ids and times that a server makes up, names of its machine's folders).
 * @module
 */
import type { ContractRequest } from "./request.ts";
import type { ContractSeed, ContractServer } from "./seed.ts";

/** A reply without its server's own ids and times. */
export interface ContractReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Line by line, so that a fixture can be read. */
  readonly body: readonly string[];
}

const COMPARED = ["content-type", "connection", "allow", "content-disposition", "content-range", "www-authenticate"];

/** Asks and normalizes. */
export async function askContract(
  server: ContractServer,
  request: ContractRequest,
  seed: ContractSeed,
): Promise<ContractReply> {
  const response = await fetch(server.url + request.path, {
    method: request.method ?? "GET",
    headers: {
      ...(request.body === undefined ? {} : { "content-type": "application/json" }),
      ...request.headers,
    },
    redirect: "manual",
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  });
  const text = await response.text();
  const headers: Record<string, string> = {};
  for (const name of COMPARED) {
    const value = response.headers.get(name);
    if (value === null || value === "keep-alive") continue;
    // A Python set comes in any order.
    headers[name] = name === "allow" ? value.split(", ").sort().join(", ") : value;
  }
  return { status: response.status, headers, body: normalize(text, seed).split("\n") };
}

function normalize(text: string, { runs, loggedModel, evaluationDataset }: ContractSeed): string {
  let result = text;
  for (const [name, id] of Object.entries(runs)) result = result.replaceAll(id, `<run ${name}>`);
  if (loggedModel !== "") result = result.replaceAll(loggedModel, "<logged model>");
  if (evaluationDataset !== "") result = result.replaceAll(evaluationDataset, "<dataset>");
  result = result.replace(/"d-[0-9a-f]{32}"/g, '"<another dataset>"')
    .replace(/("(?:scorer|webhook)_id": ")[0-9a-f-]+/g, "$1<id>")
    .replace(/(dataset>",[\s\S]*?"digest": ")[0-9a-f]+/g, "$1<digest>");
  result = result.replace(/'\{('[^{}]*')\}'/g, (_, set: string) => `'{${set.split(", ").sort().join(", ")}}'`);
  // 2.x tells where its artifacts lie.
  if (result.includes("occurred while downloading")) result = result.replace(/\/\S+?(?=\\n#|\/1\/<run)/g, "<root>");
  return result.replace(/("(?:creation|created|last_updated?)_time(?:stamp)?(?:_ms)?": )\d+/g, "$1<time>");
}
