import assert from "node:assert/strict";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { UsageError } from "../../../../../lib/errors.ts";
import { HttpError, RedirectError, RefusedReplyError } from "../../../../../lib/http/failure/errors.ts";
import { openGoogle } from "../../../../../lib/mlflow/artifacts/objects/google/kind.ts";
import type { OpenKind } from "../../../../../lib/mlflow/artifacts/objects/store.ts";
import { assertAllNames, OBJECTS, read, withKind } from "../lab.ts";
import { startGoogle } from "./server.ts";

const BUCKET = { scheme: "gs", authority: "bucket" };

/** A pair of keys, and the private one as Google writes it. */
async function makeKeys(): Promise<{ readonly publicKey: CryptoKey; readonly pem: string }> {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048 };
  const exponent = { publicExponent: new Uint8Array([1, 0, 1]) };
  const keys = await crypto.subtle.generateKey({ ...algorithm, ...exponent }, true, ["sign", "verify"]);
  const bytes = new Uint8Array(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  const lines = bytes.toBase64().match(/.{1,64}/g)?.join("\n");
  return { publicKey: keys.publicKey, pem: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n` };
}

const KEYS = await makeKeys();

function serviceAccount(url: string): Record<string, string> {
  return {
    type: "service_account",
    client_email: "robot@project.iam.gserviceaccount.com",
    private_key_id: "key-1",
    private_key: KEYS.pem,
    token_uri: `${url}/token`,
  };
}

async function withFile(content: unknown, work: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "application_default_credentials.json");
    await Deno.writeTextFile(path, typeof content === "string" ? content : JSON.stringify(content));
    await work(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("openGoogle() lists all pages of a prefix of an emulator, and opens any name from any byte, as nobody", async () => {
  await using google = startGoogle({ objects: OBJECTS, pageSize: 2, isOpen: true });
  for (const given of [google.url, `${google.url}/`, google.host, `${google.host}/storage/v1/`]) {
    await withKind(openGoogle, { STORAGE_EMULATOR_HOST: given }, async ({ kind, list }) => {
      assert.equal(kind?.owner, google.url);
      await assertAllNames(await list(BUCKET, "1/r/artifacts/"));
      assert.deepEqual(await list(BUCKET, "none/"), []);
      await assert.rejects(list({ ...BUCKET, authority: "other" }, ""), HttpError);
      await assert.rejects(list({ ...BUCKET, authority: "a/../bucket" }, ""), HttpError);
    });
  }
  assert.ok(google.requests.every(({ headers }) => !headers.has("authorization")));
});

Deno.test("openGoogle() gives a packed file as it is stored", async () => {
  const packed = gzipSync("text ".repeat(100));
  await using google = startGoogle({ objects: { "a/f": packed, "a/g": "g" }, packed: ["a/f"], isOpen: true });
  await withKind(openGoogle, { STORAGE_EMULATOR_HOST: google.url }, async ({ list }) => {
    const [file] = await list(BUCKET, "a/");
    assert.deepEqual(await read(file), new Uint8Array(packed));
    assert.deepEqual(await read(file, 7), new Uint8Array(packed).slice(7));
  });
});

/** Opens Google's own storage, which is here. */
function at(url: string): OpenKind {
  return (options) => openGoogle(options, url);
}

Deno.test("openGoogle() signs in as a service account, and again before its token ends", async () => {
  await using google = startGoogle({ objects: OBJECTS, publicKey: KEYS.publicKey });
  await using brief = startGoogle({ objects: OBJECTS, publicKey: KEYS.publicKey, tokenSeconds: 30 });
  for (const server of [google, brief]) {
    await withFile(serviceAccount(server.url), async (path) => {
      await withKind(at(server.url), { GOOGLE_APPLICATION_CREDENTIALS: path }, async ({ kind, list, hidden, log }) => {
        assert.equal(kind?.owner, "Google");
        await assertAllNames(await list(BUCKET, "1/r/artifacts/"));
        assert.ok(hidden.includes(KEYS.pem));
        for (const token of server.tokens) assert.ok(hidden.includes(token));
        assert.ok(hidden.some((secret) => secret.split(".").length === 3), "the assertion is not hidden");
        assert.ok(!log.join().includes("token-of-google"));
      });
    });
  }
  assert.equal(google.tokens.length, 1);
  assert.equal(brief.tokens.length, 6);
});

Deno.test("openGoogle() signs in as who signed in by gcloud, by a variable or where gcloud keeps it", async () => {
  await using google = startGoogle({ objects: OBJECTS, refreshToken: "refresh-token" });
  const user = { type: "authorized_user", client_id: "client", client_secret: "client-secret" };
  const content = { ...user, refresh_token: "refresh-token", token_uri: `${google.url}/token` };
  await withFile(content, async (path) => {
    const home = await Deno.makeTempDir();
    await Deno.mkdir(join(home, ".config", "gcloud"), { recursive: true });
    await Deno.copyFile(path, join(home, ".config", "gcloud", "application_default_credentials.json"));
    const ways = [{ GOOGLE_APPLICATION_CREDENTIALS: path }, { CLOUDSDK_CONFIG: join(path, "..") }, { HOME: home }];
    for (const env of ways) {
      await withKind(at(google.url), env, async ({ list, hidden }) => {
        await assertAllNames(await list(BUCKET, "1/r/artifacts/"));
        assert.ok(["client-secret", "refresh-token", google.tokens.at(-1)!].every((each) => hidden.includes(each)));
      });
    }
    await Deno.remove(home, { recursive: true });
  });
});

Deno.test("openGoogle() signs in as the machine where there is nothing else, and only where that is Google's", async () => {
  await using google = startGoogle({ objects: OBJECTS });
  await using other = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen(): void {} }, () => new Response("latest"));
  const machine = { NO_GCE_CHECK: "", GCE_METADATA_HOST: google.host };
  await withKind(at(google.url), { ...machine, HTTP_PROXY: "http://127.0.0.1:1", NO_PROXY: "h" }, ({ kind }) => {
    assert.ok(kind, "the metadata server was asked by the proxy");
  });
  await withKind(at(google.url), machine, async ({ list }) => {
    await assertAllNames(await list(BUCKET, "1/r/artifacts/"));
  });
  for (const host of [`127.0.0.1:${other.addr.port}`, "127.0.0.1:1"]) {
    await withKind(at(google.url), { ...machine, GCE_METADATA_HOST: host }, ({ kind }) => {
      assert.equal(kind, null);
    });
  }
  const before = google.requests.length;
  await withKind(at(google.url), { ...machine, NO_GCE_CHECK: "true" }, ({ kind }) => {
    assert.equal(kind, null);
  });
  assert.equal(google.requests.length, before);
});

Deno.test("openGoogle() says which file is of no use, and nothing of what is in it", async () => {
  const secret = "hush-hush";
  const files = [
    `{"private_key": "${secret}`,
    "[]",
    { type: "external_account", secret },
    { type: "service_account", private_key: secret },
    { ...serviceAccount("ftp://h"), private_key: secret },
  ];
  for (const content of files) {
    await withFile(content, async (path) => {
      const opened = withKind(openGoogle, { GOOGLE_APPLICATION_CREDENTIALS: path }, () => {});
      await assert.rejects(opened, (error: unknown) => {
        return error instanceof UsageError && error.message.includes(path) && !error.message.includes(secret);
      });
    });
  }
  const missing = withKind(openGoogle, { GOOGLE_APPLICATION_CREDENTIALS: "/none" }, () => {});
  await assert.rejects(missing, UsageError);
});

