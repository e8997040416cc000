/**
 * `doctor`: looks at what an export and an import need.
 * @module
 */
import { runDoctor } from "../../jobs/doctor/run.ts";
import { checksText } from "../tell/checks.ts";
import { exportJobOf } from "./job_options.ts";
import type { CommandInput } from "./session.ts";

/** Prints what was found. Rejects with what the first fault failed with. */
export async function doctorCommand({ config, envFile, session }: CommandInput<"doctor">): Promise<void> {
  const { environment: env, kiroframeUrl } = config;
  const { checks, fault } = await runDoctor({ export: exportJobOf(config), kiroframeUrl, env, envFile }, session);
  session.print(checksText(checks));
  if (fault !== undefined) throw fault;
}
