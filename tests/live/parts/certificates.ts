/**
 * A certificate for localhost, and the authority that signed it, made by openssl.
 * @module
 */
import { join } from "node:path";

/** Paths of what was made. */
export interface Certificates {
  /** The authority's own: whoever trusts it trusts the server. */
  readonly ca: string;
  /** The server's, for the name localhost and for no address. */
  readonly cert: string;
  readonly key: string;
}

/** Whether there is an openssl. */
export async function hasOpenssl(): Promise<boolean> {
  const output = await new Deno.Command("openssl", { args: ["version"], stdout: "null", stderr: "null" }).output()
    .catch(() => null);
  return output?.success ?? false;
}

/** Makes them in a folder. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const at = (name: string): string => join(folder, name);
  const [ca, caKey, cert, key] = [at("ca.pem"), at("ca.key"), at("cert.pem"), at("key.pem")];
  const [request, names] = [at("request.pem"), at("names")];
  await Deno.writeTextFile(names, "subjectAltName=DNS:localhost");
  const fresh = ["-newkey", "rsa:2048", "-nodes"];
  await openssl("req", "-x509", ...fresh, "-keyout", caKey, "-out", ca, "-days", "2", "-subj", "/CN=authority");
  await openssl("req", ...fresh, "-keyout", key, "-out", request, "-subj", "/CN=localhost");
  const signing = ["-CA", ca, "-CAkey", caKey, "-CAcreateserial", "-days", "2", "-extfile", names];
  await openssl("x509", "-req", "-in", request, ...signing, "-out", cert);
  return { ca, cert, key };
}

async function openssl(...args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", {
    args: [...args],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`openssl ${args[0]} failed: ${new TextDecoder().decode(stderr)}`);
}
