// What the compiled engine makes of a loop's carried values, so that as few of them as may be are copied.
import type { Loop, Node } from "../ir/op.ts";

/** What becomes of a carried value in a round. */
export type Carried =
  /** The body hands it on as it is: it stays where the loop's own input is. */
  | "kept"
  /** The body computes the next one where the last one was, which nothing reads any more. */
  | "inPlace"
  /** The next one is computed elsewhere, and copied after the round. */
  | "copied"
  /** The next one is another carried value: it is copied aside before that one is written. */
  | "staged"
  /** Each round writes a row of it to the row's place (counted-bodies.ts). */
  | "collected"
  /** A counter that is C++'s own variable, and nowhere in memory. */
  | "gone";

/** How a round is run where it is not simply the body's nodes. */
interface Round {
  readonly nodes: readonly Node[];
  readonly fateOf: (carried: number) => Carried | null;
  /** Inputs of a node at whose very place its output may begin, by their owners. */
  readonly replaces: (node: Node) => readonly string[];
}

/** One a carried value, in their order. */
export function carriedValues(
  { body: { nodes: all, inputs, outputs } }: Loop,
  { nodes, fateOf, replaces }: Round = { nodes: all, fateOf: () => null, replaces: () => [] },
): readonly Carried[] {
  const owners = viewOwners(nodes);
  const ownerOf = (tensor: string): string => owners.get(tensor) ?? tensor;
  const ends = outputs.map(ownerOf);
  return ends.map((end, k) => {
    const last = inputs[k]!;
    const decided = fateOf(k);
    if (decided !== null) return decided;
    if (end === last) return "kept";
    const other = inputs.indexOf(end);
    if (other >= 0) return ends[other] === end ? "copied" : "staged";
    const made = nodes.findIndex((node) => node.outputs.includes(end));
    const isOnlyThis = made >= 0 && ends.indexOf(end) === ends.lastIndexOf(end);
    if (!isOnlyThis) return "copied";
    const [maker, ...after] = nodes.slice(made) as [Node, ...Node[]];
    const later = after.flatMap((node) => node.inputs.map(ownerOf));
    const reads = maker.inputs.map(ownerOf).includes(last) && !replaces(maker).includes(last);
    return reads || [...later, ...ends].includes(last) ? "copied" : "inPlace";
  });
}

/** For each tensor that is another one under a second name that one: a view's output, and what a loop keeps. */
export function viewOwners(nodes: readonly Node[]): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const { op, attrs, inputs, outputs } of nodes) {
    const own = (output: string, input: string): unknown => owners.set(output, owners.get(input) ?? input);
    if (op.view === true) own(outputs[0], inputs[0]!);
    const loop = op.loop?.(attrs);
    if (loop === undefined) continue;
    for (const [k, carried] of carriedValues(loop).entries())
      if (carried === "kept") own(outputs[k]!, inputs[k]!);
  }
  return owners;
}
