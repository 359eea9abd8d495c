// Vega-Lite's charts as SVG text, drawn without a browser: pictures of their own, or parts of one page.
import { parse, resetSVGDefIds, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

/** One picture on white, a file of its own. */
export async function drawPicture(spec: TopLevelSpec): Promise<string> {
  resetSVGDefIds(); // Equal charts then have equal text.
  return `${await toSvg({ background: "white", ...spec })}\n`;
}

/** The page's own colour of text, so that a chart is readable on a light page and on a dark one. */
const INK = "currentColor";

/** Vega's own marks for assistive technology would be read out value by value: a page has its figures in tables. */
const PAGE_STYLE = {
  background: "transparent",
  config: {
    aria: false,
    font: "system-ui, sans-serif",
    view: { stroke: null },
    title: { color: INK },
    axis: {
      labelColor: INK,
      titleColor: INK,
      domainColor: INK,
      tickColor: INK,
      gridColor: INK,
      gridOpacity: 0.15,
      titleFontWeight: "normal",
    },
    legend: { labelColor: INK, titleColor: INK },
    text: { fill: INK },
  },
} as const;

/** What draws the charts of one page, one after another: their ids differ, and equal pages have equal text. */
export function openPage(): (spec: TopLevelSpec) => Promise<string> {
  resetSVGDefIds();
  return (spec) => toSvg({ ...spec, ...PAGE_STYLE });
}

function toSvg(spec: TopLevelSpec): Promise<string> {
  return new View(parse(compile(spec).spec), { renderer: "none" }).toSVG();
}
