/** Large files from stores of objects whose connections break in the middle: gone on with where each broke off. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { runHere, temporaryFolder } from "../program.ts";
import { startCutting } from "./cutting.ts";
import { ALONE, keyOf, RUN_ID, startMlflowWith, STORE_KINDS } from "./stores.ts";

const MIB = 1 << 20;

/** Bytes of which none are like others at another place, or of another seed. */
function bytesOf(length: number, seed = 2_654_435_761): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Uint32Array.from({ length: length / 4 }, (_, index) => Math.imul(index, seed)).buffer);
}

for (const { place, start, envAt } of STORE_KINDS) {
  Deno.test(`a large file in ${place} is gone on with where the connection broke off, and never began anew`, async () => {
    const large = bytesOf(8 * MIB);
    await using store = start({ [keyOf("large.bin")]: large, [keyOf("small.txt")]: "small" });
    await using proxy = startCutting(store.url, { after: 2 * MIB, cuts: 3 });
    await using mlflow = await startMlflowWith(place);
    await using folder = await temporaryFolder();
    const args = ["export", "--tracking-url", mlflow.url, "--base-dir", folder.path, "--download-artifacts"];
    const { exitCode, stdout, stderr } = await runHere(args, { env: { ...ALONE, ...envAt(proxy.url) } });
    await mlflow.close();
    assert.equal(exitCode, 0, stdout + stderr);
    assert.equal(proxy.cuts, 3);
    assert.ok(proxy.bytes < 1.3 * large.length, `${proxy.bytes} bytes came`);
    const [name = ""] = [...Deno.readDirSync(folder.path)].map((entry) => entry.name);
    const files = join(folder.path, name, "artifacts", RUN_ID);
    assert.deepEqual(await Deno.readFile(join(files, "large.bin")), large);
    assert.equal(await Deno.readTextFile(join(files, "small.txt")), "small");
  });

  Deno.test(`a large file in ${place} that is written again while it comes is the new one, and no mixture`, async () => {
    const objects = { [keyOf("large.bin")]: bytesOf(8 * MIB) };
    const written = bytesOf(8 * MIB, 40_503);
    await using store = start(objects);
    const onCut = (): void => void (objects[keyOf("large.bin")] = written);
    await using proxy = startCutting(store.url, { after: 2 * MIB, cuts: 1, onCut });
    await using mlflow = await startMlflowWith(place);
    await using folder = await temporaryFolder();
    const args = ["export", "--tracking-url", mlflow.url, "--base-dir", folder.path, "--download-artifacts"];
    const { exitCode, stdout, stderr } = await runHere(args, { env: { ...ALONE, ...envAt(proxy.url) } });
    await mlflow.close();
    assert.equal(exitCode, 0, stdout + stderr);
    const [name = ""] = [...Deno.readDirSync(folder.path)].map((entry) => entry.name);
    const file = await Deno.readFile(join(folder.path, name, "artifacts", RUN_ID, "large.bin"));
    assert.ok(file.every((byte, index) => byte === written[index]), "it is not what was written at last");
  });
}
