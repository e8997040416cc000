/**
 * Bytes that lie in a file, handed on without being read.
 * @module
 */

/** A part of an open file. */
export interface FilePart {
  /** The file's descriptor. */
  readonly fd: number;
  /** First byte. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
}
