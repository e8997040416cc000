import assert from "node:assert/strict";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Environment } from "../../../lib/environment.ts";
import { AppError, UnreachableError } from "../../../lib/errors.ts";
import type { Logger } from "../../../lib/logger.ts";
import { DirectStores } from "../../../lib/mlflow/artifacts/direct.ts";
import { run } from "../../source/fake_source.ts";
import { startAzure } from "./objects/azure/server.ts";
import { startGoogle } from "./objects/google/server.ts";
import { read, textOf } from "./objects/lab.ts";
import { type S3Server, type S3ServerOptions, startS3 } from "./objects/s3/server.ts";

const KEYS = { AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "hush-hush" };

interface Lab {
  readonly stores: DirectStores;
  readonly s3: S3Server;
  readonly log: string[];
  readonly hidden: string[];
}

async function withS3(
  options: S3ServerOptions,
  work: (lab: Lab) => Promise<void>,
  env: Environment = KEYS,
): Promise<void> {
  await using s3 = startS3(options);
  const log: string[] = [];
  const hidden: string[] = [];
  const keep = (message: string): void => void log.push(message);
  const logger: Logger = { debug(): void {}, info: keep, warn: keep, error: keep };
  const stores = new DirectStores({
    env: { HOME: "/nonexistent", NO_GCE_CHECK: "true", MLFLOW_S3_ENDPOINT_URL: `${s3.url}/`, ...env },
    logger,
    hide: (secrets) => void hidden.push(...secrets),
    retry: { retries: 0 },
  });
  try {
    await work({ stores, s3, log, hidden });
  } finally {
    await stores.close();
  }
}

Deno.test("DirectStores lists all pages of a prefix, and opens any key from any byte", async () => {
  const names = ["a b+c (é)!*'.txt", "sub/<&>%2F.txt", "sub/deep/☃\r", "z"];
  const objects = Object.fromEntries(names.map((name) => [`1/r/artifacts/${name}`, `text of ${name}`]));
  const others = { "1/r/artifacts/": "", "1/r/artifacts/sub/": "", "1/r/artifacts2/x": "x", "1/r": "r" };
  await withS3({ objects: { ...objects, ...others }, pageSize: 2 }, async ({ stores, s3 }) => {
    for (const uri of ["s3://bucket/1/r/artifacts", "s3://bucket/1/r/artifacts/", "s3a://bucket/1/r/artifacts"]) {
      const files = await stores.list(uri);
      assert.deepEqual(
        files?.map(({ path, size }) => [path, size]),
        names.toSorted().map((name) => [name, new TextEncoder().encode(`text of ${name}`).length]),
      );
      for (const file of files ?? []) assert.equal(await textOf(file), `text of ${file.path}`);
      assert.equal(await textOf(files?.at(-1), 5), "of z");
    }
    assert.ok(
      s3.requests.every(({ headers }) => headers.get("authorization")?.startsWith("AWS4-HMAC-SHA256 Credential=AKID/")),
    );
    assert.ok(s3.requests.every(({ headers }) => ![...headers.values()].join().includes("hush")));
    assert.deepEqual(await stores.list("s3://bucket/none"), []);
    for (const uri of ["gs://bucket/a", "mlflow-artifacts:/1", "/a/b", "file:///a", "s3:///a"]) {
      assert.equal(await stores.list(uri), null);
    }
  });
});

Deno.test("DirectStores gives a packed file as it is stored", async () => {
  const packed = gzipSync("text ".repeat(100));
  const options = { objects: { "a/f.gz": packed }, encodings: { "a/f.gz": "gzip" } };
  await withS3(options, async ({ stores }) => {
    const [file] = await stores.list("s3://bucket/a") ?? [];
    assert.deepEqual(await read(file), new Uint8Array(packed));
    assert.deepEqual(await read(file, 7), new Uint8Array(packed).slice(7));
  });
});

Deno.test("DirectStores reads a page of long names whole, and takes none for one that is not", async () => {
  const objects = Object.fromEntries(Array.from({ length: 1500 }, (_, index) => [`a/${index}-${"&".repeat(250)}`, ""]));
  await withS3({ objects }, async ({ stores, log }) => {
    assert.equal((await stores.list("s3://bucket/a"))?.length, 1500, log.join());
  });
  await withS3({ objects, cutsPagesAt: 10_000 }, async ({ stores, log }) => {
    assert.equal(await stores.list("s3://bucket/a"), null);
    assert.match(log.join(), /Cannot read the artifacts in s3:\/\/bucket/);
  });
});

Deno.test("DirectStores goes to the region that a bucket is in", async () => {
  await withS3({ objects: { "a/f": "f" }, region: "eu-north-1" }, async ({ stores, s3 }) => {
    const [file] = await stores.list("s3://bucket/a") ?? [];
    assert.equal(await textOf(file), "f");
    assert.equal(s3.requests.length, 3);
  });
});

Deno.test("DirectStores leaves a bucket that does not let it in to the server, and says so once", async () => {
  for (const status of [401, 403, 404, 500, 200]) {
    const options = { objects: {}, ...status === 200 ? {} : { status } };
    await withS3(options, async ({ stores, s3, log }) => {
      const uri = status === 200 ? "s3://other/1" : "s3://bucket/1";
      assert.equal(await stores.list(uri), null);
      assert.equal(await stores.list(uri), null);
      assert.equal(s3.requests.length, 1);
      assert.equal(log.filter((line) => line.includes("Cannot read the artifacts in s3://")).length, 1);
      assert.ok(!log.join().includes("hush"));
    });
  }
});

