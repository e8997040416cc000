/**
 * The page's beginning: totals, what is wrong, and runs over time.
 * @module
 */
import type { Facts } from "../facts/shape.ts";
import { overTimeChart } from "./charts/over_time.ts";
import { counted, formatCount, formatTime } from "../page/format.js";
import { html, type Markup } from "../text/markup.ts";
import { acknowledgedWords } from "./sent.ts";

/** What can fail, one and many. */
const NOUNS: Readonly<Record<string, readonly [string, string]>> = {
  "metric history": ["metric history", "metric histories"],
  "artifacts": ["run's artifacts", "runs' artifacts"],
  "further": ["further failure", "further failures"],
};

/** When and where the report is made. */
export interface Maker {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** The time zone of the machine, as "Europe/Berlin". */
  readonly timeZone: string;
  /** Minutes by which it is ahead of UTC. */
  readonly offsetMinutes: number;
  /** The version of this program. */
  readonly version: string;
}

/** The head of the page. */
export function pageHeader(facts: Facts, { nowMs, timeZone, offsetMinutes, version }: Maker): Markup {
  const server = facts.sourceVersion === null ? "MLflow" : `MLflow ${facts.sourceVersion}`;
  const sign = offsetMinutes < 0 ? "−" : "+";
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
  const zone = `UTC${sign}${hours}${minutes === 0 ? "" : `:${String(minutes).padStart(2, "0")}`}`;
  return html`
    <header class="page">
      <h1>MLflow export</h1>
      <p class="from">${facts.trackingUrl === null
        ? server
        : html`${server} at <span class="isolated">${facts.trackingUrl}</span>`}</p>
      <p
        class="muted">Folder ${facts.folderName}. Report made ${formatTime(
          nowMs,
        )} UTC by kiroframe-importer ${version}. All times are UTC; the local zone there was ${timeZone} (${zone}).</p>
    </header>
  `;
}

/** Totals and the picture over time. */
export function overview(facts: Facts): Markup {
  const tiles: [string, string, string | null][] = [
    [formatCount(facts.experimentCount), facts.experimentCount === 1 ? "experiment" : "experiments", null],
    [formatCount(facts.runs), facts.runs === 1 ? "run" : "runs", statusWords(facts)],
    [
      facts.points === null ? "–" : formatCount(facts.points),
      "metric points",
      facts.nonFinite ? `${formatCount(facts.nonFinite)} NaN or infinite` : null,
    ],
    [formatCount(facts.datasets), facts.datasets === 1 ? "dataset" : "datasets", null],
    [
      facts.models === null ? "–" : formatCount(facts.modelCount),
      facts.modelCount === 1 ? "registered model" : "registered models",
      facts.models === null ? "not exported" : counted(facts.versionCount, "version"),
    ],
    acknowledgedWords(facts),
  ];
  return html`<section id="overview" aria-labelledby="overview-title">
<h2 id="overview-title">Overview</h2>
${warnings(facts)}
<dl class="tiles">${
    tiles.map(([value, name, about]) =>
      html`<div><dt>${name}</dt><dd>${value}</dd>${about === null ? "" : html`<dd class="about">${about}</dd>`}</div>`
    )
  }</dl>
${facts.selection.length === 0 ? "" : html`<p>Only part of the server was exported: ${facts.selection.join("; ")}.</p>`}
<h3>Runs over time</h3>
${overTimeChart(facts)}
</section>`;
}

function statusWords({ statuses }: Facts): string | null {
  const failed = statuses.get("FAILED") ?? 0;
  return failed === 0 ? null : `${formatCount(failed)} failed`;
}

function warnings({ isFinished, failures, sent }: Facts): Markup {
  const texts: string[] = [];
  if (!isFinished) texts.push("The export of this folder has not finished: what follows is what it holds so far.");
  const failed = new Map<string, number>();
  for (const { what, count } of failures) failed.set(what, (failed.get(what) ?? 0) + count);
  const words = [...failed].map(([what, count]) => counted(count, NOUNS[what]?.[0] ?? what, NOUNS[what]?.[1]));
  if (words.length > 0) texts.push(`Not exported: ${words.join(", ")}.`);
  const refused = sent.targets.reduce(
    (sum, { rows }) => sum + [...rows.values()].reduce((all, row) => all + row.failed, 0),
    0,
  );
  if (refused > 0) texts.push(`${counted(refused, "row")} could not be sent to Kiroframe.`);
  if (sent.differences.length > 0) {
    texts.push(`The counts of runs differ in ${counted(sent.differences.length, "experiment")}.`);
  }
  if (texts.length === 0) return html``;
  return html`
    <div class="warning" role="note">
      <p><strong>Look at this first</strong></p>
      <ul>${texts.map((text) => html`<li>${text}</li>`)}</ul>
      <p><a href="#kiroframe">Reasons</a></p>
    </div>
  `;
}