Deno.test("openGoogle() tells what the sign-in refuses, once, and a key that is none", async () => {
  await using google = startGoogle({
    objects: {},
    refusal: () =>
      Response.json({ error: "invalid_grant", error_description: "Invalid JWT Signature." }, { status: 400 }),
  });
  await withFile(serviceAccount(google.url), async (path) => {
    await withKind(at(google.url), { GOOGLE_APPLICATION_CREDENTIALS: path }, async ({ list }) => {
      await assert.rejects(list(BUCKET, ""), (error: unknown) => {
        return error instanceof HttpError && /sign-in .* 400.*Invalid JWT Signature/.test(error.message) &&
          error.hint?.includes("GOOGLE_APPLICATION_CREDENTIALS") === true;
      });
    });
  });
  assert.equal(google.requests.length, 1);
  await withFile({ ...serviceAccount(google.url), private_key: "hush-hush" }, async (path) => {
    await withKind(at(google.url), { GOOGLE_APPLICATION_CREDENTIALS: path }, async ({ list }) => {
      await assert.rejects(list(BUCKET, ""), {
        message: "Cannot sign in to Google: the private_key of the service account is no key",
      });
    });
  });
  await using closed = startGoogle({ objects: {} });
  await withKind(openGoogle, { STORAGE_EMULATOR_HOST: closed.url }, async ({ list }) => {
    await assert.rejects(list(BUCKET, ""), RefusedReplyError);
  });
});

Deno.test("openGoogle() signs in nowhere but where the account's file says, whatever that answers", async () => {
  const seen: string[] = [];
  await using other = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen(): void {} }, (request) => {
    seen.push(request.url);
    return Response.json({ access_token: "token" });
  });
  for (const status of [302, 307, 308]) {
    const headers = { location: `http://127.0.0.1:${other.addr.port}/token` };
    await using google = startGoogle({ objects: {}, refusal: () => new Response(null, { status, headers }) });
    await withFile(serviceAccount(google.url), async (path) => {
      await withKind(at(google.url), { GOOGLE_APPLICATION_CREDENTIALS: path }, async ({ list }) => {
        await assert.rejects(list(BUCKET, ""), RedirectError);
      });
    });
  }
  assert.deepEqual(seen, []);
});

Deno.test("openGoogle() takes what answers as no storage of Google's for what it is", async () => {
  await using other = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen(): void {} }, () => Response.json({}));
  await withKind(openGoogle, { STORAGE_EMULATOR_HOST: `127.0.0.1:${other.addr.port}` }, async ({ list }) => {
    await assert.rejects(list(BUCKET, ""), /no Google Cloud Storage/);
  });
  await assert.rejects(withKind(openGoogle, { STORAGE_EMULATOR_HOST: "ftp://h" }, () => {}), UsageError);
});
