/**
 * Datasets, runs and models as a picture: three columns, and a band for each thing that came of another.
 * @module
 */
import type { Lineage, LineageNode } from "../../facts/shape.ts";
import { counted } from "../../page/format.js";
import { html, type Markup } from "../../text/markup.ts";

const WIDTH = 960;
const BOX_WIDTH = 240;
const BOX_HEIGHT = 40;
const GAP = 12;
const HEAD = 28;

/** Characters that fit into a box. */
const MOST_LABEL = 32;
const MOST_ABOUT = 38;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** The picture, or words where there is nothing to show. */
export function lineageChart({ sources, runs, results, links }: Lineage): Markup {
  if (runs.length === 0) return html`<p class="muted">No run used or produced a dataset, and no model names a run.</p>`;
  const columns = [sources, inOrderOf(sources, runs, links), results];
  columns[2] = inOrderOf(columns[1]!, results, links);
  const places = new Map<string, Place>();
  const rows = Math.max(...columns.map(({ length }) => length));
  const height = HEAD + rows * (BOX_HEIGHT + GAP);
  for (const [column, nodes] of columns.entries()) {
    const room = (height - HEAD) / Math.max(1, nodes.length);
    for (const [row, { key }] of nodes.entries()) {
      const y = HEAD + row * room + (room - BOX_HEIGHT) / 2;
      places.set(key, { x: column * (WIDTH - BOX_WIDTH) / 2, y });
    }
  }
  const most = Math.max(1, ...links.map((link) => link.runs));
  const bands = links.map(({ from, to, runs }) =>
    band(places.get(from)!, places.get(to)!, 1 + 5 * Math.sqrt(runs / most), runs)
  );
  const classes = ["source", "run", "result"];
  const heads = ["Datasets used", "Runs", "Datasets and models made"].map((text, column) =>
    html`<text class="head" x="${column * (WIDTH - BOX_WIDTH) / 2}" y="14">${text}</text>`
  );
  const boxes = columns.map((nodes, column) => nodes.map((node) => box(node, places.get(node.key)!, classes[column]!)));
  const about = `${counted(sources.length, "dataset")} used by ${counted(runs.length, "group")} of runs that made ${
    counted(results.length, "dataset or model version", "datasets or model versions")
  }`;
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label="Picture of lineage">
      <svg class="lineage" viewBox="0 0 ${WIDTH} ${height}" role="img"
        aria-label="${about}">${heads}${bands}${boxes}</svg>
    </div>
  `;
}

function band(from: Place, to: Place, width: number, runs: number): Markup {
  const [x1, y1, x2, y2] = [from.x + BOX_WIDTH, from.y + BOX_HEIGHT / 2, to.x, to.y + BOX_HEIGHT / 2];
  const middle = (x1 + x2) / 2;
  const y = (value: number): string => value.toFixed(1);
  return html`
    <path class="band" stroke-width="${width.toFixed(1)}"
      d="M${x1} ${y(y1)}C${middle} ${y(y1)} ${middle} ${y(y2)} ${x2} ${y(y2)}">
      <title>${counted(runs, "run")}</title>
    </path>
  `;
}

function box({ label, about }: LineageNode, { x, y }: Place, name: string): Markup {
  return html`
    <g class="box ${name}">
      <title>${label} (${about})</title>
      <rect x="${x + 0.5}" y="${y.toFixed(1)}" width="${BOX_WIDTH - 1}" height="${BOX_HEIGHT}" rx="4" />
      <text x="${x + 10}" y="${(y + 17).toFixed(1)}">${short(label, MOST_LABEL)}</text>
      <text class="about" x="${x + 10}" y="${(y + 32).toFixed(1)}">${short(about, MOST_ABOUT)}</text>
    </g>
  `;
}

/** Sorts a column so that what hangs together lies together: by the middle of the places to the left that it is linked to. */
function inOrderOf(
  left: readonly LineageNode[],
  nodes: readonly LineageNode[],
  links: Lineage["links"],
): readonly LineageNode[] {
  const rows = new Map(left.map(({ key }, row) => [key, row]));
  const middleOf = (key: string): number => {
    const found = links.filter(({ to }) => to === key).flatMap(({ from }) => rows.get(from) ?? []);
    return found.length === 0 ? left.length : found.reduce((sum, row) => sum + row, 0) / found.length;
  };
  const middles = new Map(nodes.map(({ key }) => [key, middleOf(key)]));
  return nodes.toSorted((a, b) => middles.get(a.key)! - middles.get(b.key)!);
}

function short(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}
