/**
 * The whole page: one file that needs nothing besides itself. Its security policy lets run what this program wrote, and nothing else.
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { MOST_PAGE_BYTES } from "../facts/budget.ts";
import { encodeExperiment } from "../data/columns.ts";
import type { Facts } from "../facts/shape.ts";
import { lineageChart } from "./charts/lineage.ts";
import { experimentList, experimentSection, sectionId } from "./experiments.ts";
import { counted, formatCount } from "../page/format.js";
import { html, Markup, scriptJson } from "../text/markup.ts";
import { modelsSection } from "./models.ts";
import { type Maker, overview, pageHeader } from "./overview.ts";
import { sentSection } from "./sent.ts";

/** The script and the style of the page. */
export interface Assets {
  /** JavaScript. */
  readonly script: string;
  /** CSS. */
  readonly style: string;
}

/** Of the page, this is for what the script shows; the rest is for what is read without it. */
const DATA_BYTES = 3_300_000;

/** Renders the page, in pieces. */
export function renderPage(
  facts: Facts,
  { maker, assets }: { readonly maker: Maker; readonly assets: Assets },
): string[] {
  const head = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '${
    hashOf(assets.script)
  }'; style-src '${hashOf(assets.style)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>MLflow export ${html`${facts.folderName}`.text}</title>
<style>${assets.style}</style>
</head>
<body>
`;
  const places = new Map(
    facts.experiments.flatMap(({ id, table }, place) => table === null ? [] : [[id, sectionId(place)]]),
  );
  const frame = {
    begin: [
      html`<a class="skip" href="#main">Skip to the report</a>`,
      pageHeader(facts, maker),
      navigation(),
      html`<main id="main">`,
      overview(facts),
      experimentList(facts),
    ],
    end: [
      modelsSection(facts, (id) => places.get(id)),
      html`
        <section id="lineage"
          aria-labelledby="lineage-title"><h2 id="lineage-title">Lineage</h2><p>What came of what: runs of one experiment with the same datasets and models are one box.</p>${lineageChart(
            facts.lineage,
          )}</section>
      `,
      sentSection(facts),
    ],
  };
  const { sections, leftOut } = sectionsWithin(
    facts,
    MOST_PAGE_BYTES - bytesOf([head, assets.script, ...textsOf(frame.begin), ...textsOf(frame.end)]),
  );
  return [
    head,
    ...textsOf(frame.begin),
    ...sections,
    ...textsOf(frame.end),
    leftOutSection([...facts.leftOut, ...leftOut]).text,
    "</main>\n",
    `<script>${assets.script}</script>\n</body>\n</html>\n`,
  ].map((piece) => `${piece}\n`);
}

/** Sections and their data, as long as there is room. */
function sectionsWithin(facts: Facts, mostBytes: number): { readonly sections: string[]; readonly leftOut: string[] } {
  const shown = facts.experiments.flatMap((experiment, place) =>
    experiment.table === null ? [] : [{ experiment, place, rows: experiment.table.ids.length }]
  );
  const rows = shown.reduce((sum, section) => sum + section.rows, 0);
  const sections: string[] = [];
  let left = mostBytes;
  let [withoutSection, withoutData, columns] = [0, 0, 0];
  for (const { experiment, place, rows: own } of shown) {
    const section = experimentSection(experiment, place).text;
    if (bytesOf([section]) > left) {
      withoutSection++;
      continue;
    }
    sections.push(section);
    left -= bytesOf([section]);
    const encoded = encodeExperiment(experiment, DATA_BYTES * own / rows);
    const data = `<script type="application/json" id="data-${sectionId(place)}">${scriptJson(encoded.json)}</script>`;
    if (bytesOf([data]) > left) {
      withoutData++;
      continue;
    }
    sections.push(data);
    left -= bytesOf([data]);
    columns += encoded.leftOut;
  }
  const leftOut: string[] = [];
  const more = facts.experimentCount - facts.experiments.length;
  if (more > 0) {
    leftOut.push(`${counted(more, "experiment")} ${more === 1 ? "is" : "are"} not even listed, though counted.`);
  }
  const unlisted = facts.experiments.filter(({ runs, table }) => runs > 0 && table === null).length + withoutSection;
  if (unlisted > 0) {
    leftOut.push(`${counted(unlisted, "experiment")} with runs ${unlisted === 1 ? "has" : "have"} no section.`);
  }
  if (withoutData > 0) {
    leftOut.push(`${counted(withoutData, "section")} found no room for a table that can be searched.`);
  }
  if (columns > 0) leftOut.push(`${counted(columns, "column")} of metrics and params found no room in the tables.`);
  if (rows < facts.runs) {
    leftOut.push(
      `The tables have ${formatCount(rows)} of ${
        formatCount(facts.runs)
      } runs, the newest of each experiment; counts are of all.`,
    );
  }
  return { sections, leftOut };
}

function navigation(): Markup {
  const links = [
    ["overview", "Overview"],
    ["experiments", "Experiments"],
    ["models", "Models"],
    ["lineage", "Lineage"],
    ["kiroframe", "Kiroframe"],
    ["left-out", "Left out"],
  ];
  return html`
    <nav aria-label="Parts of the report">
      <ul>${links.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul>
    </nav>
  `;
}

function leftOutSection(leftOut: readonly string[]): Markup {
  return html`<section id="left-out" aria-labelledby="left-out-title"><h2 id="left-out-title">What this report leaves out</h2>
${
    leftOut.length === 0
      ? html`<p>Nothing, but for what the sections of experiments say themselves.</p>`
      : html`<ul>${leftOut.map((text) => html`<li>${text}</li>`)}</ul>`
  }
<p class="muted">Long names and texts are cut and end with “…”. The folder's own files hold everything: runs.json has each run with every metric's whole history, runs.csv has them as a table.</p>
</section>`;
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function textsOf(parts: readonly Markup[]): string[] {
  return parts.map(({ text }) => text);
}

function bytesOf(pieces: readonly string[]): number {
  return pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
}
