import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { AppError } from "../../../lib/errors.ts";
import { listLocalArtifacts } from "../../../lib/mlflow/store/artifacts.ts";
import type { ArtifactFile } from "../../../lib/source/mod.ts";

async function withFolder(check: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await check(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function write(path: string, text: string): Promise<void> {
  await Deno.mkdir(join(path, ".."), { recursive: true });
  await Deno.writeTextFile(path, text);
}

async function read(file: ArtifactFile | undefined, fromByte = 0): Promise<string> {
  const body = await file?.open(fromByte);
  assert.equal(body?.fromByte, fromByte);
  const text = await new Response(body?.stream).text();
  assert.equal(body?.length, text.length);
  return text;
}

Deno.test("listLocalArtifacts() lists files by path, from a path, a file: URI, and a relative one", async () => {
  await withFolder(async (folder) => {
    const root = join(folder, "a b", "artifacts");
    await write(join(root, "model", "MLmodel"), "model");
    await write(join(root, "z.txt"), "0123456789");
    for (const uri of [root, pathToFileURL(root).href, "a b/artifacts", "file:a%20b/artifacts"]) {
      const files = await listLocalArtifacts(uri, { baseFolder: folder });
      assert.deepEqual(files.map(({ path, size }) => [path, size]), [["model/MLmodel", 5], ["z.txt", 10]], uri);
      assert.equal(await read(files[1]), "0123456789");
      assert.equal(await read(files[1], 4), "456789");
    }
    assert.deepEqual(await listLocalArtifacts(join(folder, "none")), []);
  });
});

Deno.test("listLocalArtifacts() never leaves the folder by a link", async () => {
  await withFolder(async (folder) => {
    const root = join(folder, "artifacts");
    await write(join(root, "in.txt"), "in");
    await write(join(folder, "secret", "key.txt"), "secret");
    await write(join(folder, "artifacts-too", "x.txt"), "beside");
    await Deno.symlink(join(folder, "secret"), join(root, "folder"));
    await Deno.symlink(join(folder, "secret", "key.txt"), join(root, "file"));
    await Deno.symlink(join(folder, "artifacts-too", "x.txt"), join(root, "beside"));
    await Deno.symlink(join(root, "in.txt"), join(root, "own"));
    await Deno.symlink(root, join(root, "loop"));
    const files = (await listLocalArtifacts(root)).filter(({ path }) => !path.startsWith("loop/"));
    const opened = await Promise.all(files.map(async (file): Promise<readonly [string, string]> => [
      file.path,
      await read(file).catch((error) => error.name),
    ]));
    assert.deepEqual(Object.fromEntries(opened), {
      "beside": "AppError",
      "file": "AppError",
      "folder": "AppError",
      "in.txt": "in",
      "own": "in",
    });
  });
});

Deno.test("listLocalArtifacts() says in one sentence why artifacts elsewhere are not there", async () => {
  for (const uri of ["mlflow-artifacts:/1/a/artifacts", "s3://bucket/a", "dbfs:/a"]) {
    await assert.rejects(listLocalArtifacts(uri), (error: unknown) => {
      return error instanceof AppError && error.message.includes(uri) && error.message.includes("--tracking-url");
    });
  }
});

Deno.test("listLocalArtifacts() puts a model into a folder of its name, or of its id too where that is taken", async () => {
  await withFolder(async (folder) => {
    await write(join(folder, "run", "taken"), "");
    await write(join(folder, "m1", "MLmodel"), "");
    await write(join(folder, "m2", "MLmodel"), "");
    const models = [
      { modelId: "m-1", name: "free", uri: join(folder, "m1") },
      { modelId: "m-2", name: "taken", uri: join(folder, "m2") },
    ];
    const files = await listLocalArtifacts(join(folder, "run"), { models });
    assert.deepEqual(files.map(({ path }) => path), ["taken", "free/MLmodel", "taken-m-2/MLmodel"]);
  });
});
