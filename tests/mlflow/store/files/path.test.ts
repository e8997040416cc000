import assert from "node:assert/strict";
import { folderOf } from "../../../../lib/mlflow/store/files/path.ts";

Deno.test("folderOf() finds the folder that MLflow's client finds", () => {
  const folders: readonly (readonly [uri: string, folder: string])[] = [
    ["./mlruns", "./mlruns"],
    ["mlruns", "mlruns"],
    ["/abs/mlruns", "/abs/mlruns"],
    ["/a b/100%", "/a b/100%"],
    ["/a%20b/%E2%98%83", "/a b/☃"],
    ["file:mlruns", "mlruns"],
    ["file:./mlruns", "./mlruns"],
    ["file:/abs/mlruns", "/abs/mlruns"],
    ["file:///abs/ml%20runs", "/abs/ml runs"],
    ["file://localhost/abs/mlruns", "/abs/mlruns"],
    ["FILE:///abs", "/abs"],
  ];
  for (const [uri, folder] of folders) assert.equal(folderOf(uri, "linux"), folder, uri);
});

Deno.test("folderOf() finds folders of Windows", () => {
  const folders: readonly (readonly [uri: string, folder: string])[] = [
    ["C:\\mlruns", "C:\\mlruns"],
    ["C:/mlruns", "C:/mlruns"],
    [".\\mlruns", ".\\mlruns"],
    ["file:///C:/ml%20runs", "C:\\ml runs"],
    ["file:C:/mlruns", "C:\\mlruns"],
    ["file://host/share/mlruns", "\\\\host\\share\\mlruns"],
  ];
  for (const [uri, folder] of folders) assert.equal(folderOf(uri, "win32"), folder, uri);
});
