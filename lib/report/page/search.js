// @ts-check
/**
 * The search of runs: words that a run's texts hold, and comparisons such as `accuracy > 0.9`.
 * @module
 */

/** @typedef {import("./data.js").Column} Column */

const OPERATOR = /\s*(<=|>=|!=|=|<|>)\s*/;

/**
 * The rows that hold every word and pass every comparison.
 * @param {string} query
 * @param {readonly Column[]} columns
 * @param {number} rows
 * @returns {number[]}
 */
export function searchRows(query, columns, rows) {
  const tests = termsOf(query).map((term) => testOf(term, columns));
  const found = [];
  for (let row = 0; row < rows; row++) {
    if (tests.every((test) => test(row))) found.push(row);
  }
  return found;
}

/**
 * Splits at blanks, but not in "quotes", nor around an operator.
 * @param {string} query
 * @returns {string[]}
 */
function termsOf(query) {
  return query.match(/(?:"[^"]*"?|[^\s"<>=!]|!(?!=)|\s*(?:<=|>=|!=|=|<|>)\s*)+/g)?.map((term) => term.trim()).filter(
    (term) => term !== "",
  ) ?? [];
}

/**
 * @param {string} term
 * @param {readonly Column[]} columns
 * @returns {(row: number) => boolean}
 */
function testOf(term, columns) {
  const [left = "", operator, right = ""] = term.split(OPERATOR);
  const column = operator === undefined ? undefined : columnOf(unquoted(left), columns);
  if (operator === undefined || column === undefined) return wordTest(unquoted(term), columns);
  const wanted = unquoted(right);
  const { values } = column;
  const number = Number(wanted);
  if (operator === "=" || operator === "!=") {
    const isEqual = (/** @type {number} */ row) =>
      typeof values[row] === "number" ? values[row] === number : lower(values[row]) === lower(wanted);
    return operator === "=" ? isEqual : (row) => values[row] !== null && values[row] !== undefined && !isEqual(row);
  }
  // A comparison that is not finished yet leaves nothing out.
  if (wanted === "" || Number.isNaN(number)) return () => true;
  return (row) => {
    const value = values[row];
    if (typeof value !== "number") return false;
    if (operator === "<") return value < number;
    if (operator === "<=") return value <= number;
    return operator === ">" ? value > number : value >= number;
  };
}

/**
 * @param {string} word
 * @param {readonly Column[]} columns
 * @returns {(row: number) => boolean}
 */
function wordTest(word, columns) {
  const wanted = lower(word);
  const texts = columns.filter(({ kind, group }) => kind === "text" || group === "param");
  return (row) => texts.some(({ values }) => lower(values[row]).includes(wanted));
}

/**
 * @param {string} name
 * @param {readonly Column[]} columns
 * @returns {Column | undefined}
 */
function columnOf(name, columns) {
  return columns.find((column) => column.name === name) ??
    columns.find((column) => lower(column.name) === lower(name));
}

/**
 * @param {string} text
 * @returns {string}
 */
function unquoted(text) {
  return text.replaceAll('"', "");
}

/**
 * @param {unknown} text
 * @returns {string}
 */
function lower(text) {
  return String(text ?? "").toLowerCase();
}
