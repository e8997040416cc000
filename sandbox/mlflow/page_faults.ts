/**
 * Listings that go wrong: a token that repeats, an empty page that has one, a page that comes twice.
 * @module
 */
import { Buffer } from "node:buffer";
import { pageOffset, pageToken } from "./protocol/paging.ts";
import type { WireReply, WireRequest } from "./protocol/wire.ts";

/** MLflow takes an offset of 0 only as text. */
const FIRST_PAGE = Buffer.from('{"offset": "0"}').toString("base64");

/** Answers a listing wrongly. */
export function answerPageWrongly(
  kind: "repeatToken" | "emptyPage" | "duplicatePage",
  request: WireRequest,
  answer: (request: WireRequest) => WireReply,
): WireReply {
  const asked = readPaging(request);
  const here = asked.token === "" ? FIRST_PAGE : asked.token;
  if (kind === "emptyPage") {
    return { status: 200, contentType: "application/json", body: `{\n  "next_page_token": "${here}"\n}` };
  }
  if (kind === "repeatToken") {
    const reply = answer(request);
    return asked.token === "" ? reply : withToken(reply, here);
  }
  const before = Math.max(pageOffset(asked.token) - asked.size, 0);
  return withToken(answer(withPageToken(request, before === 0 ? "" : pageToken(before))), here);
}

function readPaging(request: WireRequest): { readonly token: string; readonly size: number } {
  if (request.method === "GET") {
    return { token: request.query.get("page_token") ?? "", size: Number(request.query.get("max_results") ?? 0) };
  }
  const body = JSON.parse(new TextDecoder().decode(request.body));
  return { token: body.page_token ?? "", size: Number(body.max_results ?? 1000) };
}

function withPageToken(request: WireRequest, token: string): WireRequest {
  if (request.method === "GET") {
    const query = new URLSearchParams(request.query);
    query.set("page_token", token);
    return { ...request, query };
  }
  const body = { ...JSON.parse(new TextDecoder().decode(request.body)), page_token: token };
  return { ...request, body: new TextEncoder().encode(JSON.stringify(body)) };
}

function withToken(reply: WireReply, token: string): WireReply {
  const text = String(reply.body).replace(/,?\s*"next_page_token": "[^"]*"/, "").replace(/\s*\}$/, "");
  return { ...reply, body: `${text}${text === "{" ? "" : ","}\n  "next_page_token": "${token}"\n}` };
}
