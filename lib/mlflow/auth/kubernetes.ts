/**
 * MLFLOW_TRACKING_AUTH=kubernetes and kubernetes-namespaced: the account of the pod that this runs in, as MLflow 3's own provider reads it
 * (mlflow 3.17.2, tracking/request_auth/kubernetes_request_auth_provider.py). What that asks of a kubeconfig is not: it may be a program.
 * @module
 */
import { UsageError } from "../../errors.ts";

const FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

/** What a pod has. */
export interface PodAccount {
  /** Its token as it is now: Kubernetes puts another into the file each hour or so. */
  token(): Promise<string>;
  /** Its namespace, which is the workspace; undefined where it is not asked for. */
  readonly namespace?: string;
}

/**
 * Reads the account of the pod.
 *
 * @throws {UsageError} if there is none.
 */
export async function readPodAccount(
  readTextFile: (path: string) => Promise<string>,
  { isNamespaced }: { readonly isNamespaced: boolean },
): Promise<PodAccount> {
  const read = async (name: string): Promise<string> =>
    (await readTextFile(`${FOLDER}/${name}`).catch(() => "")).trim();
  const token = async (): Promise<string> => await read("token") || lacking("token");
  await token();
  return { token, namespace: isNamespaced ? await read("namespace") || lacking("namespace") : undefined };
}

function lacking(name: string): never {
  throw new UsageError(`Cannot use MLFLOW_TRACKING_AUTH=kubernetes: there is no ${FOLDER}/${name}`, {
    hint: "Run this in a pod with a service account, or set MLFLOW_TRACKING_TOKEN=$(kubectl create token ACCOUNT) " +
      "and MLFLOW_WORKSPACE in place of it",
  });
}
