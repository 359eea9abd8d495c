// How large a model may be: far beyond any wrist's, and small enough that a hostile file can neither exhaust the
// memory nor keep the interpreter busy for ever.
import { bodiesOf, countMacs, type Graph } from "../ir/graph.ts";
import { elementCount } from "../ir/tensor.ts";
import { CorruptFile } from "./table.ts";

/** Elements of all tensors together. */
const MAX_TOTAL_ELEMENTS = 2 ** 26;
/** Multiply-accumulates of one inference; a second or two on a desktop. */
const MAX_MACS = 2 ** 31;

/** @throws CorruptFile */
export function checkSize(graph: Graph): void {
  let elements = 0;
  for (const { body } of bodiesOf(graph)) {
    for (const tensor of body.tensors.values()) elements += elementCount(tensor.shape);
  }
  if (elements > MAX_TOTAL_ELEMENTS) {
    throw new CorruptFile(
      `its tensors have ${elements} elements, at most ${MAX_TOTAL_ELEMENTS} are supported`,
    );
  }
  const macs = countMacs(graph);
  if (macs > MAX_MACS) {
    throw new CorruptFile(`it takes ${macs} multiply-accumulates, at most ${MAX_MACS} are supported`);
  }
}
