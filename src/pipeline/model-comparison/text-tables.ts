// A comparison as text: Markdown tables of means for people, and CSV of every run for spreadsheets.
import Papa from "papaparse";
import { cell, markdownTable } from "../markdown.ts";
import { COLUMN_IDS, COLUMNS, columnsOf, TABLES, writeSpread } from "./columns.ts";
import { MARKED_POINTS, type ModelComparison } from "./comparison.ts";
import { MARK, protocolRows } from "./wording.ts";

/** The tables that people read; fit for docs/results.md. */
export function comparisonMarkdown(comparison: ModelComparison): string {
  const { name, models } = comparison;
  const compared = models.flatMap(({ id, result }) =>
    result.kind === "compared" ? [{ id, ...result }] : [],
  );
  const refused = models.flatMap(({ id, result }) => (result.kind === "refused" ? [{ id, ...result }] : []));
  const tables = TABLES.flatMap(({ title, groups }) => [
    `## ${title}`,
    ...groups.map((group) => {
      const columns = columnsOf(group);
      const rows = compared.map(({ id, figures, isMarked }) => [
        `\`${id}\`${isMarked && title === "Accuracy" ? ` ${MARK}` : ""}`,
        ...columns.map((column) => writeSpread(column, figures[column], "shares")),
      ]);
      return markdownTable([
        [groups.length > 1 ? group : "model", ...columns.map((id) => COLUMNS[id].title)],
        ...rows,
      ]);
    }),
  ]);
  const isMarked = compared.some((row) => row.isMarked);
  return `${[
    `# ${cell(name)}: ${models.length} models under one protocol`,
    markdownTable([["", ""], ...protocolRows(comparison)]),
    ...(compared.length > 0 ? tables : []),
    ...(isMarked ? [`${MARK} int8 costs more than ${MARKED_POINTS} points of accuracy or macro F1.`] : []),
    ...(refused.length > 0
      ? [
          "## Not compared",
          markdownTable([
            ["model", "seed", "why"],
            ...refused.map(({ id, seed, message }) => [`\`${id}\``, String(seed), message]),
          ]),
        ]
      : []),
  ].join("\n\n")}\n`;
}

/** One row a run, numbers as they are; an empty cell is what nobody knows. */
export function comparisonCsv({ models }: ModelComparison): string {
  const rows = models.flatMap(({ id, result }) =>
    result.kind === "refused"
      ? []
      : result.runs.map(({ seed, ...figures }) => [
          id,
          seed,
          ...COLUMN_IDS.map((column) => COLUMNS[column].of(figures)),
        ]),
  );
  return `${Papa.unparse([["model", "seed", ...COLUMN_IDS], ...rows], { newline: "\n" })}\n`;
}
