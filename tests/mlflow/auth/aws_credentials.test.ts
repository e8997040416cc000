import assert from "node:assert/strict";
import { join } from "node:path";
import type { Environment } from "../../../lib/environment.ts";
import { UsageError } from "../../../lib/errors.ts";
import { type AwsCredentials, readAwsCredentials, secretsOfAws } from "../../../lib/mlflow/auth/aws_credentials.ts";

const CREDENTIALS = "[default]\naws_access_key_id = D\naws_secret_access_key=DS\n[team]\naws_access_key_id=T\n" +
  "aws_secret_access_key = TS\naws_session_token = TT==\n[half]\naws_access_key_id=H\n";
const CONFIG =
  "[default]\nregion = eu-west-1\ns3 =\n    max_concurrent_requests = 20\n[profile team]\nregion=us-west-2\n" +
  "[profile sso]\nsso_session = mine\n";

function read(env: Environment, files: Readonly<Record<string, string>> = {}): Promise<AwsCredentials | null> {
  const texts: Readonly<Record<string, string>> = {
    [join("home", ".aws", "credentials")]: CREDENTIALS,
    [join("home", ".aws", "config")]: CONFIG,
    ...files,
  };
  return readAwsCredentials({
    env,
    homeFolder: "home",
    readTextFile: (path) => texts[path] === undefined ? Promise.reject(new Error(path)) : Promise.resolve(texts[path]),
  });
}

Deno.test("readAwsCredentials() takes variables over the profile, and the region where it is", async () => {
  const keys = { AWS_ACCESS_KEY_ID: "E", AWS_SECRET_ACCESS_KEY: "ES" };
  const cases: [Environment, unknown[]][] = [
    [{}, ["D", "DS", undefined, "eu-west-1"]],
    [{ AWS_PROFILE: "team" }, ["T", "TS", "TT==", "us-west-2"]],
    [{ AWS_DEFAULT_PROFILE: "team", AWS_DEFAULT_REGION: "r" }, ["T", "TS", "TT==", "r"]],
    [{ ...keys, AWS_REGION: "a", AWS_DEFAULT_REGION: "b" }, ["E", "ES", undefined, "a"]],
    [{ ...keys, AWS_SESSION_TOKEN: "ET", AWS_PROFILE: "team" }, ["E", "ES", "ET", "us-west-2"]],
  ];
  for (const [env, expected] of cases) {
    const found = await read(env);
    assert.deepEqual(
      [found?.accessKeyId, found?.secretAccessKey, found?.sessionToken, found?.region],
      expected,
      JSON.stringify(env),
    );
  }
  const files = { "my.credentials": "[default]\naws_access_key_id=M\naws_secret_access_key=MS\n" };
  assert.equal((await read({ AWS_SHARED_CREDENTIALS_FILE: "my.credentials" }, files))?.accessKeyId, "M");
  assert.equal(await read({ AWS_SHARED_CREDENTIALS_FILE: "none", AWS_CONFIG_FILE: "none" }), null);
  assert.deepEqual(secretsOfAws(await read({ AWS_PROFILE: "team" })), ["TS", "TT=="]);
  assert.deepEqual(secretsOfAws(null), []);
});

Deno.test("readAwsCredentials() refuses half a key, and what would have to be asked for elsewhere, and shows no secret", async () => {
  const cases: [Environment, RegExp][] = [
    [{ AWS_ACCESS_KEY_ID: "hush" }, /without AWS_SECRET_ACCESS_KEY/],
    [{ AWS_SECRET_ACCESS_KEY: "hush" }, /without AWS_SECRET_ACCESS_KEY/],
    [{ AWS_PROFILE: "sso" }, /profile sso: it has no key, but sso_session/],
    [{ AWS_PROFILE: "nobody" }, /AWS_PROFILE nobody/],
  ];
  for (const [env, message] of cases) {
    await assert.rejects(read(env), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /hush/);
      return true;
    });
  }
  assert.equal(await read({ AWS_PROFILE: "half" }), null);
});
