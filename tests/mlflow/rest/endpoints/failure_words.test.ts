import assert from "node:assert/strict";
import { AppError } from "../../../../lib/errors.ts";
import { errorOfReply } from "../../../../lib/http/failure/errors.ts";
import { failureWords } from "../../../../lib/mlflow/rest/endpoints/failure_words.ts";

const info = { service: "MLflow", method: "POST", url: "http://fake/" };

Deno.test("failureWords() are MLflow's own where it gave a reason, else the message", () => {
  const body = '{"error_code": "INTERNAL_ERROR", "message": "damaged"}';
  for (const status of [403, 500]) {
    assert.equal(failureWords(errorOfReply({ ...info, status, body })), "INTERNAL_ERROR: damaged");
  }
  assert.equal(
    failureWords(errorOfReply({ ...info, status: 500, body: "" })),
    "MLflow answered POST http://fake/ with status 500",
  );
  assert.equal(failureWords(new AppError("without end")), "without end");
});
