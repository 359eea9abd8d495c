// Tables of a document that a measurement writes, between markers that name them.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const DOCUMENT = path.join(import.meta.dirname, "../../docs/performance.md");

export type Cells = readonly (readonly (string | number)[])[];

/** The first row is the header. */
export function markdownTable([header, ...rows]: Cells): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
  return [line(header!), line(header!.map(() => "---")), ...rows.map(line)].join("\n");
}

/** @throws Error where the document has no such markers */
export function updateDocument(tables: Readonly<Record<string, string>>): void {
  const text = Object.entries(tables).reduce(
    (document, [name, table]) => {
      const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
      const [from, to] = [document.indexOf(begin), document.indexOf(end)];
      if (from < 0 || to < from) throw new Error(`${DOCUMENT} has no ${begin} … ${end}`);
      return `${document.slice(0, from + begin.length)}\n\n${table}\n\n${document.slice(to)}`;
    },
    readFileSync(DOCUMENT, "utf8"),
  );
  writeFileSync(DOCUMENT, text);
}
