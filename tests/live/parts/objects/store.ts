/**
 * Servers of objects, as tests see them all alike.
 * @module
 */

/** A running server of buckets or containers. */
export interface RealObjects extends AsyncDisposable {
  /** For the test's name. */
  readonly name: string;
  /** MLflow's --default-artifact-root there; the bucket is not made yet. */
  readonly root: string;
  /** Where it listens, without a path. */
  readonly url: string;
  /** The variables of who may do anything, for MLflow's client and for ours, to whom the server is at a URL. */
  readonly envAt: (url: string) => Readonly<Record<string, string>>;
  /** The same with a wrong secret, where it knows right ones. */
  readonly wrongEnv?: Readonly<Record<string, string>>;
  /** What no run may show. */
  readonly secrets: readonly string[];
  /** A variable that who has no credentials is told of. */
  readonly advice: string;
}
