/**
 * Sends an export folder to Kiroframe: all experiments, then runs, then models; experiments side by side, the runs of each strictly
 * oldest first. What the ledger has as acknowledged is not sent again.
 * @module
 */
import { type FileHandle, open } from "node:fs/promises";
import { AppError, messageOf, UsageError } from "../errors.ts";
import { createHttpClient } from "../http/client.ts";
import { RefusedReplyError } from "../http/failure/errors.ts";
import { Limiter } from "../http/limiter.ts";
import { type Patience, patienceFrom } from "../http/patience.ts";
import { createTransport } from "../http/connection/transport.ts";
import type { HttpClient } from "../http/types.ts";
import { watcherOf } from "../http/watcher.ts";
import { KiroframeClient } from "./client.ts";
import { Halt } from "./halt.ts";
import type { ImportOptions } from "./options.ts";
import type { ImportResult } from "./result.ts";
import { forEachLane } from "./lanes.ts";
import { indexLines, type LineIndex } from "./rows/line_index.ts";
import { createEnvelope, type ImportType } from "./rows/payload.ts";
import type { RowPlace, RowSource } from "./prepare.ts";
import { RowSender } from "./sender.ts";
import { planRuns } from "./run_lanes.ts";

/** The open files of an export. */
interface ExportFiles {
  readonly experiments: FileHandle;
  readonly runs: FileHandle;
  readonly models: FileHandle | null;
}

/**
 * Imports the files of an export folder. Resolves when every row was tried, with how many failed. Rejects where the import had to end
 * early (the ledger keeps what was done): RefusedError (401, 403), UnreachableError (server gone or busy), IncompleteError (more
 * failures than allowed), InterruptedError (signal), UsageError (no such file), AppError (a redirect, TLS, a full disk).
 */
export async function importToKiroframe(options: ImportOptions): Promise<ImportResult> {
  const opened: FileHandle[] = [];
  const patience = patienceFrom(options.env ?? {}, "KIROFRAME");
  const http = connect(options, patience);
  const halt = new Halt(options);
  try {
    const files = await openFiles(options, opened);
    const client = new KiroframeClient(http, {
      token: options.profilingToken,
      timeoutMs: patience.timeoutMs,
      redact: options.redact,
    });
    return await new FolderImport(options, { files, halt, sender: new RowSender(options, { client, halt }) }).run();
  } finally {
    halt.end();
    await http.close();
    for (const file of opened) await file.close();
    options.progress.stop();
  }
}

class FolderImport {
  readonly #options: ImportOptions;
  readonly #files: ExportFiles;
  readonly #halt: Halt;
  readonly #sender: RowSender;
  readonly #concurrency: number;

  constructor(
    options: ImportOptions,
    parts: { readonly files: ExportFiles; readonly halt: Halt; readonly sender: RowSender },
  ) {
    this.#options = options;
    this.#files = parts.files;
    this.#halt = parts.halt;
    this.#sender = parts.sender;
    this.#concurrency = options.concurrency ?? 8;
  }

