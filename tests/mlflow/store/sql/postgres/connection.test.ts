import assert from "node:assert/strict";
import type postgres from "postgres";
import { PostgresConnection } from "../../../../../lib/mlflow/store/sql/postgres/connection.ts";

/** A connection that, like PostgreSQL's during a copy, refuses what is asked before the last answer is there. */
function strictConnection(): { readonly sql: ReturnType<typeof postgres>; readonly asked: string[] } {
  const asked: string[] = [];
  let isBusy = false;
  const values = async (statement: string): Promise<unknown[]> => {
    assert.equal(isBusy, false, "asked while another answer was on its way");
    isBusy = true;
    asked.push(statement);
    await new Promise((resolve) => setTimeout(resolve, 1));
    isBusy = false;
    return [[statement]];
  };
  const unsafe = (statement: string): unknown => ({ values: () => values(statement) });
  return { sql: { unsafe } as unknown as ReturnType<typeof postgres>, asked };
}

Deno.test("PostgresConnection.atOnce() does one work after another, also behind one that failed", async () => {
  const { sql, asked } = strictConnection();
  const connection = new PostgresConnection(sql, {
    points: () => ({ step: "0", value: "m.value" }),
    errors: (error) => {
      throw error;
    },
  });
  assert.equal(connection.isBusy, false);
  const works = [1, 2, 3].map((number) =>
    connection.atOnce(async (tables) => {
      const rows = [...await tables.rows(`${number} first`), ...await tables.rows(`${number} then`)];
      if (number === 2) throw new Error("broke");
      return rows;
    })
  );
  assert.equal(connection.isBusy, true);
  const ends = await Promise.allSettled(works);
  assert.deepEqual(ends.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
  assert.deepEqual(asked, [1, 2, 3].flatMap((number) => [`${number} first`, `${number} then`]));
  assert.equal(connection.isBusy, false);
});
