// Fits what each kind of a kernel's work costs on each core, and judges the fit by layers and networks that it never
// saw: src/plan/instruction-costs.ts, and bench/chip/fit.json for docs/performance.md.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Graph } from "../../src/ir/graph.ts";
import type { KernelCall } from "../../src/ir/kernel.ts";
import {
  COST_CORES,
  type CostCore,
  type Costs,
  callsOf,
  type InstructionCosts,
  valuesOf,
} from "../../src/plan/instructions.ts";
import { REPOSITORY } from "../../test/firmware/support/wasm.ts";
import { CORES, compilerOf } from "./cores.ts";
import { measure, measureLayers } from "./measure.ts";
import { type Model, modelOf } from "./models.ts";
import { fitCosts, predicted, type Row } from "./nonnegative.ts";
import { syntheticLayers } from "./synthetic.ts";

/** What estimates are for: the level that docs/performance.md compares at. */
const LEVEL = "-O2";
/** Inputs of a synthetic layer; of random values, since extremes take other ways through a softmax. */
const FRAMES = 4;
const EXTREMES = 2;

interface Sample {
  /** The network, or the kind of layer. */
  readonly of: string;
  readonly heldOut: boolean;
  readonly features: ReadonlyMap<string, number>;
  readonly other: ReadonlyMap<string, number>;
  readonly value: number;
}

export interface FitReport {
  readonly cores: readonly {
    readonly core: string;
    readonly compiler: string;
    /** Layers that were fitted, and relative errors of theirs and of the others. */
    readonly fitted: ErrorsOf;
    readonly heldOut: ErrorsOf;
    /** The held-out layers by the kernel that they call first. */
    readonly kernels: Readonly<Record<string, ErrorsOf>>;
    /** The held-out layers by what is said of kernels without a cost of their own. */
    readonly other: ErrorsOf;
  }[];
  readonly networks: readonly {
    readonly name: string;
    readonly fitted: boolean;
    readonly core: string;
    readonly measured: number;
    readonly estimated: number;
  }[];
}

interface ErrorsOf {
  readonly layers: number;
  readonly median: number;
  readonly ninth: number;
}

/** @param models fitted; @param judges held out whole */
export function fitInstructionCosts(models: readonly Model[], judges: readonly Model[]): FitReport {
  const samples = new Map<CostCore, Sample[]>();
  for (const core of COST_CORES) {
    console.log(`Measuring layers on ${core.title}`);
    samples.set(core, [
      ...measuredSynthetic(core, samples),
      ...models.flatMap((model) => measuredNetwork(core, model, false)),
      ...judges.flatMap((model) => measuredNetwork(core, model, true)),
    ]);
  }
  // A function's code is the same for both layouts, so that all that was seen of it on an instruction set counts.
  const costs = new Map(
    [...new Set(COST_CORES.map(({ instructionSet }) => instructionSet))].map((set) => {
      const own = COST_CORES.filter(({ instructionSet }) => instructionSet === set);
      return [
        set,
        costsOf(own.flatMap((core) => samples.get(core)!).filter(({ heldOut }) => !heldOut)),
      ] as const;
    }),
  );
  const report = reportOf(samples, costs);
  writeCosts(costs, report);
  writeFileSync(path.join(import.meta.dirname, "fit.json"), `${JSON.stringify(report, null, 2)}\n`);
  return report;
}

function measuredSynthetic(core: CostCore, known: ReadonlyMap<CostCore, readonly Sample[]>): Sample[] {
  // What is the same as on a core before need not be measured again.
  const before = [...known].find(([{ instructionSet }]) => instructionSet === core.instructionSet);
  return syntheticLayers().map(({ name, graph, heldOut }, i) => {
    const calls = allCalls(graph, core);
    const same = before !== undefined && sameCalls(calls, allCalls(graph, before[0]));
    if (same) return before[1][i]!;
    const model = modelOf(name, graph, EXTREMES + FRAMES);
    const frames = model.frames.slice(EXTREMES);
    const { instructions, different } = measure(
      { ...model, frames, expected: model.expected.slice(EXTREMES) },
      machineOf(core),
      LEVEL,
    );
    if (different > 0)
      throw new Error(`${name} on ${core.title}: ${different} outputs are not the interpreter's`);
    return { of: name, heldOut, ...featuresOf(graph, 0, calls[0]!), value: instructions };
  });
}

function measuredNetwork(core: CostCore, model: Model, heldOut: boolean): Sample[] {
  const { layers, different } = measureLayers(model, machineOf(core), LEVEL);
  if (different > 0) throw new Error(`${model.name} on ${core.title}: outputs are not the interpreter's`);
  return allCalls(model.graph, core).flatMap((calls, i) =>
    calls.length === 0
      ? []
      : [{ of: model.name, heldOut, ...featuresOf(model.graph, i, calls), value: layers[i]! }],
  );
}

const machineOf = ({ id }: CostCore) => CORES.find((core) => core.id === id)!;

const allCalls = (graph: Graph, { target }: CostCore): readonly (readonly KernelCall[])[] =>
  graph.nodes.map((node) => callsOf(graph, node, target) ?? []);

const sameCalls = (a: readonly (readonly KernelCall[])[], b: typeof a): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

