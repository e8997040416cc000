import assert from "node:assert/strict";
import { type Meta, MetaError, parseMeta } from "../../../../../lib/mlflow/store/files/meta/yaml.ts";

function parse(text: string): Meta {
  return parseMeta(text) ?? assert.fail("it is empty");
}

Deno.test("parseMeta() reads what PyYAML writes, whichever way a text is quoted", () => {
  const texts: readonly (readonly [written: string, text: string | null])[] = [
    ["plain", "plain"],
    ["with blanks inside", "with blanks inside"],
    ["a:b#c", "a:b#c"],
    ["-5", "-5"],
    ["123e4567", "123e4567"],
    ["0x1F", "0x1F"],
    ["1:20", "1:20"],
    ["yes", "yes"],
    ["grüße ☃ 🚀", "grüße ☃ 🚀"],
    ["''", ""],
    ["'it''s'", "it's"],
    ["'null'", "null"],
    ["' a: b # c '", " a: b # c "],
    [String.raw`"two\nlines\x85\u2028\U0001F680 \"q\" \\ \e"`, 'two\nlines\u0085\u2028🚀 "q" \\ \u001b'],
    ["null", null],
    ["~", null],
    ["", null],
    ["[]", null],
    ["{}", null],
  ];
  for (const [written, text] of texts) assert.equal(parse(`a: ${written}\nb: c\n`).text("a"), text, written);
});

Deno.test("parseMeta() reads texts that are folded over lines", () => {
  assert.equal(parse("name: many words that\n  go on\nb: c\n").text("name"), "many words that go on");
  assert.equal(parse("name: 'it''s: many words\n\n  of two lines'\n").text("name"), "it's: many words\nof two lines");
  assert.equal(parse('name: "many words\\\n  \\ that go on"\n').text("name"), "many words that go on");
  assert.equal(parse("name: |-\n  a\n  b\nc: d\n").text("name"), "a\nb");
});

Deno.test("parseMeta() reads integers exactly, and no others for integers", () => {
  const meta = parse("a: 5\nb: -3\nc: 9007199254740993\nd: 1.5\ne: x\nf: null\ng: '7'\n");
  assert.deepEqual(["a", "b", "c", "d", "e", "f", "g", "h"].map((key) => meta.integer(key)), [
    5,
    -3,
    9007199254740993n,
    null,
    null,
    null,
    7,
    null,
  ]);
});

Deno.test("parseMeta() reads a mapping inside, empty or not", () => {
  const text = "source_id: x\ntags:\n  mlflow.data.context: training\n  a: 'b'\nz: 1\n";
  assert.deepEqual([...parse(text).texts("tags")], [["mlflow.data.context", "training"], ["a", "b"]]);
  assert.equal(parse(text).text("z"), "1");
  assert.deepEqual([...parse("tags:\n  'a: b': |\n    c\n").texts("tags")], [["a: b", "c\n"]]);
  for (const none of ["tags: {}\n", "tags: []\n", "tags:\n- a\n", "a: b\n"]) {
    assert.deepEqual([...parse(none).texts("tags")], [], none);
  }
});

Deno.test("parseMeta() takes nothing for an empty file, and refuses what is no mapping", () => {
  for (const text of ["", "\n", "  \n"]) assert.equal(parseMeta(text), null);
  for (const text of ["just text", "- a\n- b\n", "a: b: c\n", "a: 'open\n", "\u0000"]) {
    assert.throws(() => parseMeta(text), MetaError, JSON.stringify(text));
  }
});

Deno.test("parseMeta() reads lines that end as on Windows", () => {
  const meta = parse("a: b\r\nc: 'd'\r\n");
  assert.deepEqual([meta.text("a"), meta.text("c")], ["b", "d"]);
});
