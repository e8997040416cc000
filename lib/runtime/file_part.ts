/**
 * Bytes that lie in a file, handed on without being read.
 * @module
 */

/** A part of an open file. */
export interface FilePart {
  readonly fd: number;
  /** First byte. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
}
