// What differs between two models as they are written: operators in order, attributes, tensors, weights.
import { type Graph, inputsOf, type Node, tensorOf } from "../ir/graph.ts";
import type { QuantizationParams, Tensor } from "../ir/tensor.ts";
import { canonicalJson } from "../util/hash.ts";
import { type Alignment, alignLayers } from "./align.ts";
import { type Layer, layersOf } from "./layers.ts";

export interface StructureDifference {
  /** "layer 3 CONV_2D", "input" or "pre-processing". */
  readonly where: string;
  readonly what: string;
  /** As text; null where that side has no such thing. */
  readonly left: string | null;
  readonly right: string | null;
}

/** Names of tensors and the layout of the file do not count; everything that is computed with does. */
export function compareStructure(a: Graph, b: Graph): StructureDifference[] {
  const [left, right] = [layersOf(a), layersOf(b)];
  const aligned = alignLayers(left, right);
  return [
    ...place("input", compareTensors("input", tensorOf(a, a.input), tensorOf(b, b.input))),
    ...aligned.flatMap(({ left: i, right: j }) => {
      if (i !== null && j !== null) {
        const where = i === j ? `layer ${i} ${left[i]!.operator}` : `layers ${i}, ${j} ${left[i]!.operator}`;
        const [la, lb] = [left[i]!, right[j]!];
        return place(where, [
          ...compareLayers(a, la, b, lb),
          ...compareWiring(a, la.node, b, lb.node, aligned),
        ]);
      }
      const layer = i === null ? right[j!]! : left[i]!;
      const text = `${layer.operator} (${layer.tensor})`;
      const [l, r] = i === null ? [null, text] : [text, null];
      return [{ where: `layer ${i ?? j!}`, what: "operator", left: l, right: r }];
    }),
    ...place("pre-processing", comparePreprocessing(a, b)),
  ];
}

type Found = Omit<StructureDifference, "where">;

function place(where: string, found: readonly Found[]): StructureDifference[] {
  return found.map((difference) => ({ where, ...difference }));
}

function compareLayers(a: Graph, left: Layer, b: Graph, right: Layer): Found[] {
  const [attributesA, attributesB] = [left, right].map(({ node }) => node.op.describe(node.attrs));
  const [outputA, outputB] = [tensorOf(a, left.tensor), tensorOf(b, right.tensor)];
  // Where a whole model is of another type, every layer is, and its weights: the input has said it once.
  const sameChange =
    outputA.dtype !== outputB.dtype &&
    outputA.dtype === tensorOf(a, a.input).dtype &&
    outputB.dtype === tensorOf(b, b.input).dtype;
  const worthTelling = (found: Found): boolean => !sameChange || !found.what.endsWith("type");
  const [inputsA, inputsB] = [inputsOf(a, left.node), inputsOf(b, right.node)];
  const constants = inputsA.flatMap((tensor, i) => {
    const other = inputsB[i];
    if (other === undefined || (tensor.constant === null && other.constant === null)) return [];
    const role = left.node.op.roles[i] ?? "activation";
    const name = role === "activation" ? `input ${i}` : role;
    return compareTensors(name, tensor, other);
  });
  return [
    ...(attributesA === attributesB ? [] : [{ what: "attributes", left: attributesA!, right: attributesB! }]),
    ...[...compareTensors("output", outputA, outputB), ...constants].filter(worthTelling),
  ];
}

function compareTensors(name: string, a: Tensor, b: Tensor): Found[] {
  const found: Found[] = [];
  const note = (what: string, left: string, right: string): void => {
    if (left !== right) found.push({ what: `${name} ${what}`, left, right });
  };
  note("shape", `[${a.shape.join(", ")}]`, `[${b.shape.join(", ")}]`);
  note("type", a.dtype, b.dtype);
  // Between int8 and float32 a missing scale is not another difference.
  if (a.dtype === b.dtype) {
    if (canonicalJson(a.quant) !== canonicalJson(b.quant))
      found.push({ what: `${name} quantisation`, ...describeQuants(a.quant, b.quant) });
    const values = compareConstants(a, b);
    if (values !== null) found.push({ what: `${name} values`, ...values });
  }
  return found;
}

function describeQuants(
  a: QuantizationParams | null,
  b: QuantizationParams | null,
): { left: string; right: string } {
  const describe = (quant: QuantizationParams | null): string => {
    if (quant === null) return "none";
    if (quant.kind === "perTensor") return `scale ${quant.scale}, zero point ${quant.zeroPoint}`;
    return `${quant.scales.length} scales along axis ${quant.axis}`;
  };
  if (a?.kind === "perChannel" && b?.kind === "perChannel" && describe(a) === describe(b)) {
    const channel = a.scales.findIndex((scale, i) => scale !== b.scales[i]);
    return { left: `scale ${a.scales[channel]} of channel ${channel}`, right: String(b.scales[channel]) };
  }
  return { left: describe(a), right: describe(b) };
}

function compareConstants(
  { constant: a }: Tensor,
  { constant: b }: Tensor,
): { left: string; right: string } | null {
  if (a === null || b === null) {
    return a === b
      ? null
      : { left: a === null ? "computed" : "constant", right: b === null ? "computed" : "constant" };
  }
  if (a.length !== b.length) return null; // Their shapes say so already.
  let [different, first] = [0, -1];
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) continue;
    different++;
    if (first < 0) first = i;
  }
  if (different === 0) return null;
  return { left: `${a[first]} at index ${first}`, right: `${b[first]}, ${different} of ${a.length} differ` };
}

/** Inputs that come from operators which do not correspond; operators without a counterpart are told elsewhere. */
function compareWiring(a: Graph, left: Node, b: Graph, right: Node, aligned: readonly Alignment[]): Found[] {
  const producers = (graph: Graph, node: Node): number[] =>
    node.inputs.map((name) => layersOf(graph).findIndex((layer) => layer.tensor === name));
  const [from, others] = [producers(a, left), producers(b, right)];
  return from.flatMap((producer, i) => {
    const other = others[i];
    const counterpart = aligned.find((pair) => pair.left === producer)?.right;
    const known = aligned.some((pair) => pair.right === other && pair.left !== null);
    if (other === undefined || counterpart == null || !known || counterpart === other) return [];
    return [{ what: `input ${i} from`, left: `layer ${producer}`, right: `layer ${other}` }];
  });
}

function comparePreprocessing({ metadata: a }: Graph, { metadata: b }: Graph): Found[] {
  if (a === null || b === null) {
    const describe = (one: typeof a): string => (one === null ? "none" : "there");
    return a === b ? [] : [{ what: "metadata", left: describe(a), right: describe(b) }];
  }
  const keys = Object.keys(a.preprocessing) as (keyof typeof a.preprocessing)[];
  return keys.flatMap((key) => {
    const [left, right] = [a, b].map((one) => canonicalJson(one.preprocessing[key]));
    return left === right ? [] : [{ what: key, left: left!, right: right! }];
  });
}
