import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { AppError } from "../../lib/errors.ts";
import { createLog } from "../../lib/terminal/log.ts";
import type { LogLevel } from "../../lib/terminal/log.ts";
import { createRedactor } from "../../lib/terminal/redact.ts";
import { fakeScreen } from "./fakes.ts";

/** Local time, as the reference writes it. */
const NOW = new Date(2026, 10, 23, 21, 7, 2, 39).getTime();
const TIME = "2026-11-23 21:07:02,039";

function inFolder(test: (path: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "log-"));
  try {
    test(join(folder, "export.log"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function hereLine(): number {
  return Number(/:(\d+):\d+\)?$/.exec(new Error().stack?.split("\n")[2] ?? "")?.[1]);
}

Deno.test("createLog() writes the reference's two forms, with file and line of the caller", () => {
  inFolder((path) => {
    const { screen, redactor, stdout } = fakeScreen();
    const log = createLog({ level: "DEBUG", screen, redactor, now: () => NOW });
    log.openFile(path);
    const line = hereLine();
    log.logger.debug("one");
    log.logger.info("two");
    log.logger.warn("three");
    log.logger.error("four");
    log.close();
    const levels = ["DEBUG", "INFO", "WARNING", "ERROR"];
    const words = ["one", "two", "three", "four"];
    assert.equal(stdout.text, words.map((word, i) => `[${TIME}] ${levels[i]}: ${word}\n`).join(""));
    assert.equal(
      readFileSync(path, "utf8"),
      words.map((word, i) => `${TIME} ${levels[i]} [mlf_export] log.test.ts:${line + 1 + i}: ${word}\n`).join(""),
    );
  });
});

const KEPT: readonly (readonly [LogLevel, string])[] = [
  ["DEBUG", "debug info warn error"],
  ["INFO", "info warn error"],
  ["WARNING", "warn error"],
  ["ERROR", "error"],
  ["CRITICAL", ""],
];

for (const [level, kept] of KEPT) {
  Deno.test(`createLog() at ${level} keeps that level and those above, on the console and in the file`, () => {
    inFolder((path) => {
      const { screen, redactor, stdout } = fakeScreen();
      const log = createLog({ level, screen, redactor });
      log.openFile(path);
      for (const method of ["debug", "info", "warn", "error"] as const) log.logger[method](method);
      log.close();
      for (const text of [stdout.text, readFileSync(path, "utf8")]) {
        assert.equal(text.split("\n").map((line) => line.split(": ")[1]).filter((word) => word).join(" "), kept);
      }
    });
  });
}

Deno.test("openFile() appends, beginning with what was written before it was open", () => {
  inFolder((path) => {
    const first = createLog({ level: "INFO", redactor: createRedactor() });
    const line = hereLine() + 1;
    first.logger.info("early");
    first.openFile(path);
    first.logger.info("late");
    first.close();
    first.logger.info("after the end");
    const second = createLog({ level: "INFO", redactor: createRedactor() });
    second.openFile(path);
    second.logger.info("again");
    second.close();
    const written = readFileSync(path, "utf8").trimEnd().split("\n").map((text) => text.replace(/^.*? INFO /, ""));
    assert.deepEqual(written.map((text) => text.split(": ")[1]), ["early", "late", "again"]);
    assert.equal(written[0], `[mlf_export] log.test.ts:${line}: early`);
  });
});

Deno.test("openFile() throws AppError when the file cannot be opened", () => {
  inFolder((path) => {
    const log = createLog({ level: "INFO", redactor: createRedactor() });
    assert.throws(() => log.openFile(join(path, "below")), (error: unknown) => {
      assert.ok(error instanceof AppError);
      return /^Cannot open the log ".*": ENO/.test(error.message);
    });
  });
});

Deno.test("createLog() with console false still shows errors", () => {
  const { screen, redactor, stdout, stderr } = fakeScreen();
  const log = createLog({ level: "INFO", screen, redactor, console: false });
  log.logger.error("a record");
  log.printError("the end");
  assert.equal(stdout.text, "");
  assert.equal(stderr.text, "ERROR: the end\n");
});

Deno.test("logs live side by side in one process", () => {
  const [a, b] = [fakeScreen(), fakeScreen()];
  const logA = createLog({ level: "INFO", ...a });
  const logB = createLog({ level: "ERROR", ...b });
  logA.logger.info("a");
  logB.logger.info("b");
  logB.close();
  logA.logger.info("c");
  assert.match(a.stdout.text, /^\[.*\] INFO: a\n\[.*\] INFO: c\n$/);
  assert.equal(b.stdout.text, "");
});

Deno.test("a message is no template, and forges no line", () => {
  inFolder((path) => {
    const { screen, redactor, stdout } = fakeScreen();
    const log = createLog({ level: "INFO", screen, redactor, now: () => NOW });
    log.openFile(path);
    log.logger.info("run {name} %s {0} {{x}}\n2026-11-23 ERROR forged \x1b[2J");
    log.close();
    const text = "run {name} %s {0} {{x}}\\n2026-11-23 ERROR forged \\x1b[2J\n";
    assert.equal(stdout.text, `[${TIME}] INFO: ${text}`);
    assert.equal(
      readFileSync(path, "utf8").replace(/log\.test\.ts:\d+/, "F:1"),
      `${TIME} INFO [mlf_export] F:1: ${text}`,
    );
  });
});

Deno.test("no secret is left on the console or in the file, also in lines that waited for it", () => {
  inFolder((path) => {
    const { screen, redactor, stdout, stderr } = fakeScreen({ secrets: ["token-1234"] });
    const log = createLog({ level: "DEBUG", screen, redactor });
    log.logger.info("early password-5678");
    redactor.add(["password-5678", "user:password-5678"]);
    log.openFile(path);
    for (const method of ["debug", "info", "warn", "error"] as const) {
      log.logger[method](
        `x-api-key token-1234 ${btoa("user:password-5678")} http://user:password-5678@h ${btoa("token-1234")}`,
      );
    }
    log.printError("Refused token-1234", "Look at password-5678");
    log.close();
    const file = readFileSync(path, "utf8");
    const secrets = ["token-1234", btoa("token-1234"), btoa("user:password-5678").replace(/=*$/, "")];
    for (const secret of secrets) assert.ok(![stdout.text, stderr.text, file].join().includes(secret), secret);
    assert.ok(!(file + stderr.text).includes("password-5678"));
    assert.equal(file.split("\n").length, 8);
  });
});

Deno.test("printError() explains on standard error and, at every level, in the file", () => {
  inFolder((path) => {
    const { screen, redactor, stdout, stderr } = fakeScreen();
    const log = createLog({ level: "CRITICAL", screen, redactor, now: () => NOW });
    log.openFile(path);
    const line = hereLine() + 1;
    log.printError("Cannot reach MLflow", "Start it");
    log.printError("No hint");
    log.close();
    assert.equal(stderr.text, "ERROR: Cannot reach MLflow\nStart it\nERROR: No hint\n");
    assert.equal(stdout.text, "");
    const place = (offset: number): string => `${TIME} CRITICAL [mlf_export] log.test.ts:${line + offset}`;
    assert.equal(
      readFileSync(path, "utf8"),
      `${place(0)}: Cannot reach MLflow\n${place(0)}: Start it\n${place(1)}: No hint\n`,
    );
  });
});

Deno.test({
  name: "a full disk is told once, and ends nothing",
  ignore: process.platform !== "linux",
  fn(): void {
    const { screen, redactor, stdout, stderr } = fakeScreen();
    const log = createLog({ level: "INFO", screen, redactor });
    log.openFile("/dev/full");
    log.logger.info("one");
    log.logger.info("two");
    log.close();
    assert.match(stderr.text, /^ERROR: Cannot write the log "\/dev\/full": [^\n]*\n$/);
    assert.match(stdout.text, /one\n.*two\n$/);
  },
});

Deno.test("createLog() with a level of its own for the console shows less there, and keeps all in the file", () => {
  inFolder((path) => {
    const { screen, redactor, stdout } = fakeScreen();
    const log = createLog({ level: "INFO", consoleLevel: "WARNING", screen, redactor, now: () => NOW });
    log.openFile(path);
    log.logger.debug("one");
    log.logger.info("two");
    log.logger.warn("three");
    log.close();
    assert.equal(stdout.text, `[${TIME}] WARNING: three\n`);
    assert.match(readFileSync(path, "utf8"), / INFO .*: two\n.* WARNING .*: three\n$/);
  });
});