function featuresOf(
  graph: Graph,
  index: number,
  calls: readonly KernelCall[],
): Pick<Sample, "features" | "other"> {
  const features = new Map<string, number>();
  const other = new Map<string, number>();
  const count = (map: Map<string, number>, name: string, amount: number): void => {
    map.set(name, (map.get(name) ?? 0) + amount);
  };
  for (const call of calls) {
    if (call.work === undefined) throw new Error(`${call.function} says nothing of its work`);
    for (const [kind, amount] of Object.entries({ ...call.work, call: 1 })) {
      count(features, `${call.function} ${kind}`, amount);
    }
    for (const [kind, amount] of Object.entries({ ...valuesOf(graph, graph.nodes[index]!, call), call: 1 })) {
      count(other, kind, amount);
    }
  }
  return { features, other };
}

interface Fitted {
  readonly costs: ReadonlyMap<string, number>;
  readonly other: ReadonlyMap<string, number>;
}

function costsOf(samples: readonly Sample[]): Fitted {
  const rows = (which: "features" | "other"): Row[] =>
    samples.map((sample) => ({ features: sample[which], value: sample.value }));
  return { costs: rounded(fitCosts(rows("features"))), other: rounded(fitCosts(rows("other"))) };
}

/** What the descent leaves of a cost on its way to 0. */
const NOTHING = 1e-6;

function rounded(costs: ReadonlyMap<string, number>): Map<string, number> {
  return new Map([...costs].map(([name, cost]) => [name, cost < NOTHING ? 0 : Number(cost.toPrecision(4))]));
}

function reportOf(
  samples: ReadonlyMap<CostCore, readonly Sample[]>,
  costs: ReadonlyMap<string, Fitted>,
): FitReport {
  const cores = [...samples].map(([core, own]) => {
    const fitted = costs.get(core.instructionSet)!;
    const judges = own.filter(({ heldOut }) => heldOut);
    const errors = (heldOut: boolean, which: "features" | "other"): ErrorsOf =>
      errorsOf(
        own.filter((sample) => sample.heldOut === heldOut),
        (sample) => predicted(sample[which], which === "features" ? fitted.costs : fitted.other),
      );
    return {
      core: core.id,
      compiler: compilerOf(machineOf(core)),
      fitted: errors(false, "features"),
      heldOut: errors(true, "features"),
      kernels: Object.fromEntries(
        [...new Set(judges.map(kernelOf))].sort().map((kernel) => [
          kernel,
          errorsOf(
            judges.filter((sample) => kernelOf(sample) === kernel),
            ({ features }) => predicted(features, fitted.costs),
          ),
        ]),
      ),
      other: errors(true, "other"),
    };
  });
  const networks = [...samples].flatMap(([core, own]) => {
    const names = [...new Set(own.map(({ of }) => of))];
    return names.flatMap((name) => {
      const layers = own.filter(({ of }) => of === name);
      if (/ \d+$/.test(name)) return [];
      const total = (value: (sample: Sample) => number): number =>
        Math.round(layers.reduce((sum, sample) => sum + value(sample), 0));
      return [
        {
          name,
          fitted: !layers[0]!.heldOut,
          core: core.id,
          measured: total(({ value }) => value),
          estimated: total(({ features }) => predicted(features, costs.get(core.instructionSet)!.costs)),
        },
      ];
    });
  });
  return { cores, networks };
}

const kernelOf = ({ features }: Sample): string => [...features.keys()][0]!.split(" ")[0]!;

function errorsOf(samples: readonly Sample[], estimate: (sample: Sample) => number): ErrorsOf {
  const errors = samples.map((sample) => Math.abs(estimate(sample) / sample.value - 1)).sort((a, b) => a - b);
  const quantile = (share: number): number =>
    Number(errors[Math.min(errors.length - 1, Math.floor(errors.length * share))]!.toFixed(4));
  return { layers: errors.length, median: quantile(0.5), ninth: quantile(0.9) };
}

function writeCosts(costs: ReadonlyMap<string, Fitted>, { cores }: FitReport): void {
  const entry = (set: string, { costs: own, other }: Fitted): InstructionCosts => {
    const functions: Record<string, Record<string, number>> = {};
    for (const [name, cost] of [...own].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const [kernel, kind] = name.split(" ") as [string, string];
      functions[kernel] = { ...functions[kernel], [kind]: cost };
    }
    return { functions, other: Object.fromEntries(other) satisfies Costs };
  };
  const table = Object.fromEntries([...costs].map(([set, fitted]) => [set, entry(set, fitted)]));
  const heldOut = Object.fromEntries(cores.map(({ core, heldOut: errors }) => [core, errors]));
  const file = path.join(REPOSITORY, "src/plan/instruction-costs.ts");
  writeFileSync(
    file,
    `// Instructions for each kind of a kernel's work. Made by \`npm run bench:chip -- --fit\`; not to be edited.
// ${[...new Set(cores.map(({ compiler }) => compiler))].join("; ")}; ${LEVEL}.

export const INSTRUCTION_COSTS = ${JSON.stringify(table)} as const;

/** Of layers that were not fitted: how many, and the relative error of the middle one and of nine in ten. */
export const HELD_OUT_ERRORS = ${JSON.stringify(heldOut)} as const;
`,
  );
  const formatted = spawnSync("npx", ["biome", "format", "--write", file], {
    cwd: REPOSITORY,
    encoding: "utf8",
  });
  if (formatted.status !== 0) throw new Error(formatted.stderr);
}
