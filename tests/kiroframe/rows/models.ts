/** Rows as plain models with a renderer of their own: what the filters are compared with. */
import fc from "fast-check";

/** One point; NaN and infinities included. */
export interface PointModel {
  readonly step: string;
  readonly ts: number;
  readonly value: number;
}

/** What matters of a run's row. */
export interface RowModel {
  readonly tags: readonly (readonly [string, string])[];
  readonly params: readonly (readonly [string, string])[];
  readonly latest: readonly (readonly [string, number])[];
  readonly histories: readonly (readonly [string, readonly PointModel[] | { readonly error: string }])[];
}

/** How JSON is written: separators, and how a value that JSON does not have stands there. */
export interface Style {
  readonly comma: string;
  readonly colon: string;
  readonly nonFinite: (value: number) => string;
}

/** As our folders are written. */
export const OURS: Style = { comma: ", ", colon: ": ", nonFinite: (value) => `"${value}"` };
/** As the reference's folders are written. */
export const REFERENCE: Style = { ...OURS, nonFinite: (value) => String(value) };
/** As other programs might rewrite them. */
export const COMPACT: Style = { ...OURS, comma: ",", colon: ":" };

/** Writes a row in a style. */
export function renderRow(row: RowModel, style: Style): string {
  const text = (value: string): string => JSON.stringify(value);
  const float = (value: number): string => Number.isFinite(value) ? JSON.stringify(value) : style.nonFinite(value);
  const map = (items: readonly (readonly [string, string])[]): string =>
    `{${items.map(([key, value]) => text(key) + style.colon + value).join(style.comma)}}`;
  const texts = (items: readonly (readonly [string, string])[]): string =>
    map(items.map(([key, value]) => [key, text(value)]));
  const point = ({ step, ts, value }: PointModel): string =>
    map([["step", step], ["ts", String(ts)], ["value", float(value)]]);
  return map([
    ["experiment_name", text('odd "names", ☃')],
    ["experiment_id", text("1")],
    ["run_id", text("r1")],
    ["tags", texts(row.tags)],
    ["params", texts(row.params)],
    ["metrics_latest", map(row.latest.map(([key, value]) => [key, float(value)]))],
    [
      "metrics_history",
      map(row.histories.map(([key, history]) => [
        key,
        "error" in history ? map([["error", text(history.error)]]) : `[${history.map(point).join(style.comma)}]`,
      ])),
    ],
    ["datasets", "[]"],
    ["dataset_names", `[${text("NaN")}]`],
  ]);
}

/** Texts that a pattern could mistake for the real thing, among any others. */
function trickyText(): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 8 }) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        "value",
        "NaN",
        "-Infinity",
        '"NaN"',
        "metrics_latest",
        "metrics_history",
        '", "metrics_latest": {"a": NaN}, "',
        '{"step": 0, "ts": 0, "value": "NaN"}',
        "\\",
        '\\"',
        "}",
        "]",
        "10",
        "9",
      ),
    },
  );
}

function value(): fc.Arbitrary<number> {
  return fc.oneof(
    fc.double({ noDefaultInfinity: true, noNaN: true }),
    fc.constantFrom(NaN, Infinity, -Infinity, 0, 1, 1, 2),
  );
}

function entries<T>(item: fc.Arbitrary<T>): fc.Arbitrary<[string, T][]> {
  return fc.uniqueArray(fc.tuple(trickyText(), item), { maxLength: 5, selector: ([key]) => key });
}

/** Any row. */
export function anyRow(): fc.Arbitrary<RowModel> {
  const step = fc.oneof(fc.integer().map(String), fc.constant("9223372036854775807"));
  const point = fc.record({ step, ts: fc.nat(), value: value() });
  return fc.record({
    tags: entries(trickyText()),
    params: entries(trickyText()),
    latest: entries(value()),
    histories: entries(
      fc.oneof(
        { weight: 5, arbitrary: fc.array(point, { maxLength: 24 }) },
        { weight: 1, arbitrary: fc.record({ error: trickyText() }) },
      ),
    ),
  });
}
