/** Stores of objects in this process, and an MLflow whose runs' artifacts are in them. */
import { type MlflowSandbox, startMlflowSandbox } from "../../../sandbox/mlflow/mod.ts";
import { World } from "../../../sandbox/world/mod.ts";
import { startAzure } from "../../mlflow/artifacts/objects/azure/server.ts";
import { startGoogle } from "../../mlflow/artifacts/objects/google/server.ts";
import { startS3 } from "../../mlflow/artifacts/objects/s3/server.ts";
import { QUICK } from "../program.ts";

/** A kind of store, and how the program is led to one. */
export interface StoreKind {
  /** "s3://bucket" */
  readonly place: string;
  readonly start: (
    objects: Readonly<Record<string, string | Uint8Array>>,
  ) => { readonly url: string } & AsyncDisposable;
  readonly envAt: (url: string) => Readonly<Record<string, string>>;
}

/** Each of them. */
export const STORE_KINDS: readonly StoreKind[] = [
  {
    place: "s3://bucket",
    start: (objects) => startS3({ objects }),
    envAt: (url) => ({ MLFLOW_S3_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "hush-hush" }),
  },
  {
    place: "gs://bucket",
    start: (objects) => startGoogle({ objects, isOpen: true }),
    envAt: (url) => ({ STORAGE_EMULATOR_HOST: url }),
  },
  {
    place: "wasbs://box@acct.blob.core.windows.net",
    start: (objects) => startAzure({ objects }),
    envAt: (url) => connectionTo(url, `AccountKey=${btoa("hush-hush")}`),
  },
];

/** Variables that lead to an Azure at a URL. */
export function connectionTo(url: string, credential: string): Readonly<Record<string, string>> {
  return { AZURE_STORAGE_CONNECTION_STRING: `AccountName=acct;BlobEndpoint=${url};${credential}` };
}

/** Variables of every run here: nothing of this machine's is looked for. */
export const ALONE = { ...QUICK, HOME: "/nonexistent", NO_GCE_CHECK: "true", MLFLOW_HTTP_REQUEST_MAX_RETRIES: "1" };

/** The id of the one run. */
export const RUN_ID = "ab".repeat(16);

/** Starts an MLflow with a run whose artifacts are in a store, and which does not hand them out. */
export async function startMlflowWith(place: string): Promise<MlflowSandbox> {
  const world = new World();
  world.addRun({ id: RUN_ID, experimentId: "0", artifactUri: `${place}/0/${RUN_ID}/artifacts` });
  return await startMlflowSandbox({
    world,
    faults: [{
      match: ({ path }) => path.includes("artifacts/list"),
      action: { kind: "status", status: 500, body: "no" },
    }],
  });
}

/** The key of an object among the run's artifacts. */
export function keyOf(path: string): string {
  return `0/${RUN_ID}/artifacts/${path}`;
}
