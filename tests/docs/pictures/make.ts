/**
 * Makes docs/pictures/ anew: the terminal while the whole program works, and the report that comes of it.
 * Needs tmux and chromium, and installs them where it may.
 */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startKiroframeSandbox } from "../../../sandbox/kiroframe/mod.ts";
import { startMlflowSandbox } from "../../../sandbox/mlflow/mod.ts";
import { openFile, startBrowser } from "../../browser/chromium.ts";
import { needTmux, Terminal } from "../../shells/tmux.ts";
import { programCommand } from "../../tools/program.ts";
import { type Frame, recordingSvg } from "./recording.ts";
import { teamWorld } from "./world.ts";

const PICTURES = fileURLToPath(new URL("../../../docs/pictures/", import.meta.url));
const SHOWN = "kiroframe-importer --tracking-url http://mlflow:5000 --kiroframe-url https://my.kiroframe.com";
const [COLUMNS, ROWS, LOOK_MS, END_MS] = [100, 16, 100, 6000];

async function record(base: string): Promise<Frame[]> {
  await using mlflow = await startMlflowSandbox({ world: teamWorld({ runs: 120 }), latencyMs: 250 });
  await using kiroframe = await startKiroframeSandbox({ latencyMs: 15 });
  const flags = ["--tracking-url", mlflow.url, "--kiroframe-url", kiroframe.url, "--profiling-token", kiroframe.token];
  const command = [...programCommand(), ...flags, "--base-dir", base].join(" ");
  const examples: readonly (readonly [string, string])[] = [
    [mlflow.url, "http://mlflow:5000"],
    [kiroframe.url, "https://my.kiroframe.com"],
    [base, "~/mlflow_export"],
  ];
  await using terminal = await Terminal.open(command, {
    columns: COLUMNS,
    env: { CI: "", NO_COLOR: "", TERM: "xterm-256color" },
  });
  const seen: string[] = [];
  await terminal.watch((lines) => {
    const shown = lines.filter((line) => !line.startsWith("ENDED ")).map((line) =>
      examples.reduce((text, [from, to]) => text.replaceAll(from, to), line)
    );
    seen.push([`$ ${SHOWN}`, ...shown].slice(-ROWS).join("\n").trimEnd());
  });
  const frames: { lines: string[]; ms: number }[] = [];
  for (const text of seen) {
    const last = frames.at(-1);
    if (last?.lines.join("\n") === text) last.ms += LOOK_MS;
    else frames.push({ lines: text.split("\n"), ms: LOOK_MS });
  }
  const end = frames.at(-1);
  if (end !== undefined) end.ms = END_MS;
  return frames;
}

/** Runs in the page: an experiment comes into view, and is drawn then. */
const EXPERIMENT_IN_VIEW = `{
  const headings = [...document.querySelectorAll("h2, h3")];
  const experiment = headings.findIndex(({ textContent }) => textContent === "churn");
  headings.slice(experiment).find(({ textContent }) => textContent === "Metric curves").scrollIntoView();
}`;

async function photograph(base: string): Promise<void> {
  const [name = ""] = (await readdir(base)).filter((entry) => /^\d{8}_/.test(entry));
  const browser = await startBrowser();
  try {
    await using opened = await openFile(browser, join(base, name, "report.html"), {
      viewport: { width: 1100, height: 900 },
    });
    await opened.page.waitForLoadState("networkidle");
    await opened.page.screenshot({ path: join(PICTURES, "report.png") });
    await opened.page.evaluate(EXPERIMENT_IN_VIEW);
    // Sections are drawn when they are seen, and are higher then.
    await opened.page.getByText("Logarithmic").first().waitFor();
    await opened.page.evaluate(EXPERIMENT_IN_VIEW);
    await opened.page.screenshot({ path: join(PICTURES, "experiment.png") });
  } finally {
    await browser.close();
  }
}

await needTmux();
const base = await mkdtemp(join(tmpdir(), "kiroframe-importer-pictures-"));
try {
  const frames = await record(base);
  await writeFile(join(PICTURES, "terminal.svg"), recordingSvg(frames, { columns: COLUMNS, rows: ROWS }));
  await photograph(base);
} finally {
  await rm(base, { recursive: true });
}
