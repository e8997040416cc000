/**
 * The endpoints that give an artifact's bytes: which of them are there depends on the server, and on what stands before it.
 * @module
 */
import { encode, queryOf } from "../endpoints/client.ts";
import type { Dialect } from "../endpoints/dialect.ts";

/** Where an artifact is, as its listing told it. */
export interface ArtifactLocation {
  /** Whose it is: a run's, or an MLflow 3 logged model's. */
  readonly owner: "run" | "model";
  /** Id of the run or model. */
  readonly id: string;
  /** The URI of the run's or model's artifacts: "mlflow-artifacts:/1/…", "s3://…"; "" where the server did not tell. */
  readonly rootUri: string;
  /** Below that. */
  readonly path: string;
  /** Bytes; null where the listing does not tell. */
  readonly size: number | null;
}

/** One endpoint. */
export interface Way {
  /** Its name in messages. */
  readonly name: string;
  /** Path and query of an artifact; undefined where no artifact like it is had this way. */
  readonly pathTo: (location: ArtifactLocation, dialect: Dialect) => string | undefined;
}

/** All of them, in the order in which they are tried. */
export const WAYS: readonly Way[] = [
  {
    // Works whatever store the server keeps artifacts in, tells the length and heeds Range on all versions.
    name: "get-artifact",
    pathTo: ({ owner, id, path }, { prefix }) =>
      owner === "run" ? `${prefix}/get-artifact${queryOf({ run_uuid: id, path })}` : undefined,
  },
  {
    // The same for models.
    name: "logged-models/artifacts/files",
    pathTo: ({ owner, id, path }, { ajaxPath }) => {
      const query = queryOf({ artifact_file_path: path });
      return owner === "model" ? `${ajaxPath}/logged-models/${encode(id)}/artifacts/files${query}` : undefined;
    },
  },
  {
    // Below the API, which is all that some gateways let through. On 2.x it neither tells the length nor heeds Range.
    name: "mlflow-artifacts",
    pathTo: ({ rootUri, path }, { apiPath }) => {
      // A URI without a host names a path on the tracking server itself.
      const root = /^mlflow-artifacts:(?:\/\/)?(\/[^/].*)$/.exec(rootUri)?.[1];
      if (root === undefined) return undefined;
      return `${apiPath}-artifacts/artifacts${`${root}/${path}`.split("/").map(encode).join("/")}`;
    },
  },
  {
    // FastTrackML's.
    name: "artifacts/get",
    pathTo: ({ owner, id, path }, { apiPath }) =>
      owner === "run" ? `${apiPath}/artifacts/get${queryOf({ run_id: id, path })}` : undefined,
  },
];