  async run(): Promise<ImportResult> {
    const { logger, importSource, sourceId } = this.#options;
    const check = (): void => this.#halt.check();
    // Both files are read through before anything is sent: a folder that cannot be read leaves no half import behind.
    const experiments = await indexLines(this.#files.experiments, { check });
    const runs = await planRuns(this.#files.runs, { check });
    logger.info("Importing data...");
    logger.info(`${importSource}:${sourceId}`);
    await this.#sendExperiments(experiments);
    logger.info("Experiments import completed");
    await this.#sendRuns(runs);
    logger.info("Runs import completed");
    if (this.#files.models !== null) {
      await this.#sendModels(this.#files.models);
      logger.info("model import completed");
    }
    const reason = this.#sender.ended();
    if (reason !== undefined) throw reason;
    return this.#sender.result();
  }

  async #sendExperiments(index: LineIndex): Promise<void> {
    this.#options.progress.start("Importing experiments", index.count);
    const source = this.#source(1, this.#files.experiments);
    const work = (place: RowPlace): Promise<void> => this.#inLane(source, [place]);
    await forEachLane(places(index, inFileOrder(index)), { concurrency: this.#concurrency, work });
  }

  async #sendRuns({ index, lanes }: Awaited<ReturnType<typeof planRuns>>): Promise<void> {
    this.#options.progress.start("Importing runs", index.count);
    const source = this.#source(2, this.#files.runs);
    await forEachLane(lanes, {
      concurrency: this.#concurrency,
      work: ({ lines }) => this.#inLane(source, places(index, lines)),
    });
  }

  async #sendModels(file: FileHandle): Promise<void> {
    this.#options.progress.start("Importing models", 1);
    const { size } = await file.stat();
    await this.#inLane(this.#source(3, file), [{ line: 0, offset: 0, length: size }]);
  }

  /** A failure that ends one lane ends all of them. */
  async #inLane(source: RowSource, rows: Iterable<RowPlace>): Promise<void> {
    try {
      this.#halt.check();
      await this.#sender.sendInOrder(source, rows);
      this.#halt.check();
    } catch (error) {
      this.#halt.stop(error);
      throw error;
    }
  }

  #source(importType: ImportType, file: FileHandle): RowSource {
    const { nonFinite, maxHistoryPoints, experimentsPath, runsPath, modelsPath } = this.#options;
    return {
      file,
      fileName: [experimentsPath, runsPath, modelsPath ?? ""][importType - 1]!.replace(/^.*[/\\]/, ""),
      importType,
      envelope: createEnvelope(this.#options, importType),
      filter: { nonFinite, maxHistoryPoints },
      check: () => this.#halt.check(),
      streamAboveBytes: this.#options.streamAboveBytes ?? 4 << 20,
    };
  }
}

function connect(options: ImportOptions, patience: Patience): HttpClient {
  return createHttpClient({
    service: "Kiroframe",
    baseUrl: options.kiroframeUrl,
    headers: { "content-type": "application/json", "x-api-key": options.profilingToken },
    logger: options.logger,
    watcher: watcherOf(options.progress, { calls: "kiroframeCalls", service: "Kiroframe" }),
    // A server that writes a reply in two goes makes a kept-alive connection wait 40 ms for each.
    transport: createTransport({ env: options.env ?? {}, keepAlive: false }),
    limiter: new Limiter({
      max: options.concurrency ?? 8,
      onChange: (places, most) => options.progress.throttled("Kiroframe", places, most),
    }),
    retry: options.retry ?? patience.retry,
    hintFor: (failure) =>
      failure instanceof RefusedReplyError
        ? "Check --profiling-token (PROFILING_TOKEN): Kiroframe does not take this one"
        : undefined,
  });
}

async function openFiles(options: ImportOptions, opened: FileHandle[]): Promise<ExportFiles> {
  const experiments = await openFile(options.experimentsPath);
  opened.push(experiments);
  const runs = await openFile(options.runsPath);
  opened.push(runs);
  const models = options.modelsPath === null ? null : await openFile(options.modelsPath).catch(nullIfMissing);
  if (models !== null) opened.push(models);
  return { experiments, runs, models };
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (error) {
    const Leaf = (error as NodeJS.ErrnoException).code === "ENOENT" ? UsageError : AppError;
    throw new Leaf(`Cannot import ${path}: ${messageOf(error)}`, {
      cause: error,
      hint: "Give the path of a whole export folder",
    });
  }
}

function nullIfMissing(error: unknown): null {
  if (error instanceof UsageError) return null;
  throw error;
}

function* places(index: LineIndex, lines: Iterable<number>): Generator<RowPlace> {
  for (const line of lines) yield { line, ...index.range(line) };
}

function* inFileOrder(index: LineIndex): Generator<number> {
  for (let line = 0; line < index.count; line++) yield line;
}
