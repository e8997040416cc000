/**
 * Which proxy an address is reached by, from the variables HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY in either
 * case. A variable in lower case wins over the same one in upper case, as in Python and curl.
 * @module
 */
import { BlockList, isIP } from "node:net";
import { UsageError } from "../../errors.ts";
import type { Environment } from "../../environment.ts";

const NAMES = ["http_proxy", "https_proxy", "all_proxy"] as const;

/** Whether any proxy variable is there at all, be it empty. */
export function hasProxyVariables(env: Environment): boolean {
  return NAMES.some((name) => env[name] !== undefined || env[name.toUpperCase()] !== undefined);
}

/** A proxy, and where its address was found. */
export interface ProxyChoice {
  /** Perhaps with user and password in it. */
  readonly url: URL;
  /** The variable's name, as it is written there: "HTTPS_PROXY". */
  readonly variable: string;
}

/**
 * Returns the proxy for an address; null to go there directly.
 *
 * @throws {UsageError} if the variable's value is no address of a proxy.
 */
export function proxyFor(url: URL, env: Environment): ProxyChoice | null {
  const own = read(url.protocol === "https:" ? "https_proxy" : "http_proxy", env);
  const { variable, value } = own.value === "" ? read("all_proxy", env) : own;
  if (value === "" || isBypassed(url, read("no_proxy", env).value)) return null;
  const address = value.includes("://") ? value : `http://${value}`;
  const proxy = URL.canParse(address) ? new URL(address) : null;
  if (proxy === null || !["http:", "https:"].includes(proxy.protocol)) {
    throw new UsageError(`Cannot use the proxy in ${variable}: expected an http or https address`, {
      hint: `Give it as http://HOST:PORT, or name ${url.hostname} in NO_PROXY`,
    });
  }
  return { url: proxy, variable };
}

function read(name: string, env: Environment): { readonly variable: string; readonly value: string } {
  const variable = env[name] === undefined ? name.toUpperCase() : name;
  return { variable, value: (env[variable] ?? "").trim() };
}

/** NO_PROXY: "*", hosts (their subdomains too), ".suffix", IP addresses, CIDR blocks, each perhaps with ":port". */
function isBypassed(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return noProxy.split(/[\s,]+/).filter((entry) => entry !== "").some((entry) => {
    if (entry === "*") return true;
    const bare = entry.replace(/^\[|\]$/g, "").toLowerCase();
    if (isIP(host) !== 0 && (isIP(bare) !== 0 || bare.includes("/"))) return isInBlock(host, bare);
    const [, name = bare, wantedPort] = /^\[?(.*?)\]?:(\d+)$/.exec(entry.toLowerCase()) ?? [];
    if (wantedPort !== undefined && wantedPort !== port) return false;
    const domain = name.replace(/^\*?\./, "");
    return host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`));
  });
}

function isInBlock(host: string, block: string): boolean {
  const [network = "", bits] = block.split("/");
  const family = isIP(network);
  if (family === 0 || family !== isIP(host)) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  try {
    if (bits === undefined) list.addAddress(network, type);
    else list.addSubnet(network, Number(bits), type);
  } catch {
    return false;
  }
  return list.check(host, type);
}
