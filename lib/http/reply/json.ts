/**
 * Replies that should hold JSON.
 * @module
 */
import { isCutJson, parseJson } from "../../json/exact.ts";
import { BadReplyError } from "../failure/errors.ts";
import { excerptOf, isHtml, isLoginPage } from "../failure/excerpt.ts";
import { LOGIN_HINT, type RequestInfo } from "../failure/request.ts";

/**
 * Parses the body of a 2xx reply.
 *
 * @throws {BadReplyError} if it is not JSON.
 */
export function parseReply(text: string, options: { readonly info: RequestInfo; readonly headers: Headers }): unknown {
  const { info, headers } = options;
  try {
    return parseJson(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof RangeError)) throw cause;
    if (isHtml(text, headers)) {
      // Where a redirect led to a page, nobody meant to answer the request.
      const isLogin = info.redirect !== undefined || isLoginPage(text);
      throw new BadReplyError(info, {
        reason: "html",
        detail: `${isLogin ? "a login page" : "a web page"} in place of JSON: ${excerptOf(text)}`,
        hint: isLogin
          ? LOGIN_HINT
          : `Check that the address is really that of ${info.service}: another server or a login page answers there`,
        isLogin,
        cause,
      });
    }
    if (cause instanceof SyntaxError && isCutJson(text)) {
      const detail = text === ""
        ? "an empty body in place of JSON"
        : `JSON that breaks off after ${text.length} characters`;
      throw new BadReplyError(info, { reason: "cut", detail, cause });
    }
    // The one RangeError there is: the stack ends before the lists in lists do.
    const found = cause instanceof SyntaxError
      ? `text that is not JSON: ${cause.message}`
      : "JSON that is nested too deeply";
    throw new BadReplyError(info, { reason: "json", detail: found, cause });
  }
}
