/**
 * What the user can do when MLflow does not answer as hoped.
 * @module
 */
import {
  HttpError,
  type HttpFailure,
  NoAnswerError,
  RefusedReplyError,
  TlsError,
  type TlsProblem,
} from "../../http/failure/errors.ts";

const ACCOUNT = "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN";

/** Returns a sentence that names MLflow's own variables, for the failures that they cure; undefined for the others. */
export function mlflowHint(failure: HttpFailure): string | undefined {
  if (failure instanceof TlsError) return TLS_HINTS[failure.problem];
  if (failure instanceof NoAnswerError && failure.reason === "timeout") {
    return "Try again later, or give the server more time with MLFLOW_HTTP_REQUEST_TIMEOUT (seconds)";
  }
  if (failure instanceof HttpError && failure.errorCode === "FEATURE_DISABLED" && /workspace/i.test(failure.message)) {
    return "Unset MLFLOW_WORKSPACE: this server has no workspaces";
  }
  if (!(failure instanceof RefusedReplyError)) return undefined;
  // MLflow 3.5+ answers so to a Host that it does not know, while /health and /version still work.
  if (failure.status === 403 && /invalid host header/i.test(failure.reply.body)) {
    const { host } = new URL(failure.reply.url);
    return `Start the server with --allowed-hosts (MLFLOW_SERVER_ALLOWED_HOSTS) naming ${host}, or use its IP address in the URL`;
  }
  return failure.status === 401
    ? `Set ${ACCOUNT}, for an account of this server`
    : `This account may not read it: set ${ACCOUNT}, for one that may`;
}

const TLS_HINTS: Readonly<Partial<Record<TlsProblem, string>>> = {
  authority: "Check that the certificate is not expired; for a private authority, name its file in " +
    "MLFLOW_TRACKING_SERVER_CERT_PATH",
  client: "Name a file with the client's certificate and key in MLFLOW_TRACKING_CLIENT_CERT_PATH",
};
