/**
 * The page's script and style, as texts. The files are modules, so that they can be checked and tested; a page has one script.
 * @module
 */
import uPlotScript from "uplot/dist/uPlot.iife.min.js" with { type: "text" };
import uPlotStyle from "uplot/dist/uPlot.min.css" with { type: "text" };
import chart from "./chart.js" with { type: "text" };
import curves from "./curves.js" with { type: "text" };
import data from "./data.js" with { type: "text" };
import dom from "./dom.js" with { type: "text" };
import format from "./format.js" with { type: "text" };
import { joined } from "./join.ts";
import liveStyle from "./live.css" with { type: "text" };
import main from "./main.js" with { type: "text" };
import style from "./page.css" with { type: "text" };
import parallel from "./parallel.js" with { type: "text" };
import scatter from "./scatter.js" with { type: "text" };
import search from "./search.js" with { type: "text" };
import table from "./table.js" with { type: "text" };

/** JavaScript. */
export const SCRIPT: string = `${uPlotScript}\n${
  joined([format, dom, data, search, chart, curves, scatter, parallel, table, main])
}`;

/** CSS. */
export const STYLE: string = [uPlotStyle, style, liveStyle].join("\n");
