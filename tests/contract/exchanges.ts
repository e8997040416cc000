/**
 * The requests of the contract whose replies are compared byte by byte with what real servers answered
 * (tests/fixtures/contract/<version>.json). A request's name says what it shows.
 * @module
 */
import { historyRequests } from "./history_requests.ts";
import { listingRequests } from "./listing_requests.ts";
import type { ContractRequest } from "./request.ts";
import type { ContractSeed } from "./seed.ts";
import { storeRequests } from "./store_requests.ts";

/** Makes the requests for the ids that a server gave out. */
export function contractRequests(seed: ContractSeed): Readonly<Record<string, ContractRequest>> {
  return { ...listingRequests(seed), ...historyRequests(seed), ...storeRequests(seed) };
}
