import assert from "node:assert/strict";
import { join } from "node:path";
import { UsageError } from "../../../lib/errors.ts";
import { type Credentials, readCredentials } from "../../../lib/mlflow/auth/credentials.ts";
import type { Environment } from "../../../lib/environment.ts";

interface Given {
  readonly url?: string;
  readonly env?: Environment;
  readonly file?: string;
  readonly netrc?: string;
}

function read(given: Given): Promise<Credentials> {
  const files = new Map([[join("home", ".mlflow", "credentials"), given.file], [join("home", ".netrc"), given.netrc]]);
  return readCredentials({
    trackingUrl: given.url ?? "http://h:5000",
    env: given.env ?? {},
    homeFolder: "home",
    readTextFile: (path) => {
      const text = files.get(path);
      return text === undefined ? Promise.reject(new Error(`ENOENT ${path}`)) : Promise.resolve(text);
    },
  });
}

async function loginOf(given: Given): Promise<string> {
  const { headers } = await read(given);
  const [scheme, value = ""] = (headers.authorization ?? "none").split(" ");
  if (scheme !== "Basic") return `${scheme} ${value}`.trim();
  return new TextDecoder().decode(Uint8Array.from(atob(value), (character) => character.charCodeAt(0)));
}

const token = { MLFLOW_TRACKING_TOKEN: "tok" };
const user = { MLFLOW_TRACKING_USERNAME: "eu" };
const password = { MLFLOW_TRACKING_PASSWORD: "ep" };
const file = "[mlflow]\nmlflow_tracking_username = fu\nmlflow_tracking_password = fp\n";
const netrc = "machine h login nu password np\n";

// What MLflow's Python client 3.3.0 sent in each case to a server that shows the headers.
Deno.test("readCredentials() takes credentials in the order of MLflow's own client", async () => {
  const cases: [Given, string][] = [
    [{}, "none"],
    [{ env: token }, "Bearer tok"],
    [{ env: { ...user, ...password } }, "eu:ep"],
    [{ env: { ...user, ...password, ...token } }, "eu:ep"],
    [{ env: user }, "none"],
    [{ env: { ...user, ...token } }, "Bearer tok"],
    [{ env: user, file }, "eu:fp"],
    [{ env: { MLFLOW_TRACKING_USERNAME: "" }, file }, "fu:fp"],
    [{ file }, "fu:fp"],
    [{ env: token, file }, "fu:fp"],
    [{ url: "http://uu:u%40p@h", env: token }, "uu:u@p"],
    [{ url: "http://uu:up@h", env: { ...user, ...password } }, "uu:up"],
    [{ url: "http://:up@h", env: token }, ":up"],
    [{ url: "http://uu@h", env: token }, "Bearer tok"],
    [{ netrc }, "nu:np"],
    [{ netrc, env: token }, "nu:np"],
    [{ netrc, env: { ...user, ...password } }, "nu:np"],
    [{ netrc, url: "http://uu:up@h" }, "nu:np"],
    [{ netrc: "default login nu password np", env: token }, "nu:np"],
    [{ netrc: "machine other login nu password np", env: token }, "Bearer tok"],
    [{ env: { MLFLOW_TRACKING_USERNAME: "ü", MLFLOW_TRACKING_PASSWORD: "ö" } }, "ü:ö"],
  ];
  for (const [given, login] of cases) assert.equal(await loginOf(given), login, JSON.stringify(given));
});

Deno.test("readCredentials() sends a user without a password where there is nothing else", async () => {
  assert.equal(await loginOf({ url: "http://uu@h" }), "uu:");
});

Deno.test("readCredentials() reads ~/.mlflow/credentials as Python's configparser does", async () => {
  const cases: [file: string, string][] = [
    [
      "# c\n[other]\na=b\n[mlflow]\nMLFLOW_TRACKING_USERNAME: fu ; x\r\nmlflow_tracking_password=f=p#1\r\n",
      "fu ; x:f=p#1",
    ],
    ["[mlflow]\nmlflow_tracking_username = fu\nmlflow_tracking_password = f%%p\n", "fu:f%p"],
    ["[DEFAULT]\nmlflow_tracking_username = fu\n[mlflow]\nmlflow_tracking_password = fp\n", "fu:fp"],
    ["[mlflow]\nmlflow_tracking_username = \"fu\"\nmlflow_tracking_password = 'fp'\n", "\"fu\":'fp'"],
    ["[other]\nmlflow_tracking_username = fu\nmlflow_tracking_password = fp\n", "none"],
    ["[mlflow]\n; mlflow_tracking_username = fu\nmlflow_tracking_password = fp\n", "none"],
  ];
  for (const [text, login] of cases) assert.equal(await loginOf({ file: text }), login, text);
});

Deno.test("readCredentials() reads the file that NETRC names", async () => {
  const { headers } = await readCredentials({
    trackingUrl: "http://h",
    env: { NETRC: "elsewhere" },
    homeFolder: "home",
    readTextFile: (path) => path === "elsewhere" ? Promise.resolve(netrc) : Promise.reject(new Error("ENOENT")),
  });
  assert.equal(headers.authorization, `Basic ${btoa("nu:np")}`);
});

