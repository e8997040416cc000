/**
 * Small changes, each of which would be wrong for somebody: what tools/mutate.ts makes, and which tests must notice.
 * @module
 */

/** One change. */
export interface Mutation {
  /** The file that is changed. */
  readonly file: string;
  /** Its text there, which occurs exactly once. */
  readonly from: string;
  /** What takes its place. */
  readonly to: string;
  /** The files of tests that must fail then. */
  readonly tests: readonly string[];
  /** What a user would meet. */
  readonly wrong: string;
}

/** All of them, by room. */
export const MUTATIONS: readonly Mutation[] = [
  {
    file: "lib/errors.ts",
    from: "if (isDiskFull(error)) return true;",
    to: "",
    tests: ["tests/errors.test.ts"],
    wrong: "on a full disk every further artifact would be tried, and the export end as though files had failed",
  },
  {
    file: "lib/errors.ts",
    from: "this.isForAll = options.status !== 403;",
    to: "this.isForAll = true;",
    tests: ["tests/errors.test.ts"],
    wrong: "one artifact that this account may not read would end the export as a wrong login does",
  },
  {
    file: "lib/http/redirect.ts",
    from: "if (!isSameServer(url, target)) {",
    to: "if (url === target) {",
    tests: ["tests/http/redirect.test.ts"],
    wrong: "a redirect would take the credentials to another server",
  },
  {
    file: "lib/http/retry.ts",
    from: "return Number(text) * 1000;",
    to: "return Number(text);",
    tests: ["tests/http/retry.test.ts"],
    wrong: "a server that asks for 30 seconds would get 30 milliseconds",
  },
  {
    file: "lib/http/limiter.ts",
    from: "Math.max(1, Math.floor(this.limit / 2))",
    to: "this.limit",
    tests: ["tests/http/limiter.test.ts"],
    wrong: "an overloaded server would get as many calls as before",
  },
  {
    file: "lib/http/sender.ts",
    from: "if (attempt >= retries || !isPassing(error)) throw await",
    to: "if (attempt >= retries) throw await",
    tests: ["tests/http/client.test.ts", "tests/http/sender.test.ts"],
    wrong: "a wrong token would be tried again for three minutes",
  },
  {
    file: "lib/http/deadline.ts",
    from: "if (parent?.aborted) this.#onAbort();",
    to: "",
    tests: ["tests/http/deadline.test.ts"],
    wrong: "Ctrl-C between two calls would be answered only after the next one",
  },
  {
    file: "lib/mlflow/auth/credentials.ts",
    from: "(credentials?.password ? credentials : null) ??",
    to: "",
    tests: ["tests/mlflow/auth/credentials.test.ts"],
    wrong: "MLFLOW_TRACKING_USERNAME would win over the user that stands in the address",
  },
  {
    file: "lib/mlflow/rest/endpoints/dialect.ts",
    from: '"content-type": "application/json"',
    to: '"content-type": "text/plain"',
    tests: ["tests/mlflow/rest/endpoints/dialect.test.ts"],
    wrong: "MLflow would refuse every POST",
  },
  {
    file: "lib/mlflow/rest/listing/counts.ts",
    from: "tokenOfOffset(count * 2 - 1)",
    to: "tokenOfOffset(count * 2)",
    tests: ["tests/mlflow/rest/listing/counts.test.ts"],
    wrong: "machines with an experiment of 2, 4, 8 … runs would not agree on shards with those of earlier versions",
  },
  {
    file: "lib/mlflow/rest/listing/filter.ts",
    from: "attributes.start_time < ${untilMs}",
    to: "attributes.start_time <= ${untilMs}",
    tests: ["tests/mlflow/rest/listing/filter.test.ts"],
    wrong: "a run that started at midnight would be in the exports of two days",
  },
  {
    file: "lib/mlflow/rest/listing/runs.ts",
    from: "const isNew = !this.#seen.has(run.id);",
    to: "const isNew = true;",
    tests: ["tests/mlflow/rest/listing/runs.test.ts"],
    wrong: "runs that move between pages would be in the files twice",
  },
  {
    file: "lib/mlflow/rest/history/pages.ts",
    from: "return offsetOfToken(token) === null ? token : tokenOfOffset(count);",
    to: "return token;",
    tests: ["tests/mlflow/rest/history/pages.test.ts"],
    wrong: "MLflow 3.1 to 3.12 would be read in circles",
  },
  {
    file: "lib/mlflow/rest/models.ts",
    from: "Number(b.version) - Number(a.version)",
    to: "b.version < a.version ? -1 : 1",
    tests: ["tests/mlflow/rest/models.test.ts"],
    wrong: "version 9 would be sent as newer than version 10",
  },
  {
    file: "lib/source/glob.ts",
    from: 'pattern.replace(/[\\\\^$.+()[\\]{}|]/g, "\\\\$&")',
    to: "pattern",
    tests: ["tests/source/privacy.test.ts", "tests/cli/run.test.ts"],
    wrong: "an experiment named a.b could not be told from axb, and one named a( not be chosen",
  },
  {
    file: "lib/source/privacy.ts",
    from: "profile: optional(profile)",
    to: "profile",
    tests: ["tests/source/privacy.test.ts"],
    wrong: "--redact would leave a customer's name in the profile of a dataset",
  },
  {
    file: "lib/rows/tally.ts",
    from: "const isSurrogate = unit >= 0xd800 && unit <= 0xdfff;",
    to: "const isSurrogate = unit < 0;",
    tests: ["tests/rows/rows.test.ts"],
    wrong: "names beyond the BMP would come in another order than the reference's",
  },
  {
    file: "lib/rows/time.ts",
    from: 'millis === "000" ? "" : `.${millis}000`',
    to: "`.${millis}000`",
    tests: ["tests/rows/time.test.ts"],
    wrong: "times of whole seconds would differ from the reference's",
  },
  {
    file: "lib/rows/csv.ts",
    from: 'if (Number.isNaN(value)) return "";',
    to: 'if (Number.isNaN(value)) return "NaN";',
    tests: ["tests/rows/rows.test.ts", "tests/parity.test.ts"],
    wrong: "runs.csv would have NaN where the reference has an empty cell",
  },
  {
    file: "lib/export/order/shard.ts",
    from: " || (a.id < b.id ? -1 : 1)",
    to: "",
    tests: ["tests/export/order/shard.test.ts"],
    wrong: "two machines that list experiments in another order would both leave one out",
  },
  {
    file: "lib/export/exporter.ts",
    from: "options.shard === undefined && ",
    to: "",
    tests: ["tests/cli/merge.test.ts"],
    wrong: "runs.csv of merged shards would be empty",
  },
  {
    file: "lib/export/artifacts/path.ts",
    from: 'part === ".." || ',
    to: "",
    tests: ["tests/export/artifacts/path.test.ts"],
    wrong: "a hostile server could write anywhere",
  },
  {
    file: "lib/folder/append_file.ts",
    from: "if (size < length) {",
    to: "if (size < 0) {",
    tests: ["tests/folder/export_folder.test.ts"],
    wrong: "a file that lost its end would be resumed with a hole of zeros",
  },
  {
    file: "lib/folder/record_reader.ts",
    from: "if (next !== -1 && !this.#isQuoted) left--;",
    to: "if (next !== -1) left--;",
    tests: ["tests/folder/record_reader.test.ts"],
    wrong: "merge would tear the runs of an experiment whose name has a line break",
  },
  {
    file: "lib/lines/reader.ts",
    from: "const part = chunk.slice(start, start + maxBytes - held);",
    to: "const part = chunk.subarray(start, start + maxBytes - held);",
    tests: ["tests/lines/reader.test.ts"],
    wrong: "a row at the edge of a megabyte would be read as another one's bytes",
  },
  {
    file: "lib/kiroframe/ledger/mod.ts",
    from: ' && found["hash"] === row.hash',
    to: "",
    tests: ["tests/kiroframe/ledger/mod.test.ts"],
    wrong: "a run that went on since the last import would never be updated",
  },
  {
    file: "lib/kiroframe/client.ts",
    from: '.replaceAll(this.#token, "***")',
    to: "",
    tests: ["tests/kiroframe/failures.test.ts", "tests/faults/secrets.test.ts"],
    wrong: "a server that repeats the token would put it into the log",
  },
  {
    file: "lib/kiroframe/stop_rules.ts",
    from: "if (!failure.isLarge && ++this.#away >= AWAY_ROWS)",
    to: "if (++this.#away >= AWAY_ROWS)",
    tests: ["tests/kiroframe/stop_rules.test.ts"],
    wrong: "two rows that are too large would hold up every import for ever",
  },
  {
    file: "lib/kiroframe/rows/thinning.ts",
    from: "let next = evenly === 1 ? last : 0;",
    to: "let next = 0;",
    tests: ["tests/kiroframe/rows/thinning.test.ts"],
    wrong: "--max-history-points 1 would send the first value in place of the last",
  },
  {
    file: "lib/kiroframe/sender.ts",
    from: "ahead?.catch(ignore);\n        await this.#send(row);",
    to: "ahead?.catch(ignore);\n        void this.#send(row);",
    tests: ["tests/kiroframe/order.test.ts"],
    wrong: "runs would be numbered in whatever order they come",
  },
  {
    file: "lib/jobs/import.ts",
    from: "if (!isWritten || (isBegun && finishedExport(folder) === null)) throw unfinished(path);",
    to: "",
    tests: ["tests/jobs/import.test.ts"],
    wrong: "half an export would be imported as though it were all",
  },
  {
    file: "lib/jobs/folder/open.ts",
    from: "if (about.import_source_id !== identity.sourceId) throw otherSource(path, about, identity);",
    to: "",
    tests: ["tests/mod.test.ts", "tests/cli/run_again.test.ts"],
    wrong: "--resume with another server's address would mix two servers in one folder",
  },
  {
    file: "lib/cli/parse/shard.ts",
    from: "shard.index >= 1 && shard.index <= shard.count",
    to: "shard.index >= 1",
    tests: ["tests/cli/merge.test.ts"],
    wrong: "--shard 5/4 would export nothing and end with 0",
  },
  {
    file: "lib/cli/run.ts",
    from: "failure = system.signal.aborted ? system.signal.reason : inWords(thrown);",
    to: "failure = inWords(thrown);",
    tests: ["tests/cli/run.test.ts"],
    wrong: "Ctrl-C would be told as a failure of the connection",
  },
  {
    file: "lib/cli/tables/secrets.ts",
    from: "secrets.add(decoded(secret));",
    to: "",
    tests: ["tests/cli/tables/secrets.test.ts"],
    wrong: "a password with an escape in the address would be shown in plain text",
  },
  {
    file: "lib/terminal/redact.ts",
    from: 'bytes.toString("base64url"),',
    to: "",
    tests: ["tests/terminal/redact.test.ts"],
    wrong: "a secret inside a token of base64url would be shown",
  },
  {
    file: "lib/terminal/log.ts",
    from: "value: (value) => visible(String(value)),",
    to: "value: (value) => String(value),",
    tests: ["tests/terminal/log.test.ts"],
    wrong: "an experiment's name could write lines of its own into the log",
  },
  {
    file: "lib/terminal/screen.ts",
    from: 'return height === 0 ? "" : `\\r\\x1b[${height}A`;',
    to: 'return height === 0 ? "" : `\\r\\x1b[1A`;',
    tests: ["tests/terminal/screen.test.ts"],
    wrong: "the live area would leave its lines behind, ten times a second",
  },
  {
    file: "lib/cli/run.ts",
    from: "if (json) screen.keepStdout();",
    to: "",
    tests: ["tests/cli/end/json.test.ts"],
    wrong: "log lines would stand before the document of --json",
  },
  {
    file: "lib/mlflow/artifacts/objects/azure/container.ts",
    from: "if (url.origin === origin) signed",
    to: "signed",
    tests: ["tests/mlflow/artifacts/objects/azure/kind.test.ts"],
    wrong: "a shared access signature would go along to wherever Azure's answer points",
  },
  {
    file: "lib/mlflow/artifacts/objects/google/sign_in.ts",
    from: "hide([assertion]);",
    to: "",
    tests: ["tests/faults/objects/secrets.test.ts"],
    wrong: "what a service account signs in with would be shown where a server says it back",
  },
  {
    file: "lib/mlflow/artifacts/objects/files.ts",
    from: "const isPart = from > 0 && from < object.size;",
    to: "const isPart = false;",
    tests: ["tests/faults/objects/broken.test.ts"],
    wrong: "a large file would begin anew wherever a connection breaks",
  },
  {
    file: "lib/mlflow/artifacts/objects/azure/page.ts",
    from: ".filter((entry) => !isFolder(entry))",
    to: "",
    tests: ["tests/mlflow/artifacts/objects/azure/kind.test.ts"],
    wrong: "a data lake's folders would stand in the way of the files in them",
  },
];
