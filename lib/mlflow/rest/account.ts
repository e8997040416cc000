/**
 * What the account that asks may not read, as far as a server tells: MLflow's listings leave it out without a sign.
 * @module
 */
import { Buffer } from "node:buffer";
import type { Account } from "./endpoints/account.ts";
import type { MlflowClient } from "./endpoints/client.ts";
import { ifThere } from "./endpoints/closed.ts";
import { allPages } from "./paging/all_pages.ts";

/** Experiments a page: what every MLflow takes. */
const PAGE_SIZE = 1_000;

/** Returns a sentence on what is missing from what this account is shown; undefined for an admin, and where there are no accounts. */
export async function restrictionOf(
  client: MlflowClient,
  authorization: string | undefined,
): Promise<string | undefined> {
  const account = await accountOf(client, authorization);
  if (account === undefined || account.isAdmin) return undefined;
  const { experiments, models } = account.denied;
  const numbers = await numbersOf(client);
  const counts = [
    ...(experiments + models === 0
      ? []
      : [`Denied to it by name: ${counted(experiments, "experiment")}, ${counted(models, "registered model")}`]),
    ...(numbers === undefined || numbers.missing === 0 ? [] : [
      `Of the ${numbers.seen + numbers.missing} experiments numbered up to ${numbers.last} it sees ${numbers.seen}: ` +
      `it may not read the other ${numbers.missing}, or they were removed for good`,
    ]),
  ];
  return [
    "This MLflow account is not an admin's: experiments, runs and models that it may not read are missing from the " +
    "export, because MLflow leaves them out without a sign",
    ...(counts.length === 0 ? ["How many, it does not tell"] : counts),
  ].join(". ");
}

async function accountOf(client: MlflowClient, authorization: string | undefined): Promise<Account | undefined> {
  const { dialect } = client;
  const own = dialect.isAtLeast(3, 13) ? await ifThere(client.ownPermissions({ retries: 2 })) : undefined;
  const name = usernameOf(authorization);
  if (own !== undefined || name === undefined || !dialect.isAtLeast(2, 5)) return own;
  return await ifThere(client.user(name, { retries: 2 }));
}

/** The user of Basic authentication; undefined for a token. */
function usernameOf(authorization = ""): string | undefined {
  const [, encoded] = /^Basic (.+)$/i.exec(authorization) ?? [];
  // Whoever writes this header by hand may write what is no base64: that is the server's to refuse.
  return encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString().split(":")[0];
}

/** How far databases have numbered the experiments, and how many of those this account sees, deleted ones too; undefined where ids are no such numbers. */
async function numbersOf(
  client: MlflowClient,
): Promise<{ readonly seen: number; readonly missing: number; readonly last: number } | undefined> {
  const listed = await Array.fromAsync(allPages(
    (token) => client.experiments({ includeDeleted: true, maxResults: PAGE_SIZE, token }),
    { what: "experiments", idOf: ({ id }) => id },
  ));
  const ids = listed.map(({ id }) => id);
  // A file store has numbers of eighteen digits, drawn by chance.
  if (ids.length === 0 || !ids.every((id) => /^\d{1,9}$/.test(id))) return undefined;
  const numbers = ids.map(Number);
  const last = Math.max(...numbers);
  const first = Math.min(...numbers, 1);
  return { seen: ids.length, missing: last - first + 1 - ids.length, last };
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
