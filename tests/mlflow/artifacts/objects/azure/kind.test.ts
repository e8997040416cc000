import assert from "node:assert/strict";
import type { Environment } from "../../../../../lib/environment.ts";
import { UsageError } from "../../../../../lib/errors.ts";
import { RefusedReplyError } from "../../../../../lib/http/failure/errors.ts";
import { openAzure } from "../../../../../lib/mlflow/artifacts/objects/azure/kind.ts";
import type { OpenKind } from "../../../../../lib/mlflow/artifacts/objects/store.ts";
import { assertAllNames, OBJECTS, textOf, withKind } from "../lab.ts";
import { startAzure } from "./server.ts";

/** Base64 of a sentence, and a signature that nobody made. */
const KEY = "YSBrZXkgb2YgdGhlIHRlc3RzLCB3aGljaCBpcyBub25l";
const SIGNATURE = "c2lnbmF0dXJlLW9mLW5vYm9keQ==";
const SAS = `sv=2021-08-06&sp=rl&sig=${encodeURIComponent(SIGNATURE)}`;

const APPLICATION = { AZURE_TENANT_ID: "tenant", AZURE_CLIENT_ID: "client", AZURE_CLIENT_SECRET: "client~secret" };

const WASBS = { scheme: "wasbs", authority: "box@acct.blob.core.windows.net" };
const ABFSS = { scheme: "abfss", authority: "box@acct.dfs.core.windows.net" };

/** Opens Azure's own storage, which is here. */
function at(url: string): OpenKind {
  return (options) =>
    openAzure(options, ({ account, suffix }) => {
      assert.deepEqual([account, suffix], ["acct", "core.windows.net"]);
      return url;
    });
}

function connectionTo(url: string, more = `AccountKey=${KEY}`): Environment {
  return { AZURE_STORAGE_CONNECTION_STRING: `AccountName=acct;BlobEndpoint=${url}/;${more};` };
}

Deno.test("openAzure() lists all pages of a prefix, without a lake's folders, and opens any blob from any byte", async () => {
  const folders = ["1/r/artifacts/sub", "1/r/artifacts/sub/deep"];
  await using azure = startAzure({ objects: OBJECTS, folders, pageSize: 2 });
  for (const place of [WASBS, ABFSS]) {
    await withKind(openAzure, connectionTo(azure.url), async ({ kind, list }) => {
      assert.equal(kind?.owner, azure.url);
      await assertAllNames(await list(place, "1/r/artifacts/"));
      assert.deepEqual(await list(place, "none/"), []);
    });
  }
  await using odd = startAzure({ objects: { "a/\uffff%.txt": "odd" } });
  await withKind(openAzure, connectionTo(odd.url), async ({ list }) => {
    const [file] = await list(WASBS, "a/");
    assert.deepEqual([file?.path, await textOf(file)], ["\uffff%.txt", "odd"]);
  });
});

Deno.test("openAzure() goes in by the variables in the order of MLflow's own clients", async () => {
  const all = { ...APPLICATION, AZURE_STORAGE_ACCESS_KEY: KEY, AZURE_STORAGE_SAS_TOKEN: `?${SAS}` };
  const connection = (url: string): Environment => ({ ...all, ...connectionTo(url, `AccountKey=${btoa("other")}`) });
  const without = (...names: (keyof typeof all)[]): Environment =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name as keyof typeof all)));
  const shared = /^SharedKey acct:/;
  const cases: [string, typeof WASBS, (url: string) => Environment, RegExp | null][] = [
    ["connection", WASBS, connection, shared],
    ["key", WASBS, () => all, shared],
    ["application", WASBS, () => without("AZURE_STORAGE_ACCESS_KEY"), /^Bearer token-of-azure-0$/],
    ["signature", WASBS, () => ({ AZURE_STORAGE_SAS_TOKEN: SAS }), null],
    ["signature", ABFSS, connection, null],
    ["application", ABFSS, () => without("AZURE_STORAGE_SAS_TOKEN"), /^Bearer token-of-azure-0$/],
    ["key", ABFSS, () => ({ AZURE_STORAGE_ACCESS_KEY: KEY }), shared],
    ["signature of a connection", ABFSS, (url) => connectionTo(url, `SharedAccessSignature=${SAS}`), null],
  ];
  for (const [what, place, envAt, authorization] of cases) {
    await using azure = startAzure({
      objects: { "a/f": "f" },
      signIn: (form) => form.get("client_id") === "client" && form.get("client_secret") === "client~secret",
    });
    const env: Environment = { ...envAt(azure.url), AZURE_AUTHORITY_HOST: azure.url };
    await withKind(at(azure.url), env, async ({ list, log, hidden }) => {
      const [file] = await list(place, "a/");
      assert.equal(await textOf(file), "f", what);
      const asked = azure.requests.filter(({ url }) => url.pathname.startsWith("/box"));
      for (const { url, headers } of asked) {
        const given = headers.get("authorization");
        if (authorization === null) assert.deepEqual([given, url.searchParams.get("sig")], [null, SIGNATURE], what);
        else assert.ok(authorization.test(given ?? "") && !url.search.includes("sig="), `${what}: ${given}`);
      }
      for (const secret of [KEY, SIGNATURE, encodeURIComponent(SIGNATURE), "client~secret", "token-of-azure"]) {
        assert.ok(!log.join().includes(secret), `${what}: ${secret} is in the log`);
      }
      const used = Object.entries(env).filter(([name]) => /KEY|SECRET/.test(name)).map(([, value]) => value);
      assert.ok([...used, ...azure.tokens].every((secret) => hidden.includes(secret ?? "")), what);
      if (env["AZURE_STORAGE_SAS_TOKEN"] || what.includes("of a")) assert.ok(hidden.includes(SIGNATURE), what);
    });
  }
});