Deno.test("readCredentials() gives an address without credentials and one trailing slash less", async () => {
  const cases = [
    ["http://uu:up@h:5000/", "http://h:5000"],
    ["https://h/mlflow/", "https://h/mlflow"],
    ["https://h/mlflow?a=b#c", "https://h/mlflow"],
    ["http://[::1]:5000", "http://[::1]:5000"],
  ] as const;
  for (const [url, baseUrl] of cases) assert.equal((await read({ url })).baseUrl, baseUrl);
});

Deno.test("readCredentials() lists every form of every secret", async () => {
  const given = await read({
    url: "http://uu:u%2fp%40@h",
    env: { ...token, MLFLOW_TRACKING_USERNAME: "eu", MLFLOW_TRACKING_PASSWORD: "e p" },
  });
  for (const secret of ["u/p@", "u%2fp%40", "u%2Fp%40", btoa("uu:u/p@"), "tok", "e p", "e%20p"]) {
    assert.ok(given.secrets.includes(secret), secret);
  }
  const fromFile = await read({ file });
  assert.deepEqual([...fromFile.secrets].sort(), [btoa("fu:fp"), "fp"].sort());
  assert.deepEqual((await read({})).secrets, []);
});

Deno.test("readCredentials() keeps the credentials of the address secret when it sends others", async () => {
  const { secrets } = await read({ url: "http://uu:up@h", netrc });
  for (const secret of ["up", btoa("uu:up"), "np", btoa("nu:np")]) assert.ok(secrets.includes(secret), secret);
});

Deno.test("readCredentials() names the workspace in a header", async () => {
  assert.deepEqual((await read({ env: { MLFLOW_WORKSPACE: "team" } })).headers, { "x-mlflow-workspace": "team" });
  assert.deepEqual((await read({ env: { MLFLOW_WORKSPACE: "" } })).headers, {});
});

Deno.test("readCredentials() reads the variables of certificates", async () => {
  const env = { MLFLOW_TRACKING_SERVER_CERT_PATH: "ca.pem", MLFLOW_TRACKING_CLIENT_CERT_PATH: "client.pem" };
  assert.deepEqual((await read({ env })).tls, {
    caPath: "ca.pem",
    caVariable: "MLFLOW_TRACKING_SERVER_CERT_PATH",
    clientCertPath: "client.pem",
    insecure: false,
  });
  for (const value of ["true", "TRUE", "1"]) {
    assert.equal((await read({ env: { MLFLOW_TRACKING_INSECURE_TLS: value } })).tls.insecure, true);
  }
  for (const value of ["false", "0", ""]) {
    assert.equal((await read({ env: { MLFLOW_TRACKING_INSECURE_TLS: value } })).tls.insecure, false);
  }
});

Deno.test("readCredentials() refuses what contradicts itself or cannot be read, and shows no secret", async () => {
  const cases: Given[] = [
    { env: { MLFLOW_TRACKING_INSECURE_TLS: "true", MLFLOW_TRACKING_SERVER_CERT_PATH: "ca.pem" } },
    { env: { MLFLOW_TRACKING_INSECURE_TLS: "yes" } },
    { url: "http://uu:secret@h:port" },
  ];
  for (const given of cases) {
    await assert.rejects(read(given), (error) => error instanceof UsageError && !error.message.includes("secret"));
  }
});

Deno.test("readCredentials() warns of a user without a password, and of half a login", async () => {
  const name = "MLFLOW_TRACKING_USERNAME has no effect without MLFLOW_TRACKING_PASSWORD";
  const word = "MLFLOW_TRACKING_PASSWORD has no effect without MLFLOW_TRACKING_USERNAME";
  const empty = "The tracking URL has a user and no password: an empty one is sent";
  const other = "The tracking URL has a user and no password: another login is used";
  const cases: [Given, string[]][] = [
    [{ url: "http://uu@h" }, [empty]],
    [{ url: "http://uu@h", env: token }, [other]],
    [{ url: "http://uu@h", env: user }, [empty, name]],
    [{ env: user }, [name]],
    [{ env: { ...user, ...token } }, [name]],
    [{ env: password }, [word]],
    [{ url: "http://uu:up@h", env: user }, [name]],
    [{ env: { ...user, ...password } }, []],
    [{ env: user, file }, []],
    [{ url: "http://uu:up@h" }, []],
    [{ env: token }, []],
  ];
  for (const [given, warnings] of cases) {
    assert.deepEqual((await read(given)).warnings, warnings, JSON.stringify(given));
  }
});

Deno.test("readCredentials() warns of what has no effect here", async () => {
  assert.deepEqual((await read({})).warnings, []);
  const { warnings } = await read({ env: { MLFLOW_TRACKING_AUTH: "my-plugin" } });
  assert.match(warnings.join("\n"), /MLFLOW_TRACKING_AUTH has no effect/);
});
