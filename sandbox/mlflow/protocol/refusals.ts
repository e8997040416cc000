/**
 * Refusals as each version sends them: JSON with error_code and message, and the HTML pages of the web framework below it.
 * @module
 */
import type { Dialect } from "./dialect.ts";
import type { RestError } from "./errors.ts";
import { pythonObject } from "./json.ts";
import type { WireReply } from "./wire.ts";

/** The error codes that the sandbox uses, with their HTTP status and 3.x's classes. */
const CODES = {
  INVALID_PARAMETER_VALUE: { status: 400, sqlstate: "KAM00", errorClass: "INVALID_PARAMETER_VALUE" },
  RESOURCE_DOES_NOT_EXIST: { status: 404, sqlstate: "KAM00", errorClass: "RESOURCE_NOT_FOUND" },
  RESOURCE_ALREADY_EXISTS: { status: 400, sqlstate: "KAM00", errorClass: "RESOURCE_ALREADY_EXISTS" },
  INTERNAL_ERROR: { status: 500, sqlstate: "XXM00", errorClass: "CLIENT_INTERNAL_ERROR" },
} as const;

/** The reply that MLflow gives for a refusal. */
export function refusalOf({ code, message }: RestError, dialect: Dialect): WireReply {
  const { status, sqlstate, errorClass } = CODES[code];
  const entries = { error_code: code, message };
  const body = pythonObject(dialect.isThree ? { ...entries, sqlstate, error_class: errorClass } : entries);
  return { status, contentType: "application/json", body };
}

/** The HTML page of a path that the server does not know. */
export function notFoundPage(dialect: Dialect): WireReply {
  return page(dialect, 404, {
    title: "Not Found",
    text: "The requested URL was not found on the server. " +
      "If you entered the URL manually please check your spelling and try again.",
  });
}

/** The HTML page of a path that has other methods. */
export function wrongMethodPage(dialect: Dialect, methods: readonly string[]): WireReply {
  const reply = page(dialect, 405, {
    title: "Method Not Allowed",
    text: "The method is not allowed for the requested URL.",
  });
  const allow = [...methods, ...methods.includes("GET") ? ["HEAD"] : [], "OPTIONS"];
  return { ...reply, headers: { allow: allow.join(", ") } };
}

/** The HTML page of a handler that crashed. */
export function crashPage(dialect: Dialect): WireReply {
  return page(dialect, 500, {
    title: "Internal Server Error",
    text: "The server encountered an internal error and was unable to complete your request. " +
      "Either the server is overloaded or there is an error in the application.",
  });
}

function page(
  dialect: Dialect,
  status: number,
  { title, text }: { readonly title: string; readonly text: string },
): WireReply {
  const body = `${dialect.doctype}\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n<p>${text}</p>\n`;
  return { status, contentType: "text/html; charset=utf-8", body };
}
