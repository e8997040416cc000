/**
 * Statuses as bars and words. Colours come from the style sheet, and never stand alone.
 * @module
 */
import { type Counts, STATUSES } from "../../facts/shape.ts";
import { formatCount } from "../../page/format.js";
import { html, type Markup } from "../../text/markup.ts";

/** Counts in the order in which statuses are shown; what MLflow does not know comes last. */
export function orderedStatuses(counts: Counts): [status: string, count: number][] {
  const known = STATUSES.filter((status) => counts.has(status));
  const others = [...counts.keys()].filter((status) => !STATUSES.some((name) => name === status));
  return [...known, ...others].map((status) => [status, counts.get(status) ?? 0]);
}

/** The class that gives a status its colour. */
export function statusClass(status: string): string {
  return STATUSES.some((name) => name === status) ? `is-${status.toLowerCase()}` : "is-other";
}

/** A status as a word with a dot of its colour. */
export function statusWord(status: string): Markup {
  return html`<span class="status ${statusClass(status)}">${status.toLowerCase()}</span>`;
}

/** A bar in parts, and the counts in words. */
export function statusBar(counts: Counts): Markup {
  const ordered = orderedStatuses(counts);
  const total = ordered.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return html`<span class="muted">no runs</span>`;
  let left = 0;
  const parts = ordered.map(([status, count]) => {
    const width = count / total * 100;
    const part = html`
      <rect class="${statusClass(status)}" x="${left.toFixed(2)}" width="${width.toFixed(2)}" height="8" />
    `;
    left += width;
    return part;
  });
  const words = ordered.map(([status, count]) =>
    html`
      <span class="status ${statusClass(status)}">${formatCount(count)} ${status.toLowerCase()}</span>
    `
  );
  return html`
    <svg class="status-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">${parts}</svg><span
      class="words">${words}</span>
  `;
}
