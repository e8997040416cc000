import assert from "node:assert/strict";
import { isSameServer } from "../../../lib/mlflow/uri/same_server.ts";

Deno.test("isSameServer() knows one server by name, address, port, slashes and case", () => {
  const same = [
    ["http://localhost:5000", "http://127.0.0.1:5000"],
    ["http://localhost:5000", "http://[::1]:5000/"],
    ["http://h", "http://h:80//"],
    ["https://H.example/prefix/", "https://h.example:443/prefix"],
    ["http://h.example./", "http://h.example"],
    ["http://h:443", "https://h"],
  ];
  for (const [one = "", other = ""] of same) assert.ok(isSameServer(one, other), `${one} ${other}`);
});

Deno.test("isSameServer() keeps other hosts, ports, prefixes and stores apart", () => {
  const different = [
    ["http://localhost:5000", "http://localhost:5001"],
    ["http://h/a", "http://h/b"],
    ["http://h", "http://i"],
    ["http://h", "https://h"],
    ["http://10.0.0.1", "http://127.0.0.1"],
    ["sqlite:///a.db", "sqlite:///a.db"],
    ["./mlruns", "./mlruns"],
  ];
  for (const [one = "", other = ""] of different) assert.ok(!isSameServer(one, other), `${one} ${other}`);
});
