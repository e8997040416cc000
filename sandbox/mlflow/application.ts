/**
 * The whole of the sandboxed MLflow server between a request and its reply: gate, accounts, endpoints, and what refuses the rest.
 * @module
 */
import { refuseReading, refuseUnknownPath } from "./entry/access.ts";
import { authenticate } from "./entry/auth.ts";
import { type GateOptions, refuseEarly } from "./entry/gate.ts";
import type { ServerSettings } from "./protocol/call.ts";
import { RestError } from "./protocol/errors.ts";
import { crashPage, notFoundPage, refusalOf, wrongMethodPage } from "./protocol/refusals.ts";
import type { WireReply, WireRequest } from "./protocol/wire.ts";
import { Router } from "./router.ts";
import { ROUTES } from "./routes.ts";

/** How the application is set up, besides what its endpoints see. */
export interface ApplicationOptions extends ServerSettings, GateOptions {
  /** "" or as in --static-prefix: "/ml". */
  readonly staticPrefix: string;
}

/** Returns what answers every request. */
export function createApplication(options: ApplicationOptions): (request: WireRequest) => WireReply {
  const { allowedHosts, staticPrefix, ...settings } = options;
  const { auth, dialect } = settings;
  const router = new Router(ROUTES, settings, staticPrefix);

  return function answer(request: WireRequest): WireReply {
    const refusal = refuseEarly(request, { dialect, allowedHosts });
    if (refusal !== undefined) return refusal;
    const entry = authenticate(request, { auth, dialect });
    if ("refusal" in entry) return entry.refusal;
    const { user } = entry;
    const { matching, route } = router.find(request);
    if (matching.length === 0) return refuseUnknownPath(user, dialect.isThree) ?? notFoundPage(dialect);
    if (route === undefined) return wrongMethodPage(dialect, matching.map(({ method }) => method));
    try {
      return router.call(route, { request, user }, (call) => refuseReading(call) ?? route.handler(call));
    } catch (error) {
      return error instanceof RestError ? refusalOf(error, dialect) : crashPage(dialect);
    }
  };
}
