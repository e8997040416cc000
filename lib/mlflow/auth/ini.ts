/**
 * Files of sections and names, as Python's configparser and AWS's tools read them: nested lines are left out.
 * @module
 */

/** Values by section and by name; names in lower case. */
export type IniFile = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Reads such a file; what is no line of one is passed over. */
export function parseIni(text: string): IniFile {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[\s*(.*?)\s*\]\s*$/.exec(line)?.[1];
    if (header !== undefined) {
      section = sections.get(header) ?? new Map();
      sections.set(header, section);
    }
    const [, name, value] = /^([^#;\s=:[][^=:]*)[=:](.*)$/.exec(line) ?? [];
    if (name !== undefined) section?.set(name.trim().toLowerCase(), (value ?? "").trim());
  }
  return sections;
}
