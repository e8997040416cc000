/**
 * JSON of an exported folder or of a client, of which the tests know the shape.
 * @module
 */

// deno-lint-ignore no-explicit-any -- a test that reads a wrong shape fails
export type Json = any;
