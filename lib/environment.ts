/**
 * The environment as the rooms see it: read by the cli alone, handed on.
 * @module
 */

/** Environment variables, from the process and from --env-file. */
export type Environment = Readonly<Record<string, string | undefined>>;
