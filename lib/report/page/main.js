// @ts-check
/// <reference lib="dom" />
/**
 * Makes the experiments' sections alive, each when it comes near: a page of many opens as quickly as one of few.
 * @module
 */
import { redrawAll } from "./chart.js";
import { curvesView } from "./curves.js";
import { readExperiment } from "./data.js";
import { fill } from "./dom.js";
import { parallelView } from "./parallel.js";
import { scatterView } from "./scatter.js";
import { tableView } from "./table.js";

/** How far away, in pixels, a section is made alive. */
const AHEAD = "600px";

/**
 * @param {HTMLElement} section
 * @param {HTMLElement} data
 */
function enliven(section, data) {
  const experiment = readExperiment(data.textContent ?? "");
  const name = section.querySelector("h2")?.textContent ?? "";
  const runsInAll = Number(section.dataset["runs"]);
  /** @type {{ redraw: () => void }[]} */
  const followers = [];
  const table = tableView(experiment, { name, runsInAll }, () => followers.forEach(({ redraw }) => redraw()));
  const curves = experiment.curves.length === 0 ? null : curvesView(experiment);
  const scatter = scatterView(experiment, table.rowsShown);
  const parallel = parallelView(experiment, { name, rowsShown: table.rowsShown, onPick: table.search });
  const host = section.querySelector(".live");
  if (host === null) return;
  section.classList.add("is-live");
  fill(host, curves?.view ?? null, table.view, scatter?.view ?? null, parallel?.view ?? null);
  // Only now is it known how wide the charts may be.
  curves?.draw();
  for (const follower of [scatter, parallel]) {
    if (follower === null) continue;
    follower.draw();
    followers.push(follower);
  }
}

function start() {
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const data = document.getElementById(`data-${target.id}`);
      if (!isIntersecting || data === null) continue;
      observer.unobserve(target);
      enliven(/** @type {HTMLElement} */ (target), data);
    }
  }, { rootMargin: AHEAD });
  for (const section of document.querySelectorAll("section.experiment")) observer.observe(section);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
}

start();
