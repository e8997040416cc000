import assert from "node:assert/strict";
import { fakeScreen } from "./fakes.ts";

const CLEAR = "\r\x1b[2K";

Deno.test("Screen prints lines to standard output, and errors with their hint to standard error", () => {
  const { screen, stdout, stderr } = fakeScreen();
  screen.print("a line");
  screen.printText("two\nlines\n");
  screen.printError("It failed\nbadly", "Do this");
  assert.equal(stdout.text, "a line\ntwo\nlines\n");
  assert.equal(stderr.text, "ERROR: It failed\\nbadly\nDo this\n");
});

Deno.test("Screen keeps the live line below whatever is printed", () => {
  const { screen, stdout, stderr } = fakeScreen({ columns: 80 });
  screen.setLive("50 of 100");
  assert.equal(stderr.take(), `${CLEAR}50 of 100`);
  screen.print("a line");
  assert.equal(stdout.take(), "a line\n");
  assert.equal(stderr.take(), `${CLEAR}50 of 100`);
  screen.setLive("50 of 100");
  assert.equal(stderr.take(), "");
  screen.setLive("");
  assert.equal(stderr.take(), CLEAR);
  screen.print("another");
  assert.equal(stderr.take(), "");
});

Deno.test("Screen cuts the live line to the terminal's width", () => {
  const { screen, stderr } = fakeScreen({ columns: 10 });
  screen.setLive("0123456789");
  assert.equal(stderr.take(), `${CLEAR}012345...`);
});

Deno.test("Screen draws no live line in a pipe, in CI, without columns or in a dumb terminal", () => {
  const cases = [{}, { columns: 0 }, { columns: 80, env: { CI: "true" } }, { columns: 80, env: { TERM: "dumb" } }];
  for (const options of cases) {
    const { screen, stderr } = fakeScreen(options);
    assert.equal(screen.canDraw, false);
    screen.setLive("x");
    screen.print("y");
    assert.equal(stderr.text, "");
  }
  for (const CI of ["", "0", "false"]) assert.equal(fakeScreen({ columns: 80, env: { CI } }).screen.canDraw, true);
});

Deno.test("Screen colours in a terminal only, and never with NO_COLOR", () => {
  const highlight = { word: "WARNING", color: "yellow" } as const;
  const printed = (options: Parameters<typeof fakeScreen>[0]): string => {
    const { screen, stdout } = fakeScreen(options);
    screen.print("WARNING: $& WARNING", highlight);
    return stdout.text;
  };
  assert.equal(printed({ columns: 80 }), "\x1b[33mWARNING\x1b[39m: $& WARNING\n");
  assert.equal(printed({ columns: 80, env: { NO_COLOR: "1" } }), "WARNING: $& WARNING\n");
  assert.equal(printed({ columns: 80, env: { NO_COLOR: "" } }), "\x1b[33mWARNING\x1b[39m: $& WARNING\n");
  assert.equal(printed({}), "WARNING: $& WARNING\n");
});

Deno.test("Screen writes no secret, wherever it writes", () => {
  const { screen, stdout, stderr } = fakeScreen({ columns: 80, secrets: ["hunter2"] });
  screen.print("a hunter2");
  screen.printText("b hunter2\n");
  screen.printError("c hunter2", "d http://u:pw@h");
  screen.setLive("e hunter2");
  assert.doesNotMatch(stdout.text + stderr.text, /hunter2|pw/);
  assert.equal(stdout.text, "a ***\nb ***\n");
});

Deno.test("Screen goes on when a reader went away", () => {
  const { screen, stdout, stderr } = fakeScreen();
  stdout.breakPipe();
  screen.print("nobody reads this");
  stderr.write = (): void => {
    throw new Error("EPIPE");
  };
  screen.printError("nor this");
  screen.printError("nor that");
  assert.equal(stdout.text, "");
});
