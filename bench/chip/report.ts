// What bench:chip found, as tables: for the terminal, and for docs/performance.md.
import { readFileSync } from "node:fs";
import path from "node:path";
import { count } from "../../src/cli/output.ts";
import { countMacs, type Graph, inputsOf } from "../../src/ir/graph.ts";
import { type Cells, markdownTable } from "./doc-tables.ts";
import type { FitReport } from "./fit.ts";
import { limitOf } from "./limits.ts";
import type { Measured } from "./measure.ts";

export interface Run {
  readonly model: string;
  readonly graph: Graph;
  readonly core: string;
  readonly optimize: string;
  readonly measured: Measured;
}

/** Instructions by engine and level, such as "espnn". */
type OpponentFigures = Readonly<Record<string, number>>;
interface Opponents {
  readonly goalsPerMac: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly models: Readonly<Record<string, Readonly<Record<string, OpponentFigures>>>>;
}

const OPPONENTS = JSON.parse(
  readFileSync(path.join(import.meta.dirname, "opponents.json"), "utf8"),
) as Opponents;

/** Networks whose opponents are known: the tables of the document are incomplete without them. */
export const OPPONENTS_MODELS = Object.keys(OPPONENTS.models);

/** The level that opponents are compared at, and layers listed. */
export const LEVEL = "-O2";

const perMac = (instructions: number, macs: number): string =>
  macs === 0 ? "" : (instructions / macs).toFixed(2);
const times = (theirs: number | undefined, ours: number): string =>
  theirs === undefined ? "—" : `${count(theirs)} (${(theirs / ours).toFixed(1)} ×)`;

/** Both layouts run on the same core. */
function opponentsOf({ model, core }: Run): OpponentFigures {
  return OPPONENTS.models[model]?.[core.split(" ")[0]!] ?? {};
}

export function totalsTable(runs: readonly Run[]): Cells {
  const header = ["network", "core", "instructions", "a MAC", "goal", "TFLM reference", "ESP-NN"];
  const bytes = ["code, bytes", "constants", "memory"];
  const rows = runs
    .filter(({ optimize }) => optimize === LEVEL)
    .map((run) => {
      const { instructions, code, constants, memory } = run.measured;
      const theirs = opponentsOf(run);
      return [
        run.model,
        run.core,
        count(instructions),
        perMac(instructions, countMacs(run.graph)),
        OPPONENTS.goalsPerMac[run.model]?.[run.core] ?? "—",
        times(theirs["tflm -O2"], instructions),
        times(theirs["espnn"], instructions),
        ...[code, constants, memory].map(count),
      ];
    });
  return [[...header, ...bytes], ...rows];
}

export function levelsTable(runs: readonly Run[]): Cells {
  const others = runs.filter(({ optimize }) => optimize !== LEVEL);
  const header = ["network", "core", "level", "instructions", "a MAC", `of ${LEVEL}`, "TFLM at that level"];
  const rows = others.map((run) => {
    const { instructions, code } = run.measured;
    const same = runs.find(
      ({ model, core, optimize }) => model === run.model && core === run.core && optimize === LEVEL,
    );
    return [
      run.model,
      run.core,
      run.optimize,
      count(instructions),
      perMac(instructions, countMacs(run.graph)),
      same === undefined ? "—" : `${((100 * instructions) / same.measured.instructions).toFixed(0)} %`,
      times(opponentsOf(run)[`tflm ${run.optimize}`], instructions),
      count(code),
    ];
  });
  return [[...header, "code, bytes"], ...rows];
}

/** One table a network: a row a layer, for each core instructions, per multiply-accumulate and over the limit. */
export function layerTables(runs: readonly Run[]): { readonly model: string; readonly cells: Cells }[] {
  const own = runs.filter(({ optimize }) => optimize === LEVEL);
  return [...new Set(own.map(({ model }) => model))].map((model) => {
    const cores = own.filter((run) => run.model === model);
    const { graph } = cores[0]!;
    const rows = graph.nodes.flatMap((node, i) => {
      if (node.op.view === true) return [];
      const macs = node.op.macs(node.attrs, inputsOf(graph, node));
      const cells = cores.map(({ core, measured }) => {
        const spent = measured.layers[i]!;
        const limit = limitOf(graph, node, core);
        const over = limit === null ? "" : `${(spent / limit).toFixed(1)} ×`;
        return [count(spent), perMac(spent, macs), over].filter((part) => part !== "").join(" · ");
      });
      return [[`${i + 1} ${node.op.name}`, count(macs), ...cells]];
    });
    return { model, cells: [["layer", "MACs", ...cores.map(({ core }) => core)], ...rows] };
  });
}

const percents = ({ median, ninth }: { median: number; ninth: number }): string =>
  `${(100 * median).toFixed(1)} %, ${(100 * ninth).toFixed(1)} %`;

/** Errors by core, by kernel, and of whole networks. */
export function fitTables({ cores, networks }: FitReport): readonly [Cells, Cells, Cells] {
  const errors = cores.map(({ core, fitted, heldOut, other }) => [
    core,
    fitted.layers,
    percents(fitted),
    heldOut.layers,
    percents(heldOut),
    percents(other),
  ]);
  const wholes = networks.map(({ name, fitted, core, measured, estimated }) => [
    name,
    fitted ? "fitted" : "held out",
    core,
    count(measured),
    count(estimated),
    `${(100 * (estimated / measured - 1)).toFixed(1)} %`,
  ]);
  const kernels = [...new Set(cores.flatMap((core) => Object.keys(core.kernels)))]
    .sort()
    .map((kernel) => [
      kernel,
      Math.max(...cores.map((core) => core.kernels[kernel]?.layers ?? 0)),
      ...cores.map((core) => (core.kernels[kernel] === undefined ? "" : percents(core.kernels[kernel]))),
    ]);
  return [
    [
      ["core", "layers fitted", "their error", "held out", "their error", "by values and MACs alone"],
      ...errors,
    ],
    [["kernel", "layers", ...cores.map(({ core }) => core)], ...kernels],
    [["network", "its layers", "core", "measured", "estimated", "error"], ...wholes],
  ];
}

export function layersMarkdown(runs: readonly Run[]): string {
  return layerTables(runs)
    .map(({ model, cells }) => `**${model}**\n\n${markdownTable(cells)}`)
    .join("\n\n");
}
