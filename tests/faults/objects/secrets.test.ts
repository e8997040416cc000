/** Servers of objects, and those that sign in to them, that say back what they were told: no secret is left anywhere. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { filesBelow } from "../../export/artifact_files.ts";
import { runHere, temporaryFolder } from "../program.ts";
import { ALONE, connectionTo, startMlflowWith } from "./stores.ts";

const KEY = btoa("account-key-of-the-tests");
const SIGNATURE = "c2lnbmF0dXJlK29mL25vYm9keQ==";
const SAS = `sv=2021-08-06&sp=rl&sig=${encodeURIComponent(SIGNATURE)}`;
const PEM = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" });

/** Who is there, and what is secret of it. */
interface Case {
  readonly place: string;
  /** @param url Of a server that says back all that it is told. @param folder For files. */
  readonly env: (url: string, folder: string) => Promise<Readonly<Record<string, string>>>;
  readonly secrets: readonly string[];
  /** What must be said. */
  readonly said: RegExp;
}

const APPLICATION = { AZURE_TENANT_ID: "tenant", AZURE_CLIENT_ID: "client" };

const AZURE = "wasbs://box@acct.blob.core.windows.net";

async function withAccount(folder: string, account: unknown): Promise<Readonly<Record<string, string>>> {
  const path = join(folder, "account.json");
  await Deno.writeTextFile(path, JSON.stringify(account));
  return { GOOGLE_APPLICATION_CREDENTIALS: path };
}

const CASES: Readonly<Record<string, Case>> = {
  "a key of Azure's": {
    place: AZURE,
    env: (url) => Promise.resolve(connectionTo(url, `AccountKey=${KEY}`)),
    secrets: [KEY],
    said: /Cannot read the artifacts in wasbs:\/\/box@acct.blob.core.windows.net directly: Azure answered .* 403/,
  },
  "a shared access signature": {
    place: AZURE,
    env: (url) => Promise.resolve(connectionTo(url, `SharedAccessSignature=${SAS}`)),
    secrets: [SAS, SIGNATURE],
    said: /directly: Azure answered .* 403/,
  },
  "an application of Azure's": {
    place: AZURE,
    env: (url) =>
      Promise.resolve({ ...APPLICATION, AZURE_CLIENT_SECRET: "client~secret/of+azure", AZURE_AUTHORITY_HOST: url }),
    secrets: ["client~secret/of+azure"],
    said: /directly: Microsoft's sign-in answered .* 403/,
  },
  "a pod of Azure's": {
    place: AZURE,
    env: async (url, folder) => {
      const path = join(folder, "token");
      await Deno.writeTextFile(path, "assertion-of-the-pod");
      return { ...APPLICATION, AZURE_FEDERATED_TOKEN_FILE: path, AZURE_AUTHORITY_HOST: url };
    },
    secrets: ["assertion-of-the-pod"],
    said: /directly: Microsoft's sign-in answered .* 403/,
  },
  "a service account of Google's": {
    place: "gs://bucket",
    env: (url, folder) =>
      withAccount(folder, {
        type: "service_account",
        client_email: "a@b",
        private_key: PEM,
        token_uri: `${url}/token`,
      }),
    secrets: [PEM.toString(), PEM.toString().split("\n")[1] ?? ""],
    said: /Cannot read the artifacts in gs:\/\/bucket directly: Google's sign-in answered .* 403/,
  },
  "a user of Google's": {
    place: "gs://bucket",
    env: (url, folder) =>
      withAccount(folder, {
        type: "authorized_user",
        client_id: "client",
        client_secret: "client-secret-of-google",
        refresh_token: "1//refresh-token",
        token_uri: `${url}/token`,
      }),
    secrets: ["client-secret-of-google", "1//refresh-token"],
    said: /directly: Google's sign-in answered .* 403/,
  },
};

/** Says back the address, the headers and the body of every request, and each token that ever was in one. */
function startEcho(heard: string[]): { readonly url: string } & AsyncDisposable {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen(): void {} }, async (request) => {
    const body = await request.text();
    const headers = [...request.headers.entries()].map(([name, value]) => `${name}: ${value}`);
    const told = [body, new URL(request.url).search, ...headers, decodeURIComponent(body)].join("\n");
    heard.push(told);
    return new Response(told, { status: 403 });
  });
  return { url: `http://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}

for (const [what, { place, env, secrets, said }] of Object.entries(CASES)) {
  Deno.test(`nothing of ${what} is shown or kept, whatever a server says back`, async () => {
    const heard: string[] = [];
    await using echo = startEcho(heard);
    await using mlflow = await startMlflowWith(place);
    await using folder = await temporaryFolder();
    const variables = await env(echo.url, folder.path);
    const base = join(folder.path, "base");
    const args = ["export", "--tracking-url", mlflow.url, "--base-dir", base, "--download-artifacts"];
    const outcome = await runHere([...args, "--log-level", "DEBUG"], { env: { ...ALONE, ...variables } });
    await mlflow.close();
    assert.equal(outcome.exitCode, 3, outcome.stderr);
    assert.ok(heard.length > 0, "nobody was asked");
    assert.match(outcome.stdout + outcome.stderr, said);
    // What a JWT is, is told by its three parts; it is longer than a server is quoted.
    const assertions = heard.join("\n").match(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g) ?? [];
    const claims = assertions.map((assertion) => assertion.split(".")[1]?.slice(0, 20) ?? "");
    const files = await filesBelow(base);
    const texts = await Promise.all(files.map((path) => Deno.readTextFile(join(base, path))));
    for (const text of [outcome.stdout, outcome.stderr, ...texts]) {
      for (const secret of [...secrets, ...claims]) {
        for (const form of [secret, encodeURIComponent(secret)]) {
          assert.ok(!text.includes(form), `${form} is in ${text}`);
        }
      }
    }
  });
}
