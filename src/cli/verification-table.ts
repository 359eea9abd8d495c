// A verification as tables: which engines were compared with which, on what, and what came of it.
import { windowsOf } from "../pipeline/runtimes/runtime.ts";
import type { Comparison, Verification } from "../pipeline/verification.ts";
import { count, type Output, percent, table } from "./output.ts";

const OWN_ENGINES = {
  graph: "the quantised network in memory, by Bandsmith's interpreter",
  file: "the bytes of the .tflite file, read again, by Bandsmith's interpreter",
} as const;

/** @param allLayers print the layers also of what is equal */
export function printVerification(
  { model, inputs, comparisons, passed }: Verification,
  output: Output,
  allLayers: boolean,
): void {
  output.line(`model   ${model.file}, ${count(model.bytes)} bytes, SHA-256 ${model.sha256.slice(0, 16)}…`);
  output.line(`inputs  ${inputs}`);
  output.line();
  output.line(table(summaryRows(comparisons)));
  output.line();
  output.line(table(legendRows(comparisons)));
  for (const comparison of comparisons) {
    if (comparison.rule.kind === "agreement") output.line(`\n${describeAgreement(comparison)}`);
    if (comparison.first !== null) output.line(`\n${describeFirst(comparison)}`);
    if (comparison.layers !== null && (allLayers || !comparison.passed))
      output.line(`\n${table(layerRows(comparison))}`);
  }
  output.line();
  output.line(passed ? "verified" : "NOT verified: what must be equal differs, or what must agree does not");
}

function summaryRows(comparisons: readonly Comparison[]): (string | number)[][] {
  return [
    ["compared", "judged by", "what", "windows", "values", "different", "largest", "same class", "verdict"],
    ...comparisons.map((one) => [
      `${one.left}, ${one.right}`,
      one.rule.kind,
      one.scope,
      one.windows,
      one.values,
      one.different,
      one.largest,
      percent(one.sameClass / one.windows),
      one.passed
        ? one.different === 0
          ? "equal"
          : "agree"
        : one.rule.kind === "equality"
          ? "DIFFER"
          : "DISAGREE",
    ]),
  ];
}

function legendRows(comparisons: readonly Comparison[]): string[][] {
  const own = Object.entries(OWN_ENGINES).filter(([engine]) =>
    comparisons.some(({ left, right }) => left === engine || right === engine),
  );
  const foreign = comparisons.flatMap(({ right, software, because }) =>
    software === null ? [] : [[right, `${software}, from PyPI: ${because}`]],
  );
  return [...own.map((row) => [...row]), ...foreign];
}

function describeAgreement({ right, rule, windows, sameClass, accuracy }: Comparison): string {
  if (rule.kind !== "agreement") return "";
  const bound = windowsOf(rule.mostOtherClass, windows);
  const classes =
    `${right} is judged by its classes, not by its values: ${count(windows - sameClass)} of ${count(windows)} ` +
    `windows get another, ${count(bound)} may (${percent(rule.mostOtherClass)}).`;
  if (accuracy === null) return classes;
  const { known, left: ours, right: theirs } = accuracy;
  const lost = windowsOf(rule.mostAccuracyLost, known);
  return (
    `${classes}\nOf ${count(known)} windows with a known class, file has ${count(ours)} right ` +
    `(${percent(ours / known)}), ${right} ${count(theirs)} (${percent(theirs / known)}); it may lose ${count(lost)} ` +
    `(${percent(rule.mostAccuracyLost)}).`
  );
}

function describeFirst({ left, right, first, layers, scope }: Comparison): string {
  if (first === null) return "";
  const place = layers === null && scope === "outputs" ? "output, " : "";
  return (
    `first difference of ${left} and ${right}: ${place}${layerName(first.layer)} ${first.operator} ` +
    `(${first.tensor}), window ${first.window}, index ${first.index}: ${first.left} and ${first.right}`
  );
}

function layerRows({ layers }: Comparison): (string | number)[][] {
  return [
    ["#", "operator", "tensor", "values", "different", "largest", "first at window", "index", "values there"],
    ...(layers ?? []).map(({ layer, operator, tensor, values, different, largest, first }) => [
      layer < 0 ? "" : layer,
      operator,
      tensor,
      values,
      different,
      largest,
      first?.window ?? "",
      first?.index ?? "",
      first === null ? "" : `${first.left} and ${first.right}`,
    ]),
  ];
}

function layerName(layer: number): string {
  return layer < 0 ? "" : `layer ${layer},`;
}
