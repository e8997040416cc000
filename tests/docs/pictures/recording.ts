/** What a terminal showed, as a picture that moves: SVG with CSS alone, without script. */

/** One state of the terminal. */
export interface Frame {
  readonly lines: readonly string[];
  /** How long it was seen. */
  readonly ms: number;
}

const [CHARACTER, LINE, MARGIN] = [8.4, 18, 14];

/** Draws the frames one after another, again and again. */
export function recordingSvg(
  frames: readonly Frame[],
  { columns, rows }: { readonly columns: number; readonly rows: number },
): string {
  const [width, height] = [Math.ceil(columns * CHARACTER) + 2 * MARGIN, rows * LINE + 2 * MARGIN];
  const totalMs = frames.reduce((sum, { ms }) => sum + ms, 0);
  let fromMs = 0;
  const drawn = frames.map(({ lines, ms }, index) => {
    const [from, to] = [fromMs, fromMs + ms].map((at) => (100 * at / totalMs).toFixed(2));
    fromMs += ms;
    const text = lines.map((line, row) =>
      line === "" ? "" : `<text x="${MARGIN}" y="${MARGIN + (row + 1) * LINE - 4}">${escaped(line)}</text>`
    ).join("");
    const shown = `@keyframes f${index}{0%{opacity:0}${from}%{opacity:1}${to}%{opacity:0}}`;
    return {
      text: `<g class="f${index}">${text}</g>`,
      rule: `${shown}.f${index}{animation:f${index} ${totalMs}ms step-end infinite;opacity:0}`,
    };
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>kiroframe-importer at work in a terminal</title>
<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#e6edf3;white-space:pre}${
    drawn.map(({ rule }) => rule).join("")
  }@media(prefers-reduced-motion:reduce){g{animation:none!important}g:last-of-type{opacity:1!important}}</style>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${drawn.map(({ text }) => text).join("\n")}
</svg>
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
