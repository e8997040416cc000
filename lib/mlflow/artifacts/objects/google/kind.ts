/**
 * Google Cloud Storage: gs://.
 * @module
 */
import { readFile } from "node:fs/promises";
import { UsageError } from "../../../../errors.ts";
import { createHttpClient } from "../../../../http/client.ts";
import { createTransport } from "../../../../http/connection/transport.ts";
import { type HttpFailure, RefusedReplyError } from "../../../../http/failure/errors.ts";
import { visible } from "../../../../visible.ts";
import { homeFolderOf } from "../../../auth/home.ts";
import type { ObjectKind, ObjectOptions } from "../store.ts";
import { readGoogleAccount, secretsOfAccount } from "./account.ts";
import { GoogleBucket } from "./bucket.ts";
import type { SignedIn } from "../sign_in.ts";
import { signInAs, signInAsMachine } from "./sign_in.ts";

/**
 * Opens buckets as Google's own clients do: at STORAGE_EMULATOR_HOST as nobody, else as the account of a file, else as the machine's own.
 *
 * @param address Where Google's storage is, for tests.
 * @throws {UsageError}
 */
export async function openGoogle(
  options: ObjectOptions,
  address = "https://storage.googleapis.com",
): Promise<ObjectKind | null> {
  const { env, ...rest } = options;
  const emulator = emulatorOf(env["STORAGE_EMULATOR_HOST"]);
  const signedIn = emulator === undefined ? await signIn(options) : undefined;
  if (signedIn === null) return null;
  const http = createHttpClient({
    ...rest,
    baseUrl: emulator ?? address,
    service: "Google Cloud Storage",
    authorize: signedIn?.authorize,
    transport: createTransport({ env }),
    hintFor,
  });
  return {
    owner: emulator === undefined ? "Google" : visible(emulator),
    open: ({ authority }) => new GoogleBucket(authority, http),
    async close(): Promise<void> {
      await http.close();
      await signedIn?.close();
    },
  };
}

async function signIn(options: ObjectOptions): Promise<SignedIn | null> {
  const { env, hide } = options;
  const readTextFile = (path: string): Promise<string> => readFile(path, "utf8");
  const account = await readGoogleAccount({ env, homeFolder: homeFolderOf(env), readTextFile });
  if (account === null) return await signInAsMachine(options);
  hide(secretsOfAccount(account));
  return signInAs(account, options);
}

/** Some of Google's clients want a scheme there, some want none, and one wants the path too. */
function emulatorOf(given: string | undefined): string | undefined {
  if (!given) return undefined;
  const address = /^[a-z]+:\/\//i.test(given) ? given : `http://${given}`;
  const bare = address.replace(/\/+$/, "").replace(/\/storage\/v1$/, "");
  if (!/^https?:/i.test(bare) || !URL.canParse(bare)) {
    throw new UsageError("Cannot use STORAGE_EMULATOR_HOST: it is no http or https URL");
  }
  return bare;
}

function hintFor(failure: HttpFailure): string | undefined {
  return failure instanceof RefusedReplyError
    ? "Check GOOGLE_APPLICATION_CREDENTIALS, and that its account may list and read the bucket (Storage Object Viewer)"
    : undefined;
}
