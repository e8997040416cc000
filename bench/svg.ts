/**
 * Charts as SVG, with logarithmic axes (one that begins at 0 is linear), legible on light and dark pages alike.
 * @module
 */
import type { Curve } from "./types.ts";

const size = { width: 460, height: 300, left: 64, right: 32, top: 52, bottom: 74 };
const colors = ["#1f77b4", "#d62728", "#2ca02c", "#ff7f0e", "#9467bd"];

/** Draws the curves below each other in rows of two. */
export function drawCurves(curves: readonly Curve[]): string {
  const rows = Math.ceil(curves.length / 2);
  const charts = curves.map((curve, index) =>
    `<g transform="translate(${(index % 2) * size.width} ${Math.floor(index / 2) * size.height})">${
      drawCurve(curve)
    }</g>`
  );
  const box = `0 0 ${2 * size.width} ${rows * size.height}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" font-family="sans-serif" font-size="11">\n` +
    `<rect width="100%" height="100%" fill="#fff"/>\n${charts.join("\n")}\n</svg>\n`;
}

/** The marks of an axis that holds the numbers: powers of ten; where one of them is 0, equal steps. Two at least. */
export function marks(numbers: readonly number[]): number[] {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  if (least === 0) {
    const step = most / 5 || 1;
    return Array.from({ length: 6 }, (_, index) => index * step);
  }
  const from = Math.floor(Math.log10(least));
  const to = Math.max(from + 1, Math.ceil(Math.log10(most)));
  return Array.from({ length: to - from + 1 }, (_, index) => Number(`1e${from + index}`));
}

function drawCurve({ title, x, y, series }: Curve): string {
  const all = series.flatMap(({ points }) => points);
  const [xTicks, yTicks] = [0, 1].map((axis) => marks(all.map((point) => point[axis]!))) as [number[], number[]];
  const plot = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom };
  const xOf = (value: number): number => round(size.left + plot.width * share(value, xTicks));
  const yOf = (value: number): number => round(size.top + plot.height * (1 - share(value, yTicks)));
  const bottom = size.top + plot.height;
  return [
    text(title, { x: size.left, y: 20, weight: "bold" }),
    text(y, { x: size.left, y: size.top - 10 }),
    text(x, { x: size.left + plot.width / 2, y: bottom + 32, anchor: "middle" }),
    ...xTicks.map((tick) => line([xOf(tick), size.top], [xOf(tick), bottom])),
    ...yTicks.map((tick) => line([size.left, yOf(tick)], [size.left + plot.width, yOf(tick)])),
    ...xTicks.map((tick) => text(label(tick), { x: xOf(tick), y: bottom + 16, anchor: "middle" })),
    ...yTicks.map((tick) => text(label(tick), { x: size.left - 8, y: yOf(tick) + 4, anchor: "end" })),
    ...series.map(({ points }, index) => drawLine(points.map(([px, py]) => [xOf(px), yOf(py)] as const), index)),
    ...series.map(({ name }, index) => {
      const [left, top] = [size.left + (index % 2) * 190, bottom + 46 + Math.floor(index / 2) * 13];
      return `<rect x="${left}" y="${top - 8}" width="10" height="10" fill="${colors[index % colors.length]}"/>` +
        text(name, { x: left + 15, y: top + 1 });
    }),
  ].join("\n");
}

function drawLine(points: readonly (readonly [number, number])[], index: number): string {
  const color = colors[index % colors.length];
  const path = points.map(([x, y]) => `${x},${y}`).join(" ");
  const dots = points.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3" fill="${color}"/>`).join("");
  return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>${dots}`;
}

function share(value: number, ticks: readonly number[]): number {
  const scale = ticks[0] === 0 ? (number: number) => number : Math.log10;
  const [from, to] = [scale(ticks[0]!), scale(ticks.at(-1)!)];
  return (scale(value) - from) / (to - from);
}

function line([x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number]): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="#ddd"/>`;
}

interface TextOptions {
  readonly x: number;
  readonly y: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly weight?: "normal" | "bold";
}

function text(content: string, { x, y, anchor = "start", weight = "normal" }: TextOptions): string {
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" font-weight="${weight}" fill="#222">${escaped}</text>`;
}

function label(tick: number): string {
  return tick.toLocaleString("en", { maximumFractionDigits: 4 });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
