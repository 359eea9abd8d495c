// dataset.yaml: what a folder of recordings says about itself, once for all its files.
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { unitsSchema } from "../spec/band.ts";
import { dataBadCard } from "../util/messages.ts";
import type { DataSource } from "./source.ts";

const text = z.union([z.string(), z.number()]).transform(String);

const datasetCardSchema = z.strictObject({
  name: text,
  units: unitsSchema,
  sampleRateHz: z.number().gt(0).optional().describe("Nominal; measured from the time stamps when left out."),
  bodyPlace: text.optional(),
  source: text.optional(),
  licence: text.optional(),
  citation: text.optional(),
  labels: z.record(z.string(), text).default({}).describe("Recorded code to readable name."),
  unlabelled: z.array(text).default([]).describe("Recorded codes that mean: no label."),
});
export type DatasetCard = z.output<typeof datasetCardSchema>;

const CARD_FILE = "dataset.yaml";

/** Reads dataset.yaml, or null where there is none. @throws UserError data/bad-dataset-yaml with line and key */
export function readDatasetCard(source: DataSource): DatasetCard | null {
  return source.files.includes(CARD_FILE) ? parseDatasetCard(source.text(CARD_FILE), CARD_FILE) : null;
}

function parseDatasetCard(yaml: string, file: string): DatasetCard {
  const lineCounter = new LineCounter();
  const document = parseDocument(yaml, { lineCounter, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    throw dataBadCard(
      file,
      lineCounter.linePos(error.pos[0]).line,
      "",
      error.message.split("\n")[0] ?? "not YAML",
    );
  }
  const result = datasetCardSchema.safeParse(document.toJS());
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = (issue?.path ?? []).map(String);
  throw dataBadCard(
    file,
    lineOf(document, path, lineCounter),
    path.join("."),
    issue?.message ?? "not a dataset.yaml",
  );
}

/** Line of the deepest part of `path` that the file holds. */
function lineOf(document: Document.Parsed, path: readonly string[], lines: LineCounter): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node: unknown = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
