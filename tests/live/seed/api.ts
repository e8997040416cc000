/**
 * MLflow's REST as the seed writes through it: thin, and independent of the program's own client, which it helps to judge.
 * @module
 */

/** A JSON body; bigints keep every digit. */
export type Body = Readonly<Record<string, unknown>>;

/** Writes to one server. */
export class SeedApi {
  readonly #base: string;

  /** Takes the tracking URL. The ajax-api is the base that every release has below its static prefix. */
  constructor(trackingUrl: string) {
    this.#base = `${trackingUrl}/ajax-api/2.0`;
  }

  /** Posts below mlflow/ and returns the reply; rejects with what the server says when it refuses. */
  post(path: string, body: Body): Promise<Record<string, unknown>> {
    return this.#send("POST", path, body);
  }

  /** The same by PATCH. */
  patch(path: string, body: Body): Promise<Record<string, unknown>> {
    return this.#send("PATCH", path, body);
  }

  /** The id of the experiment of a name. */
  async experimentNamed(name: string): Promise<string> {
    const path = `${this.#base}/mlflow/experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`;
    const reply = await (await fetch(path)).json();
    return reply.experiment.experiment_id;
  }

  /** Posts what not every release takes; returns whether it was taken. */
  async offer(path: string, body: Body): Promise<boolean> {
    return await this.post(path, body).then(() => true, (error: unknown) => {
      if (error instanceof RefusedBySeededServer) return false;
      throw error;
    });
  }

  /** Stores a file through the server's artifact proxy. */
  async putArtifact(path: string, content: Uint8Array<ArrayBuffer>): Promise<void> {
    const encoded = path.split("/").map(encodeURIComponent).join("/");
    const response = await fetch(`${this.#base}/mlflow-artifacts/artifacts/${encoded}`, {
      method: "PUT",
      body: content,
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`Cannot store ${path}: ${response.status} ${text}`);
  }

  async #send(method: string, path: string, body: Body): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.#base}/mlflow/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body, (_, value) => typeof value === "bigint" ? rawNumber(value) : value),
    });
    const text = await response.text();
    if (response.status === 400 || response.status === 404) throw new RefusedBySeededServer(`${path}: ${text}`);
    if (!response.ok) {
      throw new Error(`Cannot seed ${path}: ${response.status} ${text}\n${JSON.stringify(body).slice(0, 500)}`);
    }
    return JSON.parse(text) as Record<string, unknown>;
  }
}

/** The server holds a value for wrong: a key it does not allow in this release, say. */
export class RefusedBySeededServer extends Error {}

function rawNumber(value: bigint): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(String(value));
}
