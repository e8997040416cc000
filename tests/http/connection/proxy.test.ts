import assert from "node:assert/strict";
import { UsageError } from "../../../lib/errors.ts";
import { hasProxyVariables, proxyFor } from "../../../lib/http/connection/proxy.ts";
import type { Environment } from "../../../lib/environment.ts";

function proxyOf(url: string, env: Environment): string | null {
  return proxyFor(new URL(url), env)?.url.href ?? null;
}

Deno.test("proxyFor() takes the variable of the address's scheme, then ALL_PROXY", () => {
  const env = { HTTP_PROXY: "http://a:1", HTTPS_PROXY: "http://b:2", ALL_PROXY: "http://c:3" };
  assert.equal(proxyOf("http://mlflow", env), "http://a:1/");
  assert.equal(proxyOf("https://mlflow", env), "http://b:2/");
  assert.equal(proxyOf("https://mlflow", { ALL_PROXY: "http://c:3" }), "http://c:3/");
  assert.equal(proxyOf("https://mlflow", { HTTP_PROXY: "http://a:1" }), null);
  assert.equal(proxyOf("http://mlflow", {}), null);
});

Deno.test("proxyFor() tells the variable that the address comes from, as it is written", () => {
  const cases: [env: Environment, variable: string][] = [
    [{ HTTP_PROXY: "http://a:1", all_proxy: "http://b:2" }, "HTTP_PROXY"],
    [{ http_proxy: "http://a:1" }, "http_proxy"],
    [{ HTTP_PROXY: "", all_proxy: "http://b:2" }, "all_proxy"],
    [{ ALL_PROXY: "http://b:2" }, "ALL_PROXY"],
  ];
  for (const [env, variable] of cases) assert.equal(proxyFor(new URL("http://mlflow"), env)?.variable, variable);
});

Deno.test("proxyFor() prefers lower case, an empty value included", () => {
  assert.equal(proxyOf("http://mlflow", { HTTP_PROXY: "http://a:1", http_proxy: "http://b:2" }), "http://b:2/");
  assert.equal(proxyOf("http://mlflow", { HTTP_PROXY: "http://a:1", http_proxy: "" }), null);
});

Deno.test("proxyFor() reads an address without a scheme, and with credentials", () => {
  assert.equal(proxyOf("http://mlflow", { http_proxy: "proxy.corp:3128" }), "http://proxy.corp:3128/");
  assert.equal(proxyOf("http://mlflow", { http_proxy: "us:pw@proxy:3128" }), "http://us:pw@proxy:3128/");
});

Deno.test("proxyFor() refuses what is no proxy without showing it", () => {
  for (const value of ["ftp://us:secret@proxy", "http://us:secret@", "socks5://us:secret@proxy:1"]) {
    assert.throws(() => proxyOf("http://mlflow", { http_proxy: value }), (error) => {
      assert.ok(error instanceof UsageError);
      assert.doesNotMatch(`${error.message} ${error.hint}`, /secret/);
      assert.match(error.message, /http_proxy/);
      return true;
    });
  }
});

Deno.test("proxyFor() goes directly to what NO_PROXY names", () => {
  const cases: [noProxy: string, url: string, isDirect: boolean][] = [
    ["*", "http://mlflow", true],
    ["mlflow", "http://mlflow:5000", true],
    ["MLflow.Corp", "http://mlflow.corp", true],
    ["corp", "http://mlflow.corp", true],
    ["corp", "http://mlflowcorp", false],
    [".corp", "http://mlflow.corp", true],
    [".corp", "http://corp", true],
    ["*.corp", "http://mlflow.corp", true],
    ["mlflow.corp", "http://corp", false],
    ["mlflow:5000", "http://mlflow:5000", true],
    ["mlflow:5000", "http://mlflow:5001", false],
    ["mlflow:80", "http://mlflow", true],
    ["mlflow:443", "https://mlflow", true],
    ["a, mlflow ,b", "http://mlflow", true],
    ["a mlflow b", "http://mlflow", true],
    ["10.1.2.3", "http://10.1.2.3:5000", true],
    ["10.1.2.3", "http://10.1.2.30", false],
    ["2.3", "http://10.1.2.3", false],
    ["10.0.0.0/8", "http://10.1.2.3", true],
    ["10.0.0.0/8", "http://11.1.2.3", false],
    ["10.0.0.0/99", "http://10.1.2.3", false],
    ["10.0.0.0/8", "http://mlflow", false],
    ["10.1.2.3:5000", "http://10.1.2.3:5000", true],
    ["10.1.2.3:5000", "http://10.1.2.3:5001", false],
    ["::1", "http://[::1]:5000", true],
    ["[::1]", "http://[::1]:5000", true],
    ["[::1]:5000", "http://[::1]:5000", true],
    ["[::1]:5000", "http://[::1]:5001", false],
    ["fd00::/8", "http://[fd12::1]", true],
    ["fd00::/8", "http://[fe80::1]", false],
    ["mlflow.corp", "http://mlflow.corp.", true],
    ["", "http://mlflow", false],
    [",", "http://mlflow", false],
  ];
  for (const [noProxy, url, isDirect] of cases) {
    assert.equal(proxyOf(url, { all_proxy: "http://p:1", NO_PROXY: noProxy }) === null, isDirect, `${noProxy} ${url}`);
  }
});

Deno.test("hasProxyVariables() sees an empty variable too", () => {
  assert.equal(hasProxyVariables({ HTTPS_PROXY: "" }), true);
  assert.equal(hasProxyVariables({ all_proxy: "x" }), true);
  assert.equal(hasProxyVariables({ NO_PROXY: "*" }), false);
});
