/**
 * Fills a file store as MLflow 2 lays it out: file by file, for MLflow's own client takes a millisecond a point.
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs";
import type { Shape } from "./seed.ts";

const FIRST_START_MS = 1_700_000_000_000;

/** Makes the store in a folder that is not there yet. */
export function seedFiles(root: string, shape: Shape): void {
  mkdirSync(`${root}/.trash`, { recursive: true });
  let state = 1;
  /** Values of 16 or 17 digits, as losses have them; the same ones each time. */
  const value = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (let e = 0; e < shape.experiments; e++) {
    const id = String(100_000_000_000_000_000n + BigInt(e));
    mkdirSync(`${root}/${id}`);
    write(`${root}/${id}/meta.yaml`, {
      artifact_location: `file://${root}/${id}`,
      creation_time: FIRST_START_MS + e,
      experiment_id: `'${id}'`,
      last_update_time: FIRST_START_MS + e,
      lifecycle_stage: "active",
      name: `experiment ${e}`,
    });
    for (let r = 0; r < shape.runs; r++) seedRun(root, { experiment: e, experimentId: id, number: r, shape, value });
  }
}

function seedRun(root: string, { experiment, experimentId, number, shape, value }: {
  readonly experiment: number;
  readonly experimentId: string;
  readonly number: number;
  readonly shape: Shape;
  readonly value: () => number;
}): void {
  const id = crypto.randomUUID().replaceAll("-", "");
  const folder = `${root}/${experimentId}/${id}`;
  const start = FIRST_START_MS + (experiment * shape.runs + number) * 60_000;
  for (const part of ["artifacts", "metrics", "params", "tags"]) mkdirSync(`${folder}/${part}`, { recursive: true });
  write(`${folder}/meta.yaml`, {
    artifact_uri: `file://${folder}/artifacts`,
    end_time: start + 50_000,
    entry_point_name: "''",
    experiment_id: `'${experimentId}'`,
    lifecycle_stage: "active",
    run_id: id,
    run_name: `run ${number}`,
    run_uuid: id,
    source_name: "''",
    source_type: 4,
    source_version: "''",
    start_time: start,
    status: 3,
    tags: "[]",
    user_id: "bench",
  });
  for (let m = 0; m < shape.metrics; m++) {
    let lines = "";
    for (let s = 0; s < shape.points; s++) lines += `${start + s * 10} ${value() / (1 + s / 16)} ${s}\n`;
    writeFileSync(`${folder}/metrics/metric_${m}`, lines);
  }
  for (let p = 0; p < shape.params; p++) writeFileSync(`${folder}/params/param_${p}`, String(value()));
  for (let t = 1; t < shape.tags; t++) writeFileSync(`${folder}/tags/tag_${t}`, `value ${t}`);
  writeFileSync(`${folder}/tags/mlflow.runName`, `run ${number}`);
}

function write(path: string, fields: Readonly<Record<string, unknown>>): void {
  writeFileSync(path, Object.entries(fields).map(([key, value]) => `${key}: ${value}\n`).join(""));
}
