import assert from "node:assert/strict";
import constants from "undici/lib/web/fetch/constants.js";
import { isBlockedPort } from "../../../lib/http/connection/ports.ts";

Deno.test("isBlockedPort() holds for the ports of the fetch standard, and for no other", () => {
  const refused = [];
  for (let port = 0; port < 65_536; port++) if (isBlockedPort(new URL(`http://h:${port}`))) refused.push(`${port}`);
  const { badPorts } = constants as unknown as { readonly badPorts: readonly string[] };
  assert.deepEqual(refused, badPorts.toSorted((a, b) => Number(a) - Number(b)));
  assert.equal(isBlockedPort(new URL("http://h/")), false);
});
