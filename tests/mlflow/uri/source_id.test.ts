import assert from "node:assert/strict";
import { sourceIdOf } from "../../../lib/mlflow/uri/source_id.ts";

/** What the reference (0.0.10) was seen to send for each spelling that it can read. */
const OF_THE_REFERENCE: Readonly<Record<string, string>> = {
  "http://localhost:5000": "8f54cda5ba",
  "http://localhost:5000/": "8f54cda5ba",
  "http://localhost:5000//": "eaa66bd824",
  "http://user:pw@localhost:5000": "1d3f53cbc5",
};

Deno.test("sourceIdOf() gives the reference's id for what the reference can read", () => {
  for (const [uri, id] of Object.entries(OF_THE_REFERENCE)) assert.equal(sourceIdOf(uri), id, uri);
});

Deno.test("sourceIdOf() gives each workspace an id of its own, the default one that of the server", () => {
  const uri = "http://localhost:5000";
  const idOf = (name: string): string => sourceIdOf(uri, { MLFLOW_WORKSPACE: name });
  for (const name of ["", "default"]) assert.equal(idOf(name), "8f54cda5ba");
  assert.equal(new Set(["default", "a", "b", "A"].map(idOf)).size, 4);
});

Deno.test("sourceIdOf() gives one id, whatever stands around an address that did not work with it", () => {
  const uris = [' "http://localhost:5000" ', "http://localhost:5000\n", "http://localhost:5000/#/experiments/1"];
  for (const uri of uris) assert.equal(sourceIdOf(uri), "8f54cda5ba", uri);
});
