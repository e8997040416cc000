import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { UsageError } from "../../../../lib/errors.ts";
import { withMarks, withNumbers } from "../../../../lib/mlflow/store/sql/access/statement.ts";
import { tlsModeOf, tlsOptions } from "../../../../lib/mlflow/store/sql/access/tls.ts";
import { parseDatabaseUri, secretsOf, withoutPassword } from "../../../../lib/mlflow/store/sql/access/uri.ts";
import { mysqlSettings } from "../../../../lib/mlflow/store/sql/mysql/settings.ts";
import { readCopy, readFloats, readInt, readInts } from "../../../../lib/mlflow/store/sql/postgres/copy.ts";
import { passwordIn } from "../../../../lib/mlflow/store/sql/postgres/password_file.ts";
import { postgresSettings } from "../../../../lib/mlflow/store/sql/postgres/settings.ts";

Deno.test("withMarks() and withNumbers() write values and lists as each package takes them", () => {
  const values = ["a", ["b", "c"], 3];
  const statement = "select x where a = ? and b in ? and c > ?";
  assert.deepEqual(withMarks(statement, values), [
    "select x where a = ? and b in (?, ?) and c > ?",
    ["a", "b", "c", 3],
  ]);
  assert.equal(withNumbers(statement, values), "select x where a = $1 and b = any($2) and c > $3");
  assert.equal(withNumbers("where k not in ?", [["a"]]), "where k <> all($1)");
  assert.deepEqual(withMarks("where k in ?", [[]]), ["where k in (null)", []]);
});

Deno.test("parseDatabaseUri() reads what SQLAlchemy reads", () => {
  const uri = parseDatabaseUri("postgresql+psycopg2://u%40x:p%40s%2Fs@db.example:6543/ml?sslmode=require");
  assert.deepEqual(
    [uri.kind, uri.user, uri.password, uri.host, uri.port, uri.database, uri.query.get("sslmode")],
    ["postgresql", "u@x", "p@s/s", "db.example", 6543, "ml", "require"],
  );
  assert.equal(parseDatabaseUri("sqlite:///rel.db").database, "rel.db");
  assert.equal(parseDatabaseUri("sqlite:////data/a b.db").database, "/data/a b.db");
  assert.equal(parseDatabaseUri("mysql://[::1]:1/d").host, "::1");
  assert.throws(() => parseDatabaseUri("postgresql://u:p@h:port/d"), UsageError);
});

Deno.test("a URI's password is shown nowhere, and hidden as it stands and as it is", () => {
  const uri = "mysql+pymysql://u:p%40ss@h/d?ssl_ca=x&password=other";
  assert.equal(withoutPassword(uri), "mysql+pymysql://u@h/d?ssl_ca=x&password=***");
  assert.deepEqual(secretsOf(uri), ["p%40ss", "p@ss", "other"]);
  assert.deepEqual(secretsOf("sqlite:///a.db"), []);
});

Deno.test("passwordIn() finds the first line that fits, as libpq does", () => {
  const place = { host: "h", port: 5432, database: "d", user: "u" };
  const text = "# h:5432:d:u:comment\nh:1:d:u:port\n*:*:d\\:x:u:database\nh:5432:*:u:a\\:b\\\\c\n*:*:*:*:any\n";
  assert.equal(passwordIn(text, place), "a:b\\c");
  assert.equal(passwordIn(text, { ...place, user: "v" }), "any");
  assert.equal(passwordIn("h:5432:d:v:x", place), undefined);
});

