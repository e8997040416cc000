/**
 * What befalls a connection, marked where it happens: nothing else that is thrown on the way may be told as the network's.
 * @module
 */

/** The cause is what the runtime threw when it connected, sent or read. */
export class ConnectionFailure extends Error {
  /** Creates the mark. */
  constructor(cause: unknown) {
    super("The connection failed", { cause });
  }
}

/** A proxy did not open a tunnel. */
export class TunnelRefusal extends Error {
  /** What it answered to CONNECT; not 200. */
  readonly status: number;

  /** Creates the error from the answer's status. */
  constructor(status: number) {
    super(`The proxy answered CONNECT with status ${status}`);
    this.status = status;
  }
}

/** What the runtimes throw where the program, not the connection, is at fault. */
const FAULTS = [RangeError, ReferenceError, SyntaxError] as const;

/**
 * Resolves as the promise does; what it rejects with is marked, but for a fault of the program.
 *
 * @param ofFetch Whether the promise is fetch's or of its body: then a TypeError is the connection's.
 */
export async function onConnection<T>(promise: Promise<T>, { ofFetch }: { readonly ofFetch: boolean }): Promise<T> {
  try {
    return await promise;
  } catch (thrown) {
    const isFault = FAULTS.some((each) => thrown instanceof each) || (!ofFetch && thrown instanceof TypeError);
    throw isFault ? thrown : new ConnectionFailure(thrown);
  }
}
