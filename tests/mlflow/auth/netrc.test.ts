import assert from "node:assert/strict";
import { findNetrcEntry } from "../../../lib/mlflow/auth/netrc.ts";

// Each case was read by Python's netrc too, with the same result.
Deno.test("findNetrcEntry() reads the entry of a host", () => {
  const cases: [text: string, username: string, password: string][] = [
    ["machine h login u password p", "u", "p"],
    ["machine o login x password y\nmachine h\n\tlogin u\n\tpassword p\n", "u", "p"],
    ["default login u password p", "u", "p"],
    ["default login x password y machine h login u password p", "u", "p"],
    ["machine h login x password y\nmachine h login u password p", "u", "p"],
    ["machine h account u password p", "u", "p"],
    ["machine h user u password p", "u", "p"],
    ['machine h login "u v" password "p\\"q"', "u v", 'p"q'],
    ["machine h login u\\ v password p\\\\q", "u v", "p\\q"],
    ["# note\nmachine h login u#v password #p # tail\n", "u#v", "#p"],
    ["macdef init\nmachine h login x password y\n\nmachine h login u password p", "u", "p"],
  ];
  for (const [text, username, password] of cases) {
    assert.deepEqual(findNetrcEntry(text, "h"), { username, password }, text);
  }
});

Deno.test("findNetrcEntry() finds nothing in other entries and in what is no netrc", () => {
  for (const text of ["", "machine o login u password p", "login u password p", "machine h login u nonsense p", "{}"]) {
    assert.equal(findNetrcEntry(text, "h"), null, text);
  }
});
