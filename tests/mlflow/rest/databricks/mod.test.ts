import assert from "node:assert/strict";
import { join } from "node:path";
import type { Environment } from "../../../../lib/environment.ts";
import { RefusedError, UsageError } from "../../../../lib/errors.ts";
import { type Logger, silentLogger } from "../../../../lib/logger.ts";
import { MLFLOW } from "../../../../lib/mlflow/mod.ts";
import type { Source, SourceAddress } from "../../../../lib/source/mod.ts";
import { CLIENT, startWorkspace, TOKEN } from "./workspace.ts";

const HOME = { HOME: "/nonexistent" };

function locate(
  trackingUrl: string,
  env: Environment,
  logger: Logger = silentLogger,
  hide?: (secrets: readonly string[]) => void,
): Promise<SourceAddress> {
  const pages = { experimentPageSize: 200, runPageSize: 1000, concurrency: 8 };
  return MLFLOW.locate({
    trackingUrl,
    env: { ...HOME, MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0", ...env },
    logger,
    hide,
    ...pages,
  });
}

async function runsOf(source: Source): Promise<{ id: string; points: number }[]> {
  const experiments = await Array.fromAsync(source.experiments());
  const records = await Array.fromAsync(source.runs(experiments));
  return await Promise.all(records.map(async ({ run, histories }) => {
    let points = 0;
    for (const history of histories.values()) {
      if ("error" in history) throw new Error(history.error);
      for await (const point of history) points += "length" in point ? point.length : 1;
    }
    return { id: run.id, points };
  }));
}

Deno.test("databricks is read with a token or a client, from variables or a profile", async () => {
  await using workspace = await startWorkspace();
  const folder = await Deno.makeTempDir();
  try {
    const file = join(folder, "cfg");
    const [host, bare] = [workspace.url, workspace.url];
    await Deno.writeTextFile(
      file,
      `[DEFAULT]\nhost = ${host}/\ntoken = ${TOKEN}\n\n[robot]\nhost=${bare}\nclient_id = ${CLIENT.id}\nclient_secret = ${CLIENT.secret}\n`,
    );
    const client = { DATABRICKS_CLIENT_ID: CLIENT.id, DATABRICKS_CLIENT_SECRET: CLIENT.secret };
    const ways: [string, Environment][] = [
      ["databricks", { DATABRICKS_HOST: host, DATABRICKS_TOKEN: TOKEN }],
      ["databricks", { DATABRICKS_HOST: `${host}/?o=1`, ...client }],
      ["databricks", { DATABRICKS_CONFIG_FILE: file }],
      ["databricks", { DATABRICKS_CONFIG_FILE: file, DATABRICKS_CONFIG_PROFILE: "robot" }],
      ["databricks://robot", {
        DATABRICKS_CONFIG_FILE: file,
        DATABRICKS_HOST: "https://other",
        DATABRICKS_TOKEN: "other",
      }],
    ];
    for (const [uri, env] of ways) {
      const log: string[] = [];
      const address = await locate(uri, env, { ...silentLogger, warn: (text) => void log.push(text) });
      assert.deepEqual([address.identity.displayUrl, address.identity.sourceId], [uri, MLFLOW.sourceIdOf(uri)]);
      assert.ok(address.secrets.includes(TOKEN) || address.secrets.includes(CLIENT.secret));
      const source = await address.connect();
      assert.deepEqual((await runsOf(source)).map(({ points }) => points), [6, 6, 6, 6, 6]);
      assert.equal((await source.models()).length, 2);
      await source.close();
      assert.match(log.join(), /MLFLOW_REGISTRY_URI=databricks-uc/);
    }
    const asked = workspace.calls.filter(({ what }) =>
      !what.includes("/api/2.0/mlflow/") && !what.endsWith("/oidc/v1/token")
    );
    // What pages alone use is not asked for: a login would answer.
    assert.deepEqual(new Set(asked.map(({ what }) => what)), new Set(["GET /version", "GET /login.html"]));
    assert.equal(workspace.calls.filter(({ what }) => what.endsWith("/oidc/v1/token")).length, 3);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("databricks gets a client another token before the one that it has ends", async () => {
  await using workspace = await startWorkspace({ tokenSeconds: 30 });
  const env = {
    DATABRICKS_HOST: workspace.url,
    DATABRICKS_CLIENT_ID: CLIENT.id,
    DATABRICKS_CLIENT_SECRET: CLIENT.secret,
  };
  const hidden: string[] = [];
  const source = await (await locate("databricks", env, silentLogger, (secrets) => void hidden.push(...secrets)))
    .connect();
  await runsOf(source);
  await source.close();
  const tokens = new Set(
    workspace.calls.map(({ authorization }) => authorization).filter((text) => text?.startsWith("Bearer")),
  );
  assert.ok(tokens.size > 2, `${tokens.size} tokens`);
  // Whoever keeps secrets out of logs is told of each.
  assert.deepEqual(new Set(hidden.map((token) => `Bearer ${token}`)), tokens);
});

Deno.test("MLFLOW_REGISTRY_URI=databricks-uc gives Unity Catalog's models with versions, aliases and tags", async () => {
  await using workspace = await startWorkspace();
  const env = { DATABRICKS_HOST: workspace.url, DATABRICKS_TOKEN: TOKEN, MLFLOW_REGISTRY_URI: "databricks-uc" };
  const source = await (await locate("databricks", env)).connect();
  const models = await source.models();
  await source.close();
  assert.deepEqual(
    models.map((
      { name, versions, tags },
    ) => [name, versions.map(({ version, aliases }) => [version, aliases]), [...tags]]),
    [
      ["main.ml.churn", [["3", []], ["2", ["champion"]], ["1", []]], [["team", "risk"]]],
      ["main.ml.none", [], [["team", "risk"]]],
      ["main.ml.fraud", [["1", ["a", "b"]]], [["team", "risk"]]],
    ],
  );
});

Deno.test("databricks refuses what it cannot use, and shows no secret", async () => {
  await using workspace = await startWorkspace();
  const cases: [string, Environment][] = [
    ["databricks", {}],
    ["databricks", { DATABRICKS_HOST: workspace.url }],
    ["databricks", { DATABRICKS_HOST: workspace.url, DATABRICKS_CLIENT_ID: "hush" }],
    ["databricks", { DATABRICKS_TOKEN: "hush", DATABRICKS_CONFIG_PROFILE: "none", DATABRICKS_HOST: workspace.url }],
    ["databricks://none", { DATABRICKS_HOST: workspace.url, DATABRICKS_TOKEN: "hush" }],
    ["databricks-uc", { DATABRICKS_HOST: workspace.url, DATABRICKS_TOKEN: "hush" }],
  ];
  for (const [uri, env] of cases) {
    await assert.rejects(locate(uri, env), (error) => error instanceof UsageError && !error.message.includes("hush"));
  }
  for (
    const env of [{ DATABRICKS_TOKEN: "hush" }, { DATABRICKS_CLIENT_ID: CLIENT.id, DATABRICKS_CLIENT_SECRET: "hush" }]
  ) {
    const address = await locate("databricks", { DATABRICKS_HOST: workspace.url, ...env });
    await assert.rejects(
      address.connect(),
      (error) => error instanceof RefusedError && !error.message.includes("hush"),
    );
  }
});
