/**
 * What is used of undici, by its files: its index brings a second fetch, a cache and websockets along, takes four times as
 * long to load, and does not load at all under Deno before 2.8.
 * @module
 */
import type * as undici from "undici";
import AgentFile from "undici/lib/dispatcher/agent.js";
import DispatcherFile from "undici/lib/dispatcher/dispatcher.js";
import PoolFile from "undici/lib/dispatcher/pool.js";
import ProxyAgentFile from "undici/lib/dispatcher/proxy-agent.js";
import api from "undici/lib/api/index.js";

// As the index does: request() and connect() are no part of the class.
Object.assign(DispatcherFile.prototype, api);

/** Connections to any server. */
export const Agent = AgentFile as typeof undici.Agent;
/** Connections to one server. */
export const Pool = PoolFile as typeof undici.Pool;
/** Connections through a proxy's tunnels. */
export const ProxyAgent = ProxyAgentFile as typeof undici.ProxyAgent;
