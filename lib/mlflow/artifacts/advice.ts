/**
 * What to do about artifacts that are in nobody's reach, by where they are.
 * @module
 */

/** By scheme: how a store is read without MLflow. */
const CREDENTIALS: Readonly<Record<string, string>> = {
  s3: "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE (MLFLOW_S3_ENDPOINT_URL for a server of your own)",
  gs: "GOOGLE_APPLICATION_CREDENTIALS (or sign in by gcloud auth application-default login)",
  azure: "AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_ACCESS_KEY or AZURE_STORAGE_SAS_TOKEN, or AZURE_TENANT_ID, " +
    "AZURE_CLIENT_ID and AZURE_CLIENT_SECRET",
};

const SAME: Readonly<Record<string, string>> = { s3a: "s3", wasbs: "azure", abfss: "azure" };

/** Returns the variables to set for a store of a scheme, as the object of "set"; undefined where it is never read directly. */
export function credentialsFor(scheme: string): string | undefined {
  const name = scheme.toLowerCase();
  return CREDENTIALS[SAME[name] ?? name];
}

/** Returns what to do about the artifacts at a place ("s3://bucket", "dbfs:"), as a sentence without its capital and period. */
export function adviceFor(place: string): string {
  const scheme = place.split(":")[0]?.toLowerCase() ?? "";
  const credentials = credentialsFor(scheme);
  if (scheme === "dbfs") {
    return "Databricks' own tools fetch them: databricks fs cp -r, or mlflow.artifacts.download_artifacts() in a notebook";
  }
  const own = credentials === undefined ? "" : `set ${credentials}, for an account that may list and read it; or `;
  return `${own}start the server with --serve-artifacts and credentials for that place. Then go on with --resume`;
}
