/**
 * MLflow's refusals, as its endpoints throw them.
 * @module
 */

/** One of MLflow's error codes. */
export type ErrorCode =
  | "INVALID_PARAMETER_VALUE"
  | "RESOURCE_DOES_NOT_EXIST"
  | "RESOURCE_ALREADY_EXISTS"
  | "INTERNAL_ERROR";

/** A refusal with MLflow's own code and words. */
export class RestError extends Error {
  override readonly name = "RestError";
  /** MLflow's error_code. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A refusal with the code INVALID_PARAMETER_VALUE. */
export function invalid(message: string): RestError {
  return new RestError("INVALID_PARAMETER_VALUE", message);
}

/** A refusal with the code RESOURCE_DOES_NOT_EXIST. */
export function missing(message: string): RestError {
  return new RestError("RESOURCE_DOES_NOT_EXIST", message);
}
