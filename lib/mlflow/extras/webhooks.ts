/**
 * What is told of a webhook, whichever way it is read.
 * @module
 */

/** Returns an event as MLflow's client names it, from what a server ("REGISTERED_MODEL", "CREATED") or a database has. */
export function webhookEvent(entity: string, action: string): string {
  return `${entity}.${action}`.toLowerCase();
}

/** Returns the address of a webhook without user and password. */
export function webhookUrl(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, "$1");
}