Deno.test("postgresSettings() takes the URI, then PostgreSQL's variables, then its password file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/.pgpass`, "*:*:*:*:from the file\n", { mode: 0o600 });
    const settings = (uri: string, env = {}): ReturnType<typeof postgresSettings> =>
      postgresSettings(parseDatabaseUri(uri), { HOME: folder, ...env });
    assert.equal((await settings("postgresql://u:own@h/d", { PGPASSWORD: "x" })).password, "own");
    assert.equal((await settings("postgresql://u@h/d", { PGPASSWORD: "x" })).password, "x");
    assert.equal((await settings("postgresql://u@h/d")).password, "from the file");
    await Deno.chmod(`${folder}/.pgpass`, 0o644);
    assert.equal((await settings("postgresql://u@h/d")).password, undefined);
    assert.equal((await settings("postgresql://u@h/d")).tls, "prefer");
    assert.equal((await settings("postgresql://u@h/d", { PGSSLMODE: "disable" })).tls, false);
    const full = await settings("postgresql://u@h/d?sslmode=verify-full");
    assert.deepEqual((full.tls as { rejectUnauthorized: boolean }).rejectUnauthorized, true);
    await assert.rejects(settings("postgresql://u@h/d", { PGSSLMODE: "sure" }), UsageError);
    await assert.rejects(settings("postgresql://u@h/d?sslmode=require", { PGSSLROOTCERT: "/none.pem" }), UsageError);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("mysqlSettings() takes MYSQL_PWD and the drivers' TLS words", () => {
  const settings = (uri: string): ReturnType<typeof mysqlSettings> =>
    mysqlSettings(parseDatabaseUri(uri), { MYSQL_PWD: "x" });
  assert.deepEqual([settings("mysql://u@h/d").password, settings("mysql://u@h/d").ssl], ["x", undefined]);
  assert.equal(settings("mysql://u:@h/d").password, "");
  assert.equal(settings("mysql://u@h/d?ssl=true").ssl?.rejectUnauthorized, false);
  assert.equal(settings("mysql://u@h/d?ssl_verify_cert=true").ssl?.rejectUnauthorized, true);
  assert.equal(settings("mysql://u@h/d?ssl_verify_identity=true").ssl?.verifyIdentity, true);
  // An address would be taken for "localhost".
  for (const host of ["192.0.2.1", "[::1]"]) {
    assert.throws(() => settings(`mysql://u@${host}/d?ssl_verify_identity=true`), UsageError);
  }
});

Deno.test("postgresSettings() checks the certificate of verify-full against the very host, an address too", async () => {
  const { tls } = await postgresSettings(parseDatabaseUri("postgresql://u@192.0.2.1/d"), { PGSSLMODE: "verify-full" });
  assert.deepEqual(tls, {
    ca: undefined,
    cert: undefined,
    key: undefined,
    host: "192.0.2.1",
    rejectUnauthorized: true,
  });
});

Deno.test("tlsOptions() trusts whom each mode trusts", () => {
  const host = "192.0.2.1";
  assert.equal(tlsOptions("require", { host }).rejectUnauthorized, false);
  assert.equal(tlsOptions("verify-ca", { host }).checkServerIdentity?.("h", {} as never), undefined);
  const full = tlsOptions("verify-full", { host });
  assert.deepEqual([full.checkServerIdentity, full.host], [undefined, host]);
  assert.equal(tlsModeOf("verify-ca", "sslmode"), "verify-ca");
});

/** A copy of two rows: (text, null) and (text, array of bigint). */
function copyBytes(): Buffer {
  const int16 = (value: number): Buffer => Buffer.from([value >> 8 & 0xff, value & 0xff]);
  const int32 = (value: number): Buffer => Buffer.concat([int16(value >> 16), int16(value & 0xffff)]);
  const field = (bytes: Buffer): Buffer => Buffer.concat([int32(bytes.length), bytes]);
  const int8 = (value: bigint): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(value);
    return field(bytes);
  };
  const array = Buffer.concat([...[1, 0, 20, 2, 1].map(int32), int8(-5n), int8(2n ** 40n)]);
  return Buffer.concat([
    Buffer.from("PGCOPY\n\xff\r\n\0", "latin1"),
    ...[int32(0), int32(0)],
    ...[int16(2), field(Buffer.from("ä")), int32(-1)],
    ...[int16(2), field(Buffer.from("b")), field(array)],
    int16(-1),
  ]);
}

Deno.test("readCopy() gives the rows however the bytes are cut, and no copy that ends too soon", async () => {
  const whole = copyBytes();
  for (const size of [1, 3, 20, 1000]) {
    const chunks = Array.from(
      { length: Math.ceil(whole.length / size) },
      (_, index) => whole.subarray(index * size, (index + 1) * size),
    );
    const rows = await Array.fromAsync(
      readCopy(ReadableStream.from(chunks)),
      (row) => row.map((cell) => cell && Buffer.from(cell)),
    );
    assert.deepEqual(rows.map(([text, cell]) => [String(text), cell === null]), [["ä", true], ["b", false]], `${size}`);
    assert.deepEqual(readInts(rows[1]?.[1] as Buffer), [-5, 2 ** 40]);
  }
  await assert.rejects(Array.fromAsync(readCopy(ReadableStream.from([whole.subarray(0, -2)]))), /ended before its end/);
});

Deno.test("readInt() is a number where one holds it, and exact where none does", () => {
  const bytes = Buffer.alloc(8);
  for (const value of [0n, -1n, 2n ** 53n - 1n, 2n ** 53n + 1n, -(2n ** 63n)]) {
    bytes.writeBigInt64BE(value);
    const read = readInt(bytes);
    assert.equal(BigInt(read), value);
    assert.equal(typeof read, Number.isSafeInteger(Number(value)) ? "number" : "bigint");
  }
});

Deno.test("readFloats() keeps every bit, and tells which are null", () => {
  const bytes = Buffer.alloc(20 + 12 + 4 + 12);
  bytes.writeInt32BE(3, 12);
  bytes.writeInt32BE(8, 20);
  bytes.writeDoubleBE(0.1 + 0.2, 24);
  bytes.writeInt32BE(-1, 32);
  bytes.writeInt32BE(8, 36);
  bytes.writeDoubleBE(5e-324, 40);
  const { values, nulls } = readFloats(bytes);
  assert.deepEqual([[...values], [...nulls]], [[0.1 + 0.2, 0, 5e-324], [1]]);
});
