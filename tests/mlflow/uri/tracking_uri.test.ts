import assert from "node:assert/strict";
import { UsageError } from "../../../lib/errors.ts";
import { cleanTrackingUri, parseTrackingUri } from "../../../lib/mlflow/uri/tracking_uri.ts";

function messageFor(text: string): string {
  try {
    parseTrackingUri(text, "--tracking-url");
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error.message;
  }
  return assert.fail(`${text} was taken`);
}

/** What is said after "expected". */
function expectedFor(text: string): string {
  return /: expected (.*)$/s.exec(messageFor(text))?.[1] ?? assert.fail(messageFor(text));
}

Deno.test("parseTrackingUri() takes addresses of servers, and leaves slashes at their end out", () => {
  const addresses = ["http://h", "https://h:5000", "HTTP://u:p%40@H/prefix", "http://[::1]:5000", "http://h/a//b"];
  for (const url of addresses) {
    for (const end of ["", "/", "//"]) assert.deepEqual(parseTrackingUri(url + end), { kind: "http", url });
  }
});

Deno.test("parseTrackingUri() takes an address with blanks or quotes around it, and a page's address", () => {
  const url = "http://h:5000";
  const spellings = [
    ` ${url}`,
    `${url}\n`,
    `"${url}"`,
    ` '${url}/' `,
    `${url}/#/experiments/1?searchFilter=a b`,
    `${url}#/`,
  ];
  for (const text of spellings) assert.deepEqual(parseTrackingUri(text), { kind: "http", url }, text);
  assert.deepEqual(parseTrackingUri("http://h/mlflow/#/models"), { kind: "http", url: "http://h/mlflow" });
});

Deno.test("cleanTrackingUri() leaves slashes, upper case and ports as they are", () => {
  for (const text of ["http://h//", "HTTP://H:80/", "sqlite:///a.db", "./ml runs", ""]) {
    assert.equal(cleanTrackingUri(text), text);
  }
  assert.equal(cleanTrackingUri(` "http://h//" `), "http://h//");
  assert.equal(cleanTrackingUri("http://h/#/experiments/1"), "http://h/");
  assert.equal(cleanTrackingUri("./#/runs"), "./#/runs");
});

Deno.test("parseTrackingUri() takes the URI of a store that there is a reader for, as it was given", () => {
  for (const uri of ["sqlite:///a b.db", "sqlite:////data/mlflow.db"]) {
    assert.deepEqual(parseTrackingUri(` '${uri}' `), { kind: "sqlite", uri });
  }
});

Deno.test("parseTrackingUri() names the address that was probably meant", () => {
  const meant: Readonly<Record<string, string>> = {
    "localhost:5000": "http://localhost:5000",
    "localhost": "http://localhost",
    "10.0.0.7": "http://10.0.0.7",
    "[::1]:5000/": "http://[::1]:5000/",
    "mlflow.example.com/prefix": "http://mlflow.example.com/prefix",
    "mlflow:5000/x": "http://mlflow:5000/x",
    "htp://h": "http://h",
    "htpps://h/x": "https://h/x",
    "http:/h": "http://h",
    "http:h": "http://h",
    "http//h:5000": "http://h:5000",
    "http:///h": "http://h",
    "https:\\\\h\\x": "https://h/x",
    "http://h\\x": "http://h/x",
  };
  for (const [text, address] of Object.entries(meant)) {
    assert.equal(expectedFor(text), `an http or https URL; did you mean ${address}?`, text);
    assert.equal(parseTrackingUri(address).kind, "http");
  }
  assert.equal(
    expectedFor("http://h:5000/?o=1"),
    "a URL that ends before any blank, ? or #; did you mean http://h:5000/?",
  );
  assert.equal(
    expectedFor("http://h:5000/#top"),
    "a URL that ends before any blank, ? or #; did you mean http://h:5000/?",
  );
});

Deno.test("parseTrackingUri() says what is wrong where nobody can tell what was meant", () => {
  assert.equal(
    messageFor("http://h:99999"),
    'Cannot use --tracking-url "http://h:99999": expected a port from 1 to 65535',
  );
  assert.equal(expectedFor("http://u:1@h:0/"), "a port from 1 to 65535");
  assert.equal(expectedFor("http://h h"), "a URL that ends before any blank, ? or #");
  for (const text of ["http://", "http:///", "http://:5000"]) {
    assert.equal(expectedFor(text), "an http or https URL with a host, as in http://localhost:5000", text);
  }
  assert.equal(expectedFor("http://h:port"), "an http or https URL, as in http://localhost:5000");
  for (const text of ["ftp://h", "s3://bucket/x", "uc:profile"]) {
    assert.equal(expectedFor(text), "an http or https URL", text);
  }
});

Deno.test("parseTrackingUri() knows a folder by its path or its file: URI", () => {
  for (const uri of ["./mlruns", "mlruns", "/data/mlruns", "file:x", "file:///x", "C:\\mlruns", "~/mlruns", "a/b c"]) {
    assert.deepEqual(parseTrackingUri(uri), { kind: "files", uri });
  }
});

Deno.test("parseTrackingUri() has words of its own for stores and for Databricks", () => {
  assert.equal(
    expectedFor("mssql+pyodbc://h/db"),
    "an http or https URL, or a store of sqlite, postgresql or mysql, or a folder of MLflow's; serve such a store with " +
      "`mlflow server --backend-store-uri URI` and give the URL of that server",
  );
  for (const text of ["databricks://scope:prefix", "databricks:/profile", "databricks-x", "databricks://a/b"]) {
    assert.equal(
      expectedFor(text),
      "databricks or databricks://PROFILE, and for a registry also databricks-uc",
      text,
    );
  }
});

Deno.test("parseTrackingUri() takes Databricks with and without a profile, and its catalog", () => {
  const [kind, profile] = ["databricks", "my profile"] as const;
  assert.deepEqual(parseTrackingUri("databricks"), { kind, profile: undefined, isCatalog: false });
  assert.deepEqual(parseTrackingUri(" 'databricks://' "), { kind, profile: undefined, isCatalog: false });
  assert.deepEqual(parseTrackingUri("databricks://my profile"), { kind, profile, isCatalog: false });
  assert.deepEqual(parseTrackingUri("databricks-uc"), { kind, profile: undefined, isCatalog: true });
  assert.deepEqual(parseTrackingUri("databricks-uc://my profile"), { kind, profile, isCatalog: true });
});

Deno.test("parseTrackingUri() takes the databases that are read without a server, whatever Python's driver for them", () => {
  const kinds = [
    "sqlite:///mlflow.db",
    "sqlite+pysqlite:////data/mlflow.db",
    "postgresql+psycopg2://u@h/db",
    "mysql+pymysql://h/db",
  ]
    .map((text) => parseTrackingUri(text).kind);
  assert.deepEqual(kinds, ["sqlite", "sqlite", "postgresql", "mysql"]);
});

Deno.test("parseTrackingUri() shows no password, neither in what was found nor in what was meant", () => {
  const texts = [
    "htp://u:hunter2@h",
    "http:/u:hunter2@h",
    "http://u:hun/ter2@h x",
    "http://u:hunter2@h:99999",
    "http://u:hunter2@h/?a=1",
    "http://u:7?hunter2@h",
  ];
  for (const text of [...texts, "u:hunter2@h:5000", "mssql://u:hunter2@h/db"]) {
    assert.doesNotMatch(messageFor(text), /hun|ter2/, text);
  }
});
