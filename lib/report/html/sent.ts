/**
 * What was sent to Kiroframe, and everything that failed.
 * @module
 */
import type { Facts, FailureGroup, TargetFacts } from "../facts/shape.ts";
import { counted, formatCount } from "../page/format.js";
import { html, type Markup } from "../text/markup.ts";

/** The overview's tile: how many rows Kiroframe has. */
export function acknowledgedWords({ sent: { targets } }: Facts): [value: string, name: string, about: string | null] {
  if (targets.length === 0) return ["–", "rows sent to Kiroframe", "not sent"];
  const sums = targets.map(({ rows }) =>
    [...rows.values()].reduce((sum, row) => [sum[0]! + row.acknowledged, sum[1]! + row.failed], [0, 0])
  );
  const [acknowledged, failed] = [
    sums.reduce((sum, [count]) => sum + count!, 0),
    sums.reduce((sum, [, count]) => sum + count!, 0),
  ];
  return [
    formatCount(acknowledged),
    "rows acknowledged by Kiroframe",
    failed === 0 ? "none failed" : `${formatCount(failed)} failed`,
  ];
}

export function sentSection(facts: Facts): Markup {
  const { sent, failures } = facts;
  return html`<section id="kiroframe" aria-labelledby="kiroframe-title">
<h2 id="kiroframe-title">Kiroframe, and what failed</h2>
${
    sent.unreadable === null
      ? ""
      : html`<p class="warning" role="note">What was sent could not be read: ${sent.unreadable}</p>`
  }
${
    sent.targets.length === 0 && sent.unreadable === null
      ? html`<p>Nothing of this folder was sent to Kiroframe.</p>`
      : ""
  }
${sent.targets.map(target)}
${
    sent.nonFiniteLeftOut
      ? html`<p>${counted(sent.nonFiniteLeftOut, "value")} that JSON cannot hold (NaN, Infinity) ${
        sent.nonFiniteLeftOut === 1 ? "was" : "were"
      } left out or replaced in what was sent.</p>`
      : ""
  }
${
    sent.thinnedPoints
      ? html`<p>${counted(sent.thinnedPoints, "point")} of long histories ${
        sent.thinnedPoints === 1 ? "was" : "were"
      } not sent.</p>`
      : ""
  }
${differences(facts)}
<h3>Not exported</h3>
${
    failures.length === 0
      ? html`<p>No metric history and no artifact failed.</p>`
      : reasons(failures, "What could not be exported, by reason")
  }
</section>`;
}

function target({ url, rows, lastAt, failures }: TargetFacts): Markup {
  const lines = [...rows].map(([what, { acknowledged, failed }]) =>
    html`
      <tr>
        <th scope="row">${what}</th>
        <td class="number">${formatCount(acknowledged)}</td>
        <td class="number">${formatCount(failed)}</td>
      </tr>
    `
  );
  return html`
    <h3 class="isolated">${url}</h3>
    <div class="scroll" tabindex="0" role="region" aria-label="Rows sent to ${url}">
      <table class="narrow">
        <caption>Rows sent${lastAt === null
          ? ""
          : `; the last answer came ${lastAt.slice(0, 16).replace("T", " ")} UTC`}</caption>
        <thead>
          <tr>
            <th scope="col">Rows</th>
            <th scope="col" class="number">Acknowledged</th>
            <th scope="col" class="number">Failed</th>
          </tr>
        </thead>
        <tbody>${lines}</tbody>
      </table>
    </div>
    ${failures.length === 0 ? "" : reasons(failures, `Rows that failed at ${url}, by reason`)}
  `;
}

function differences({ sent: { differences }, experiments }: Facts): Markup {
  if (differences.length === 0) return html``;
  const shown = differences.slice(0, 50);
  const lines = shown.map(({ experimentId, listed, written, acknowledged }) => {
    const name = experiments.find(({ id }) => id === experimentId)?.name ?? experimentId;
    return html`
      <tr>
        <th scope="row">${name}</th>
        <td class="number">${formatCount(listed)}</td>
        <td class="number">${formatCount(written)}</td>
        <td class="number">${acknowledged === null ? "–" : formatCount(acknowledged)}</td>
      </tr>
    `;
  });
  const more = differences.length - shown.length;
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label="Counts that differ">
      <table>
        <caption>Runs whose counts are not one${more > 0 ? ` (${more} more experiments are not listed)` : ""}</caption>
        <thead>
          <tr>
            <th scope="col">Experiment</th>
            <th scope="col" class="number">Listed by MLflow</th>
            <th scope="col" class="number">In the files</th>
            <th scope="col" class="number">Acknowledged</th>
          </tr>
        </thead>
        <tbody>${lines}</tbody>
      </table>
    </div>
  `;
}

function reasons(groups: readonly FailureGroup[], caption: string): Markup {
  const lines = groups.map(({ what, reason, httpStatus, count, examples }) =>
    html`
      <tr>
        <td class="number">${formatCount(count)}</td>
        <th scope="row">${what}</th>
        <td class="number">${httpStatus}</td>
        <td class="wide">${reason === "" ? "no words" : reason}</td>
        <td class="id">${examples.join(", ")}${count > examples.length && examples.length > 0 ? ", …" : ""}</td>
      </tr>
    `
  );
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label="${caption}">
      <table>
        <caption>${caption}</caption>
        <thead>
          <tr>
            <th scope="col" class="number">Count</th>
            <th scope="col">What</th>
            <th scope="col" class="number">Status</th>
            <th scope="col">Reason</th>
            <th scope="col">Which</th>
          </tr>
        </thead>
        <tbody>${lines}</tbody>
      </table>
    </div>
  `;
}
