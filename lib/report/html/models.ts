/**
 * Registered models with their versions, aliases, and the runs behind them.
 * @module
 */
import type { Facts, ModelFacts, VersionFacts } from "../facts/shape.ts";
import { counted, formatTime } from "../page/format.js";
import { html, type Markup } from "../text/markup.ts";

/** The section; `sectionOf` gives the id of an experiment's section, where it has one. */
export function modelsSection(
  { models, modelCount }: Facts,
  sectionOf: (experimentId: string) => string | undefined,
): Markup {
  const shown = models ?? [];
  const more = modelCount - shown.length;
  return html`<section id="models" aria-labelledby="models-title">
<h2 id="models-title">Registered models</h2>
${
    models === null
      ? html`<p>No registered models were exported.</p>`
      : shown.length === 0
      ? html`<p>The server has no registered models.</p>`
      : html`
        <div class="scroll" tabindex="0" role="region" aria-label="Versions of models">
          <table><caption>Versions, newest first${more > 0
            ? `; ${counted(more, "more model")} not listed`
            : ""}</caption>
        <thead><tr><th scope="col">Model</th><th scope="col">Version</th><th scope="col">Aliases</th><th scope="col">Stage</th><th scope="col">Status</th><th scope="col">Made (UTC)</th><th scope="col">From run</th></tr></thead>
        ${shown.map((model) => rowsOf(model, sectionOf))}</table>
        </div>
      `
  }
</section>`;
}

function rowsOf(model: ModelFacts, sectionOf: (experimentId: string) => string | undefined): Markup {
  const { name, description, versions, versionsLeftOut } = model;
  const head = html`<th scope="rowgroup" rowspan="${Math.max(1, versions.length)}" class="isolated">${name}${
    description === null ? "" : html`<span class="about">${description}</span>`
  }${
    versionsLeftOut === 0
      ? ""
      : html`<span class="about">${counted(versionsLeftOut, "older version")} not listed</span>`
  }</th>`;
  if (versions.length === 0) {
    return html`
      <tbody>
        <tr>${head}<td colspan="6" class="muted">no versions</td></tr>
      </tbody>
    `;
  }
  return html`<tbody>${
    versions.map((version, row) =>
      html`
        <tr>${row === 0 ? head : ""}${cellsOf(version, sectionOf)}</tr>
      `
    )
  }</tbody>`;
}

function cellsOf(version: VersionFacts, sectionOf: (experimentId: string) => string | undefined): Markup {
  const { run } = version;
  const section = run?.experimentId == null ? undefined : sectionOf(run.experimentId);
  const name = run === null ? "–" : run.name ?? `${run.id} (not in this folder)`;
  return html`
    <td>${version.version}</td>
    <td>${version.aliases.map((alias) =>
      html`
        <span class="alias isolated">@${alias}</span>
      `
    )}</td>
    <td>${version.stage === "None" ? "" : version.stage}</td>
    <td>${version.status.toLowerCase().replaceAll("_", " ")}</td>
    <td class="time">${formatTime(version.createdMs)}</td>
    <td class="isolated">${section === undefined ? name : html`<a href="#${section}">${name}</a>`}</td>
  `;
}
