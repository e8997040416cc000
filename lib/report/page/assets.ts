/**
 * The page's script and style, as texts.
 * @module
 */
import main from "./main.js" with { type: "text" };
import style from "./page.css" with { type: "text" };

/** JavaScript. */
export const SCRIPT: string = main;

/** CSS. */
export const STYLE: string = style;
