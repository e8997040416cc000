/**
 * The variables besides those of the options: MLflow's own ways of signing in, and the proxies.
 * They are read from the environment and from --env-file alike.
 * @module
 */

import type { CommandName } from "./commands.ts";

/** One variable that is not an option's. */
export interface VariableSpec {
  /** As it stands in the environment. */
  readonly name: string;
  /** One sentence without its period, beginning with a capital. */
  readonly about: string;
  /** The commands it matters to. */
  readonly commands: readonly CommandName[];
  /** Its value must never be shown. @default {false} */
  readonly secret?: boolean;
}

const EXPORTING: readonly CommandName[] = ["plain", "export", "sync", "plan", "doctor"];
const ALL: readonly CommandName[] = ["plain", "export", "import", "sync", "plan", "doctor"];

/** Every such variable, under MLflow's own names and the usual names of proxies. */
export const VARIABLES: readonly VariableSpec[] = [
  { name: "MLFLOW_TRACKING_USERNAME", about: "User for MLflow's basic authentication", commands: EXPORTING },
  {
    name: "MLFLOW_TRACKING_PASSWORD",
    about: "Password for MLflow's basic authentication",
    commands: EXPORTING,
    secret: true,
  },
  {
    name: "MLFLOW_TRACKING_TOKEN",
    about: "Bearer token for MLflow, where there is no user",
    commands: EXPORTING,
    secret: true,
  },
  {
    name: "MLFLOW_TRACKING_SERVER_CERT_PATH",
    about: "File of the certificate authority that MLflow's server uses",
    commands: EXPORTING,
  },
  { name: "MLFLOW_TRACKING_CLIENT_CERT_PATH", about: "File of this client's certificate and key", commands: EXPORTING },
  {
    name: "MLFLOW_TRACKING_INSECURE_TLS",
    about: "true: accept any certificate of MLflow's server",
    commands: EXPORTING,
  },
  {
    name: "MLFLOW_TRACKING_AWS_SIGV4",
    about: "true: sign calls to MLflow for Amazon's API Gateway",
    commands: EXPORTING,
  },
  {
    name: "MLFLOW_TRACKING_AUTH",
    about: "kubernetes or kubernetes-namespaced: use the account of the pod",
    commands: EXPORTING,
  },
  { name: "AWS_ACCESS_KEY_ID", about: "Key for artifacts in s3:// and for signed calls", commands: EXPORTING },
  { name: "AWS_SECRET_ACCESS_KEY", about: "Secret of that key", commands: EXPORTING, secret: true },
  { name: "AWS_SESSION_TOKEN", about: "Token of a temporary key", commands: EXPORTING, secret: true },
  { name: "AWS_PROFILE", about: "Profile of ~/.aws with the key", commands: EXPORTING },
  { name: "AWS_REGION", about: "Region of the bucket, or of the signed calls", commands: EXPORTING },
  { name: "MLFLOW_S3_ENDPOINT_URL", about: "Server of s3:// that is not Amazon's", commands: EXPORTING },
  {
    name: "GOOGLE_APPLICATION_CREDENTIALS",
    about: "File of the account for artifacts in gs://, in place of gcloud's own",
    commands: EXPORTING,
  },
  { name: "STORAGE_EMULATOR_HOST", about: "Server of gs:// that is not Google's", commands: EXPORTING },
  {
    name: "AZURE_STORAGE_CONNECTION_STRING",
    about: "Account and key for artifacts in wasbs:// and abfss://",
    commands: EXPORTING,
    secret: true,
  },
  {
    name: "AZURE_STORAGE_ACCESS_KEY",
    about: "Key of the account that the artifacts' URI names",
    commands: EXPORTING,
    secret: true,
  },
  {
    name: "AZURE_STORAGE_SAS_TOKEN",
    about: "Shared access signature for that account",
    commands: EXPORTING,
    secret: true,
  },
  { name: "AZURE_TENANT_ID", about: "Tenant of an application that may read it", commands: EXPORTING },
  { name: "AZURE_CLIENT_ID", about: "That application", commands: EXPORTING },
  { name: "AZURE_CLIENT_SECRET", about: "Its secret", commands: EXPORTING, secret: true },
  {
    name: "AZURE_FEDERATED_TOKEN_FILE",
    about: "File of a pod's token, in place of that secret",
    commands: EXPORTING,
  },
  { name: "DATABRICKS_HOST", about: "Workspace that databricks stands for", commands: EXPORTING },
  { name: "DATABRICKS_TOKEN", about: "Personal access token of it", commands: EXPORTING, secret: true },
  { name: "DATABRICKS_CLIENT_ID", about: "Service principal, in place of a token", commands: EXPORTING },
  { name: "DATABRICKS_CLIENT_SECRET", about: "Its OAuth secret", commands: EXPORTING, secret: true },
  { name: "DATABRICKS_CONFIG_PROFILE", about: "Profile of ~/.databrickscfg", commands: EXPORTING },
  { name: "MLFLOW_REGISTRY_URI", about: "Where the registered models are, if not with the runs", commands: EXPORTING },
  { name: "MLFLOW_WORKSPACE", about: "MLflow workspace to read", commands: EXPORTING },
  ...patienceVariables("MLFLOW", { service: "MLflow", commands: EXPORTING }),
  ...patienceVariables("KIROFRAME", { service: "Kiroframe", commands: ["plain", "import", "sync", "doctor"] }),
  { name: "HTTP_PROXY", about: "Proxy for http URLs (also http_proxy)", commands: ALL },
  { name: "HTTPS_PROXY", about: "Proxy for https URLs (also https_proxy)", commands: ALL },
  { name: "NO_PROXY", about: "Hosts to reach without a proxy (also no_proxy)", commands: ALL },
];

function patienceVariables(
  prefix: string,
  { service, commands }: { readonly service: string; readonly commands: readonly CommandName[] },
): VariableSpec[] {
  return [
    {
      name: `${prefix}_HTTP_REQUEST_MAX_RETRIES`,
      about: `How often a call to ${service} that failed in passing is tried again (7)`,
      commands,
    },
    {
      name: `${prefix}_HTTP_REQUEST_BACKOFF_FACTOR`,
      about: `Seconds to wait at most before the first further try (2); each later wait may be twice as long`,
      commands,
    },
    { name: `${prefix}_HTTP_REQUEST_TIMEOUT`, about: `Seconds to wait for ${service}'s answer (120)`, commands },
  ];
}
