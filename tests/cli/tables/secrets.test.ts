import assert from "node:assert/strict";
import { secretsOf } from "../../../lib/cli/tables/secrets.ts";

Deno.test("secretsOf() finds tokens, passwords, and those inside URLs, as they stand and decoded", () => {
  const secrets = secretsOf(
    {
      trackingUrl: "http://alice:p%40ss@h:5000",
      kiroframeUrl: "https://only-a-token@k",
      profilingToken: "from-flag",
      baseDir: "/not/a/secret",
      environment: {
        PROFILING_TOKEN: "from-variable",
        MLFLOW_TRACKING_USERNAME: "bob",
        MLFLOW_TRACKING_PASSWORD: "hunter2",
        MLFLOW_TRACKING_TOKEN: "bearer",
        https_proxy: "http://carol:proxied@proxy:8080",
        NO_PROXY: "localhost,10.0.0.0/8",
        HOME: "/home/ml",
      },
    } as Parameters<typeof secretsOf>[0],
  );
  const expected = ["p%40ss", "p@ss", "alice:p@ss", "only-a-token", "only-a-token:", "from-flag", "from-variable"];
  assert.deepEqual(
    secrets.toSorted(),
    [...expected, "bob:hunter2", "hunter2", "bearer", "proxied", "carol:proxied"].toSorted(),
  );
});

Deno.test("secretsOf() finds none where there are none", () => {
  assert.deepEqual(secretsOf({ environment: { HTTP_PROXY: "proxy:8080", MLFLOW_TRACKING_PASSWORD: "" } }), []);
});
