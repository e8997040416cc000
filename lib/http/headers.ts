/**
 * Headers that can be sent.
 * @module
 */
import { UsageError } from "../errors.ts";

/**
 * Returns headers with their names in lower case.
 *
 * @throws {UsageError} if a value holds what HTTP does not allow, such as a line break. The value is not shown.
 */
export function checkHeaders(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  const checked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    try {
      checked[name.toLowerCase()] = new Headers({ [name]: value }).get(name) ?? "";
    } catch {
      throw new UsageError(`Cannot send the header ${name}: its value holds a character that HTTP does not allow`, {
        hint: "Look for line breaks and for letters outside ASCII in the token, user or password",
      });
    }
  }
  return checked;
}
