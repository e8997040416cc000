/**
 * Whether two addresses reach one server, although their spellings, and so their source ids, differ.
 * @module
 */

const PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

/** Returns whether two addresses have one host, by name or address of this machine, one port and one prefix. Nothing is looked up. */
export function isSameServer(one: string, other: string): boolean {
  const place = placeOf(one);
  return place !== null && place === placeOf(other);
}

/** What the spellings of one server have in common; null for what is no address of a server. */
function placeOf(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const { protocol, hostname, port, pathname } = new URL(address);
  const defaultPort = PORTS[protocol];
  if (defaultPort === undefined) return null;
  const host = /^(?:localhost|127(?:\.\d+){3}|\[::1\]|0\.0\.0\.0|\[::\])\.?$/.test(hostname)
    ? "localhost"
    : hostname.replace(/\.$/, "");
  return `${host}:${port || defaultPort}${pathname.replace(/\/+$/, "")}`;
}