Deno.test("openAzure() signs in by the token of a pod, read anew each time", async () => {
  await using azure = startAzure({
    objects: { "a/f": "f" },
    signIn: (form) =>
      form.get("client_assertion") === "assertion" && /jwt-bearer$/.test(form.get("client_assertion_type") ?? ""),
  });
  const file = await Deno.makeTempFile();
  const { AZURE_CLIENT_SECRET: _secret, ...application } = APPLICATION;
  const env = { ...application, AZURE_FEDERATED_TOKEN_FILE: file, AZURE_AUTHORITY_HOST: `${azure.url}/` };
  await withKind(at(azure.url), env, async ({ list, hidden }) => {
    await assert.rejects(list(WASBS, "a/"), UsageError);
    await Deno.writeTextFile(file, "assertion\n");
    assert.equal((await list(WASBS, "a/")).length, 1);
    assert.ok(hidden.includes("assertion"));
  });
  await Deno.remove(file);
});

Deno.test("openAzure() sends nothing to a host that is not Azure's, whatever a server calls an account", async () => {
  await withKind(
    openAzure,
    { AZURE_STORAGE_ACCESS_KEY: KEY, AZURE_STORAGE_SAS_TOKEN: SAS, ...APPLICATION },
    ({ kind }) => {
      for (const scheme of ["wasbs", "abfss"]) {
        for (
          const authority of [
            "box@acct.blob.core.windows.net.evil.example",
            "box@evil.example",
            "box@acct.evil.example",
            "box@evil.example:80@acct.blob.core.windows.net",
            "acct.blob.core.windows.net",
            scheme === "wasbs" ? ABFSS.authority : WASBS.authority,
          ]
        ) assert.equal(kind?.open({ scheme, authority }), null, authority);
      }
    },
  );
});

Deno.test("openAzure() takes a signature along to no other server, and into no message", async () => {
  const seen: string[] = [];
  await using other = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen(): void {} }, (request) => {
    seen.push(`${request.url} ${[...request.headers.values()]}`);
    return new Response("elsewhere");
  });
  await using azure = startAzure({ objects: { "a/f": "f" }, elsewhere: `http://127.0.0.1:${other.addr.port}/f` });
  await withKind(at(azure.url), { AZURE_STORAGE_SAS_TOKEN: SAS }, async ({ list }) => {
    const [file] = await list(WASBS, "a/");
    assert.equal(await textOf(file), "elsewhere");
  });
  assert.ok(seen.length === 1 && !seen[0]?.includes("sig="), seen.join());
  await using closed = startAzure({ objects: {}, letsIn: () => false });
  await withKind(at(closed.url), { AZURE_STORAGE_SAS_TOKEN: SAS }, async ({ list, log }) => {
    await assert.rejects(list(WASBS, "a/"), (error: unknown) => {
      return error instanceof RefusedReplyError && !`${error.message}${error.hint}`.includes("sig=");
    });
    assert.ok(log.length > 0 && !log.join().includes("sig="));
  });
});

Deno.test("openAzure() says which variable is of no use, and not what is in it", async () => {
  const wrong: Environment[] = [
    { AZURE_STORAGE_CONNECTION_STRING: "hush-hush" },
    { AZURE_STORAGE_CONNECTION_STRING: "AccountName=acct;secret=hush-hush" },
    { AZURE_STORAGE_CONNECTION_STRING: "BlobEndpoint=ftp://h;AccountName=acct;AccountKey=hush-hush" },
    { ...APPLICATION, AZURE_CLIENT_SECRET: "hush-hush", AZURE_AUTHORITY_HOST: "http://" },
  ];
  for (const env of wrong) {
    await assert.rejects(
      withKind(async (options) => await openAzure(options), env, () => {}),
      (error: unknown) => {
        return error instanceof UsageError && error.message.startsWith("Cannot use AZURE_") &&
          !error.message.includes("hush");
      },
    );
  }
  await withKind(openAzure, { AZURE_STORAGE_ACCESS_KEY: "?" }, ({ kind }) => {
    assert.throws(() => kind?.open(WASBS), /Cannot use AZURE_STORAGE_ACCESS_KEY/);
  });
  await withKind(openAzure, {}, ({ kind }) => assert.equal(kind, null));
});

Deno.test("openAzure() takes what answers as no Azure, and half a page, for what they are", async () => {
  for (const body of ["<html>", '<?xml version="1.0"?><EnumerationResults><Blobs></Blobs>']) {
    await using other = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen(): void {} }, () => new Response(body));
    await withKind(openAzure, connectionTo(`http://127.0.0.1:${other.addr.port}`), async ({ list }) => {
      await assert.rejects(list(WASBS, ""), /is no Azure/);
    });
  }
});
