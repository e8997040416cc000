/**
 * The traces of an experiment, page by page, with their spans where these are wanted.
 * @module
 */
import pMap from "p-map";
import { endsEverything, statusOf } from "../../../errors.ts";
import type { Experiment, Trace, TraceQuery } from "../../../source/mod.ts";
import { isMissing } from "../endpoints/dialect.ts";
import { failureWords } from "../endpoints/failure_words.ts";
import type { Page } from "../endpoints/wire.ts";
import { pagesByTime } from "../paging/by_time.ts";
import type { ExtrasClient, TimePageQuery } from "./client.ts";

/** MLflow's largest page. */
const PAGE_SIZE = 500;

/** Lists traces by whichever of the two endpoints the server has, and remembers which that was. */
export class TraceListing {
  readonly #client: ExtrasClient;
  readonly #concurrency: number;
  /** Whether the server has the endpoint of before 3.2 alone. Set by whoever finds out that it is older. */
  isOld: boolean;

  /** @param concurrency Calls for spans side by side. */
  constructor(client: ExtrasClient, concurrency: number) {
    this.#client = client;
    this.#concurrency = concurrency;
    this.isOld = client.dialect.version !== null && !client.dialect.isAtLeast(3, 2);
  }

  /** One page; an empty one where the server is too old to have traces. */
  async page(query: TimePageQuery): Promise<Page<Trace>> {
    try {
      return await (this.isOld ? this.#client.oldTraces(query) : this.#client.traces(query));
    } catch (error) {
      if (!isMissing(error)) throw error;
      if (this.isOld) return { items: [], token: undefined };
      this.isOld = true;
      return await this.page(query);
    }
  }

  /** All traces of an experiment, newest first. */
  async *read({ id }: Experiment, { withSpans, signal }: TraceQuery): AsyncGenerator<Trace> {
    const ask = async (place: Pick<TimePageQuery, "until" | "token">): Promise<Page<Trace>> => {
      const page = await this.page({ experimentIds: [id], maxResults: PAGE_SIZE, signal, ...place });
      if (!withSpans) return page;
      const items = await pMap(page.items, (trace) => this.#withSpans(trace, signal), {
        concurrency: this.#concurrency,
      });
      return { ...page, items };
    };
    yield* pagesByTime(ask, {
      what: `the traces of experiment ${id}`,
      idOf: (trace) => trace.id,
      timeOf: (trace) => trace.requestTime,
    });
  }

  async #withSpans(trace: Trace, signal: AbortSignal | undefined): Promise<Trace> {
    try {
      return { ...trace, spans: await this.#client.spans(trace.id, { signal }) };
    } catch (error) {
      if (endsEverything(error)) throw error;
      // Before there were spans in the database, a trace's were written when it ended.
      if (trace.state === "IN_PROGRESS" && statusOf(error) === 404) return { ...trace, spans: [] };
      return { ...trace, spans: { error: failureWords(error) } };
    }
  }
}
