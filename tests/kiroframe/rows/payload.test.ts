import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createEnvelope, streamBody, textBody } from "../../../lib/kiroframe/rows/payload.ts";

const envelope = createEnvelope({ importSource: "mlflow", sourceId: "cc2d16ea7d" }, 2);
const row = '{"9": 9223372036854775807, "10": 3.0, "☃": "\\ud800"}';
const body =
  `{"import_source": "mlflow", "import_source_id": "cc2d16ea7d", "import_type": 2, "owner_id": null, "line": ${row}}`;

Deno.test("textBody() splices the row's text in unchanged", () => {
  assert.equal(textBody(envelope, Buffer.from(`..${row}..`).subarray(2, -2)), body);
});

Deno.test("streamBody() gives the same text at each call", async () => {
  async function* open(): AsyncGenerator<Uint8Array> {
    for (const byte of Buffer.from(row)) yield Uint8Array.of(byte);
  }
  const make = streamBody(envelope, open);
  assert.equal(await new Response(make()).text(), body);
  assert.equal(await new Response(make()).text(), body);
});

Deno.test("streamBody() stops reading when nobody wants the rest", async () => {
  let isClosed = false;
  async function* open(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Uint8Array.of(0x20);
    } finally {
      isClosed = true;
    }
  }
  const reader = streamBody(envelope, open)().getReader();
  await reader.read();
  await reader.read();
  await reader.cancel();
  assert.equal(isClosed, true);
});

Deno.test("createEnvelope() writes what the source is called as JSON", () => {
  const { head, tail } = createEnvelope({ importSource: 'a"b', sourceId: "\n" }, 3);
  assert.deepEqual(JSON.parse(`${head}[]${tail}`), {
    import_source: 'a"b',
    import_source_id: "\n",
    import_type: 3,
    owner_id: null,
    line: [],
  });
});