Deno.test("DirectStores goes by the server without a key, and with one that cannot be used", async () => {
  for (const env of [{}, { AWS_ACCESS_KEY_ID: "half" }, { ...KEYS, MLFLOW_S3_ENDPOINT_URL: "nowhere" }]) {
    await withS3({ objects: { "a/f": "f" } }, async ({ stores, s3, log }) => {
      assert.equal(await stores.list("s3://bucket/a"), null);
      assert.equal(await stores.list("s3://bucket/a"), null);
      assert.equal(s3.requests.length, 0);
      assert.equal(log.length, Object.keys(env).length === 0 ? 0 : 1, log.join());
    }, env);
  }
  await withS3({ objects: {} }, async ({ stores, hidden }) => {
    await stores.list("s3://bucket/a");
    assert.deepEqual(hidden, ["hush-hush"]);
  });
});

Deno.test("DirectStores finds Google's and Azure's stores by their schemes, and decodes a lake's path alone", async () => {
  const objects = { "a b/f": "f", "a%20b/f": "%" };
  await using google = startGoogle({ objects, isOpen: true });
  await using azure = startAzure({ objects });
  const connection = `AccountName=acct;AccountKey=${btoa("key")};BlobEndpoint=${azure.url}`;
  const env = { STORAGE_EMULATOR_HOST: google.url, AZURE_STORAGE_CONNECTION_STRING: connection };
  await withS3({ objects: {} }, async ({ stores, log, hidden }) => {
    for (
      const [uri, text] of [
        ["gs://bucket/a%20b", "%"],
        ["GS://bucket/a%20b/", "%"],
        ["wasbs://box@acct.blob.core.windows.net/a%20b", "%"],
        ["abfss://box@acct.dfs.core.windows.net/a%20b", "f"],
        ["abfss://box@acct.dfs.core.windows.net//a b/", "f"],
      ] as const
    ) {
      const files = await stores.list(uri);
      assert.deepEqual(files?.map(({ path, size }) => [path, size]), [["f", 1]], uri);
      assert.equal(await textOf(files?.[0]), text, uri);
    }
    assert.equal(await stores.list("abfss://box@acct.dfs.evil.example/a"), null);
    assert.equal(log.length, 2, log.join());
    assert.ok(hidden.includes(btoa("key")));
  }, env);
});

Deno.test("DirectStores rejects when it is aborted", async () => {
  await withS3({ objects: {} }, async ({ stores }) => {
    const reason = new Error("enough");
    await assert.rejects(stores.list("s3://bucket/a", AbortSignal.abort(reason)), reason);
  });
});

Deno.test("DirectStores lists here what a server does not find, of a run's own folder alone", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    const place = join(folder, "abc", "artifacts");
    await Deno.mkdir(place, { recursive: true });
    await Deno.writeTextFile(join(place, "f"), "here");
    await Deno.symlink("/etc/hostname", join(place, "link"));
    await withS3({ objects: {} }, async ({ stores, log }) => {
      for (const artifactUri of [place, `file://${place}`, `${place}/`]) {
        const files = await stores.listHere(run("abc", { artifactUri }));
        assert.deepEqual(files.map(({ path }) => path), ["f", "link"], artifactUri);
        assert.equal(await textOf(files[0]), "here");
        await assert.rejects(files[1]!.open(0), /refused/);
      }
      for (const artifactUri of [folder, "/etc", "abc/artifacts", `${place}/..`, "s3://b/abc/artifacts"]) {
        assert.deepEqual(await stores.listHere(run("abc", { artifactUri })), [], artifactUri);
      }
      assert.deepEqual(await stores.listHere(run("other", { artifactUri: place })), []);
      assert.equal(log.length, 1);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("DirectStores names where artifacts are that nobody hands out, a sentence a run and one at the end", async () => {
  const log: string[] = [];
  await withS3({ objects: {} }, async (lab) => {
    const error = new AppError("500");
    for (const uri of ["gs://b/1", "gs://b/2", "s3://b/1", "dbfs:/x"]) {
      assert.match(
        (lab.stores.missed(uri, error) as Error).message,
        /^the artifacts are at .*, and MLflow does not hand them out: 500$/,
      );
    }
    for (const uri of ["mlflow-artifacts:/1", "/a", "https://h/a"]) assert.equal(lab.stores.missed(uri, error), error);
    for (
      const [uri, hint] of [["wasbs://b@a/1", /AZURE_STORAGE_CONNECTION_STRING/], [
        "hdfs://h/1",
        /--serve-artifacts/,
      ]] as const
    ) {
      assert.match((lab.stores.missed(uri, error) as AppError).hint ?? "", hint);
    }
    const gone = new UnreachableError("gone");
    assert.equal(lab.stores.missed("gs://b/1", gone), gone);
    await lab.stores.close();
    log.push(...lab.log);
  });
  assert.equal(log.length, 5);
  assert.match(log[2] ?? "", /Artifacts of 1 runs are at dbfs:, .*databricks fs cp/);
  assert.match(
    log[0] ?? "",
    /Artifacts of 2 runs are at gs:\/\/b, .*GOOGLE_APPLICATION_CREDENTIALS.*--serve-artifacts/,
  );
  assert.match(log[1] ?? "", /Artifacts of 1 runs are at s3:\/\/b, .*AWS_ACCESS_KEY_ID/);
});
