import assert from "node:assert/strict";
import { fakeScreen } from "./fakes.ts";

const [LINE, REST] = ["\x1b[2K", "\x1b[K"];

Deno.test("Screen prints lines to standard output, and errors with their hint to standard error", () => {
  const { screen, stdout, stderr } = fakeScreen();
  screen.print("a line");
  screen.printText("two\nlines\n");
  screen.printError("It failed\nbadly", "Do this");
  assert.equal(stdout.text, "a line\ntwo\nlines\n");
  assert.equal(stderr.text, "ERROR: It failed\\nbadly\nDo this\n");
});

/** Goes back over so many lines from the one below them. */
const back = (height: number): string => `\r\x1b[${height}A`;

const cleared = (height: number): string => `${back(height)}${`${LINE}\x1b[1B`.repeat(height)}${LINE}${back(height)}`;

Deno.test("Screen keeps the live area below whatever is printed", () => {
  const { screen, stdout, stderr } = fakeScreen({ columns: 80 });
  screen.setLive(["50 of 100", "digits"]);
  assert.equal(stderr.take(), `50 of 100${REST}\ndigits${REST}\n${REST}`);
  screen.print("a line");
  assert.equal(stdout.take(), "a line\n");
  assert.equal(stderr.take(), `${cleared(2)}50 of 100${REST}\ndigits${REST}\n${REST}`);
  screen.setLive(["50 of 100", "digits"]);
  assert.equal(stderr.take(), "");
  screen.setLive(["51 of 100", "digits"]);
  assert.equal(stderr.take(), `${back(2)}51 of 100${REST}\ndigits${REST}\n${REST}`);
  screen.setLive(["51 of 100"]);
  assert.equal(stderr.take(), `${cleared(2)}51 of 100${REST}\n${REST}`);
  screen.setLive([]);
  assert.equal(stderr.take(), cleared(1));
  screen.print("another");
  assert.equal(stderr.take(), "");
});

Deno.test("Screen cuts the live area to the terminal's width and height", () => {
  const { screen, stderr } = fakeScreen({ columns: 10 });
  stderr.rows = 3;
  screen.setLive(["0123456789", "b", "c", "d"]);
  assert.equal(stderr.take(), `012345...${REST}\nb${REST}\n${REST}`);
});

Deno.test("Screen takes back a live area that a narrower terminal has broken into more lines", () => {
  const { screen, stderr } = fakeScreen({ columns: 41 });
  screen.setLive(["x".repeat(40), "y".repeat(20), "z"]);
  stderr.take();
  stderr.columns = 20;
  screen.setLive(["short"]);
  assert.equal(stderr.take(), `${cleared(4)}short${REST}\n${REST}`);
});

Deno.test("Screen draws no live area in a pipe, in CI, without columns or in a dumb terminal", () => {
  const cases = [{}, { columns: 0 }, { columns: 80, env: { CI: "true" } }, { columns: 80, env: { TERM: "dumb" } }];
  for (const options of cases) {
    const { screen, stderr } = fakeScreen(options);
    assert.equal(screen.canDraw, false);
    screen.setLive(["x"]);
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
  screen.setLive(["e hunter2"]);
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
