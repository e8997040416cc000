/**
 * The list of experiments, and a section for each.
 * @module
 */
import type { DatasetUse, ExperimentFacts, Facts, RunTable } from "../facts/shape.ts";
import { shownName } from "../facts/shown.ts";
import { curvePictures } from "./charts/curves.ts";
import { durationBar, scaleOf } from "./charts/durations.ts";
import { statusBar, statusWord } from "./charts/statuses.ts";
import { counted, formatCount, formatDuration, formatTime, formatValue } from "../page/format.js";
import { html, type Markup } from "../text/markup.ts";

/** Rows that paper and a browser without script show. */
const MOST_PLAIN_ROWS = 10;

/** Metrics in them. */
const MOST_PLAIN_METRICS = 5;

/** Params in them. */
const MOST_PLAIN_PARAMS = 3;

/** The id of an experiment's section: by its place, for an id may be any text. */
export function sectionId(place: number): string {
  return `experiment-${place + 1}`;
}

/** Statuses and durations by experiment. */
export function experimentList({ experiments, experimentCount }: Facts): Markup {
  const scale = scaleOf(experiments.map(({ durations }) => durations));
  const rows = experiments.map((experiment, place) => {
    const { name, owner, runs, statuses, durations, firstStartMs, lastEndMs, table, lifecycleStage } = experiment;
    return html`
      <tr>
        <th scope="row" class="isolated">${table === null
          ? name
          : html`<a href="#${sectionId(place)}">${name === "" ? "(no name)" : name}</a>`}${lifecycleStage === "active"
          ? ""
          : html`
            <span class="muted">(${lifecycleStage})</span>
          `}</th>
        <td class="isolated">${owner}</td>
        <td class="number">${formatCount(runs)}</td>
        <td>${statusBar(statuses)}</td>
        <td>${durationBar(durations, scale)}</td>
        <td class="time">${formatTime(firstStartMs, "day")}</td>
        <td class="time">${formatTime(lastEndMs, "day")}</td>
      </tr>
    `;
  });
  const more = experimentCount - experiments.length;
  return html`
    <section id="experiments" aria-labelledby="experiments-title">
      <h2 id="experiments-title">Experiments</h2>
      <div class="scroll" tabindex="0" role="region" aria-label="List of experiments">
        <table class="experiments">
          <caption>Statuses and durations by experiment. Durations are of runs that ended: the median, and on one logarithmic scale the range from the 10th to the 90th percentile.${more >
              0
            ? ` ${counted(more, "more experiment")} ${more === 1 ? "is" : "are"} not listed.`
            : ""}</caption>
          <thead>
            <tr>
              <th scope="col">Experiment</th>
              <th scope="col">Owner</th>
              <th scope="col" class="number">Runs</th>
              <th scope="col">Statuses</th>
              <th scope="col">Duration</th>
              <th scope="col">First start</th>
              <th scope="col">Last end</th>
            </tr>
          </thead>
          <tbody>${rows}</tbody>
        </table>
      </div>
    </section>
  `;
}

/** An experiment's section; its data, if it is in the page, is in the script `data-ID`. */
export function experimentSection(experiment: ExperimentFacts, place: number): Markup {
  const { name, description, owner, table, curves, leftOut } = experiment;
  const id = sectionId(place);
  if (table === null) return html``;
  return html`<section class="experiment" id="${id}" data-runs="${experiment.runs}" aria-labelledby="${id}-title">
<h2 id="${id}-title" class="isolated">${name === "" ? "(no name)" : name}</h2>
<dl class="facts"><div><dt>Experiment id</dt><dd>${experiment.id}</dd></div><div><dt>Owner</dt><dd class="isolated">${
    owner ?? "not named"
  }</dd></div><div><dt>Runs</dt><dd>${formatCount(experiment.runs)}, ${formatTime(experiment.firstStartMs, "day")} to ${
    formatTime(experiment.lastEndMs, "day")
  }</dd></div><div><dt>Median duration</dt><dd>${
    formatDuration(experiment.durations?.medianMs ?? null)
  }</dd></div><div><dt>Datasets used</dt><dd>${
    datasets(experiment.used)
  }</dd></div><div><dt>Datasets produced</dt><dd>${datasets(experiment.produced)}</dd></div></dl>
${description === null ? "" : html`<p class="description isolated">${description}</p>`}
<div class="plain">
${curves.length === 0 ? "" : html`<h3>Metric curves</h3>${curvePictures(curves, table)}`}
<h3>Newest runs</h3>
${plainTable(experiment, table)}
</div>
<div class="live"></div>
${leftOut.length === 0 ? "" : html`<p class="left-out">Not shown: ${leftOut.join(" ")}</p>`}
</section>`;
}

function datasets(uses: readonly DatasetUse[]): Markup {
  if (uses.length === 0) return html`none`;
  return html`<ul>${
    uses.map(({ name, digest, contexts, runs }) =>
      html`<li><span class="isolated">${name === "" ? "(no name)" : name}</span> <span class="muted">${
        [digest, ...contexts, counted(runs, "run")].filter((text) => text !== "").join(", ")
      }</span></li>`
    )
  }</ul>`;
}

function plainTable({ name, runs }: ExperimentFacts, table: RunTable): Markup {
  const metrics = [...table.metrics].slice(0, MOST_PLAIN_METRICS);
  const params = [...table.params].slice(0, MOST_PLAIN_PARAMS).map(([key, cells]) => {
    const isNumber = cells.every((cell) => cell === undefined || (cell !== "" && Number.isFinite(Number(cell))));
    return { key, cells, name: isNumber ? "number" : "isolated" };
  });
  const count = Math.min(MOST_PLAIN_ROWS, table.ids.length);
  const rows = Array.from({ length: count }, (_, row) =>
    html`
      <tr><th scope="row" class="isolated">${table.names[row]}</th><td>${statusWord(
        table.statuses[row]!,
      )}</td><td class="time">${formatTime(table.starts[row]!, "second")}</td><td class="number">${formatDuration(
        table.durations[row]!,
      )}</td>${metrics.map(([, cells]) => html`<td class="number">${formatValue(cells[row])}</td>`)}${params.map((
        { cells, name },
      ) => html`<td class="${name}">${cells[row]}</td>`)}</tr>
    `);
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label="Newest runs of ${name}">
      <table>
        <caption>${count} of ${counted(runs, "run")}; metrics are the latest values</caption>
        <thead>
          <tr><th scope="col">Run</th><th scope="col">Status</th><th scope="col">Start (UTC)</th><th scope="col" class="number">Duration</th>${metrics
            .map(([key]) => html`<th scope="col" class="number">${shownName(key)}</th>`)}${params.map(({ key, name }) =>
              html`<th scope="col" class="${name}">${shownName(key)}</th>`
            )}</tr>
        </thead>
        <tbody>${rows}</tbody>
      </table>
    </div>
  `;
}
