/**
 * Replies that should hold JSON.
 * @module
 */
import { messageOf } from "../../errors.ts";
import { isCutJson, parseJson } from "../../json/exact.ts";
import { BadReplyError, type RequestInfo } from "../failure/errors.ts";
import { excerptOf, isHtml } from "../failure/excerpt.ts";

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
    if (isHtml(text, headers)) {
      throw new BadReplyError(info, {
        reason: "html",
        detail: `a web page in place of JSON: ${excerptOf(text)}`,
        hint: `Check that the address is really that of ${info.service}: another server or a login page answers there`,
        cause,
      });
    }
    if (isCutJson(text)) {
      const detail = text === ""
        ? "an empty body in place of JSON"
        : `JSON that breaks off after ${text.length} characters`;
      throw new BadReplyError(info, { reason: "cut", detail, cause });
    }
    throw new BadReplyError(info, { reason: "json", detail: `text that is not JSON: ${messageOf(cause)}`, cause });
  }
}
