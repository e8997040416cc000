import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { pages } from "./pages.ts";

const LIB = new URL("../../lib/", import.meta.url);

Deno.test("each message of docs/troubleshooting.md is one that the program says", () => {
  const page = pages().get("docs/troubleshooting.md") ?? "";
  const said = [...page.matchAll(/^\| `([^`]+)`/gm)].map(([, message = ""]) => message);
  assert.ok(said.length > 20);
  const code = readdirSync(LIB, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"))
    .map((path) => readFileSync(new URL(path, LIB), "utf8")).join("\n");
  const unsaid = said.flatMap((message) => message.split("…").map((part) => part.trim()))
    .filter((part) => part.replaceAll(/\W/g, "").length > 0 && !code.toLowerCase().includes(part.toLowerCase()));
  assert.deepEqual(unsaid, []);
});
