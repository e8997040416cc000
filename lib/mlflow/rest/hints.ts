/**
 * What the user can do when MLflow does not answer as hoped.
 * @module
 */
import {
  BadReplyError,
  HttpError,
  type HttpFailure,
  NoAnswerError,
  RedirectError,
  RefusedReplyError,
  TlsError,
  type TlsProblem,
} from "../../http/failure/errors.ts";

const ACCOUNT = "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN";

/** Returns a sentence that names MLflow's own variables, for the failures that they cure; undefined for the others. */
export function mlflowHint(failure: HttpFailure): string | undefined {
  if (failure instanceof TlsError) {
    // Which authorities were trusted says more than which could be.
    return failure.request.authorities === undefined ? TLS_HINTS[failure.problem] : undefined;
  }
  if (failure instanceof NoAnswerError && failure.reason === "timeout") {
    return "Try again later, or give the server more time with MLFLOW_HTTP_REQUEST_TIMEOUT (seconds)";
  }
  if (failure instanceof HttpError && failure.errorCode === "FEATURE_DISABLED" && /workspace/i.test(failure.message)) {
    return "Unset MLFLOW_WORKSPACE, or leave --workspace out: this server has no workspaces";
  }
  if ((failure instanceof BadReplyError || failure instanceof RedirectError) && failure.isLogin) {
    return "A login for people (single sign-on) stands before the server: use an address behind it, or give what it takes from programs by " +
      `--header, ${ACCOUNT}`;
  }
  // Without the certificate that it asks for, nginx answers so, where other servers break the connection off.
  if (failure instanceof HttpError && failure.status === 400 && failure.errorCode === null && isEncrypted(failure)) {
    return TLS_HINTS.client;
  }
  if (!(failure instanceof RefusedReplyError)) return undefined;
  // MLflow 3.5+ answers so to a Host that it does not know, while /health and /version still work.
  if (failure.status === 403 && /invalid host header/i.test(failure.reply.body)) {
    return hostHint(new URL(failure.reply.redirect?.location ?? failure.reply.url));
  }
  return failure.status === 401
    ? `Set ${ACCOUNT}, for an account of this server`
    : `This account may not read it: set ${ACCOUNT}, for one that may`;
}

function isEncrypted({ reply }: HttpError): boolean {
  return reply.url.startsWith("https:");
}

const TLS_HINTS: Readonly<Partial<Record<TlsProblem, string>>> = {
  authority: "Check that the certificate is not expired; for a private authority, name its file in " +
    "MLFLOW_TRACKING_SERVER_CERT_PATH",
  client: "Name a file with the client's certificate and key in MLFLOW_TRACKING_CLIENT_CERT_PATH",
};

/** For a Host that the server does not know: the one in the address, unless servers know that one by themselves. */
function hostHint({ host, hostname }: URL): string {
  const allow = (name: string): string =>
    `start the server with --allowed-hosts (MLFLOW_SERVER_ALLOWED_HOSTS) naming ${name}`;
  if (hostname === "localhost" || PRIVATE.test(hostname)) {
    return "A proxy before the server seems to send it another Host header: let it pass on the one it gets " +
      `(nginx: proxy_set_header Host $http_host), or ${allow("the one it sends")}`;
  }
  const isAddress = /^\[|^[\d.]+$/.test(hostname);
  return capitalized(allow(host)) + (isAddress ? "" : ", or use its IP address in the URL");
}

/** What MLflow 3.5+ allows where it is told nothing. */
const PRIVATE =
  /^(?:127\.0\.0\.1|0\.0\.0\.0|10\.[\d.]+|192\.168\.[\d.]+|172\.(?:1[6-9]|2\d|3[01])\.[\d.]+|\[(?:::1|f[cd].*)\])$/;

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
