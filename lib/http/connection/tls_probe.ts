/**
 * Whether a port that was asked in plain text wants TLS: its answers to that are of many kinds, a handshake is of one.
 * @module
 */

/** How long a handshake may take. */
const TIMEOUT_MS = 3_000;

/** Tries a handshake, whatever the certificate, and sends nothing. */
export async function speaksTls(url: URL): Promise<boolean> {
  const { connect } = await import("node:tls");
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const socket = connect({ host, port: Number(url.port || 80), rejectUnauthorized: false });
  const timer = setTimeout(() => resolve(false), TIMEOUT_MS);
  socket.once("secureConnect", () => resolve(true));
  socket.once("error", () => resolve(false));
  socket.once("close", () => resolve(false));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
