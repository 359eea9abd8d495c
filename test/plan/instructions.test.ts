// The estimate of instructions: every kernel function has costs, and they follow the work.
import { describe, expect, it } from "vitest";
import { microbiGraph } from "../../bench/chip/microbi.ts";
import { lstmLayer } from "../../bench/chip/synthetic.ts";
import { quantizedOnNoise } from "../../bench/described.ts";
import { missingKernels } from "../../src/codegen/compiled-engine.ts";
import { buildGraph } from "../../src/ir/builder.ts";
import type { Graph } from "../../src/ir/graph.ts";
import { OPERATORS, relu } from "../../src/ops/index.ts";
import { countedBodies } from "../../src/plan/counted-bodies.ts";
import { INSTRUCTION_COSTS } from "../../src/plan/instruction-costs.ts";
import {
  COST_CORES,
  callsOf,
  costCoreOf,
  estimate,
  type InstructionCosts,
} from "../../src/plan/instructions.ts";
import { CHANNEL_COUNT } from "../../src/signal/preprocessing.ts";
import { MCUS } from "../../src/spec/mcu.ts";
import { parseModel, resolveModel } from "../../src/spec/model.ts";
import { seededRandom } from "../../src/util/random.ts";
import { quantizedModel } from "../support/bandx.ts";
import { randomLoopNet } from "../support/loop-net.ts";
import { randomOperatorGraph } from "../support/random-graph.ts";
import { PREPROCESSING } from "../train/synthetic.ts";

/** Nothing runs for a view. */
const withKernels = OPERATORS.filter((op) => op.emit !== undefined && op.view !== true);

/** Graphs that the compiled engine takes. */
function graphsOf(operator: string): Graph[] {
  return Array.from({ length: 40 }, (_, i) => randomOperatorGraph(operator, `costs/${i}`)).filter(
    (graph) => missingKernels(graph).length === 0 && graph.nodes.every(({ op }) => op.loop === undefined),
  );
}

describe("every kernel has an estimate", () => {
  it.each(withKernels.map(({ name }) => name))("%s", (name) => {
    const graphs = graphsOf(name);
    expect(graphs.length).toBeGreaterThan(0);
    for (const core of COST_CORES) {
      const { functions }: InstructionCosts = INSTRUCTION_COSTS[core.instructionSet];
      for (const graph of graphs) {
        const { layers, instructions } = estimate(graph, core)!;
        expect(instructions).toBeGreaterThan(0);
        for (const [i, node] of graph.nodes.entries()) {
          const calls = callsOf(graph, node, core.target)!;
          if (calls.length > 0) expect(layers[i], `${node.op.name} on ${core.id}`).toBeGreaterThan(0);
          // Each kind of work was seen by the fit: a kind without a cost would count as nothing.
          for (const call of calls) {
            const known = functions[call.function];
            const kinds = known === undefined ? [] : Object.keys(call.work ?? {});
            const seen = Object.keys(known ?? {});
            const isSeen = (kind: string): boolean =>
              seen.includes(kind) ||
              (kind.startsWith("outputs") && seen.some((other) => other.startsWith("outputs")));
            expect(
              kinds.filter((kind) => !isSeen(kind)),
              call.function,
            ).toEqual([]);
          }
        }
      }
    }
  });
});

describe("work", () => {
  it("is a whole number of everything, and never negative", () => {
    for (const core of COST_CORES) {
      for (const { name } of withKernels) {
        for (const graph of graphsOf(name)) {
          const work = graph.nodes.flatMap((node) =>
            callsOf(graph, node, core.target)!.flatMap((call) => Object.values(call.work ?? {})),
          );
          for (const amount of work) expect(Number.isInteger(amount) && amount >= 0, name).toBe(true);
        }
      }
    }
  });

  it("counts the multiply-accumulates of an LSTM without the first step's state", () => {
    const graph = graphsOf("UNIDIRECTIONAL_SEQUENCE_LSTM")[0]!;
    const [node] = graph.nodes;
    const [call] = callsOf(graph, node!, COST_CORES[0]!.target)!;
    const shape = graph.tensors.get(node!.inputs[0]!)!.shape;
    const units = graph.tensors.get(node!.inputs[1]!)!.shape[0]!;
    const { timeMajor } = node!.attrs as { timeMajor: boolean };
    const batch = shape[timeMajor ? 1 : 0]!;
    const all = node!.op.macs(
      node!.attrs,
      node!.inputs.map((name) => graph.tensors.get(name)!),
    );
    expect(call!.work!["macs"]).toBe(all - 4 * batch * units * units);
  });
});

describe("cores", () => {
  it("every chip has one", () => {
    expect(costCoreOf(MCUS.esp32).id).toBe("lx6 MAC16");
    expect(costCoreOf(MCUS.esp32c3).id).toBe("rv32");
    expect(costCoreOf(MCUS.esp32s3).id).toBe("lx6");
  });

  it("MAC16 takes fewer instructions for convolutions, and more memory for its tables", () => {
    const net = microbiGraph();
    const [, plain, mac16] = COST_CORES.map((core) => estimate(net, core)!);
    expect(mac16!.instructions).toBeLessThan(plain!.instructions);
    expect(mac16!.constantBytes).toBeGreaterThan(plain!.constantBytes);
  });

  it("there is none for a float model", () => {
    const b = buildGraph("float", "input", [1, 4]);
    const graph = b.build(b.node(relu, {}, ["input"], "output"), null);
    expect(estimate(graph, COST_CORES[0]!)).toBeNull();
  });
});

describe("loops", () => {
  const nets = Array.from({ length: 60 }, (_, i) => randomLoopNet(`costs/${i}`)).filter(
    (graph) => missingKernels(graph).length === 0,
  );
  const roundsOf = (graph: Graph): number | null => {
    const loop = graph.nodes.find(({ op }) => op.loop !== undefined)!;
    return countedBodies(graph).get(loop)?.counted.rounds ?? null;
  };
  const costOf = (graph: Graph): number | null => {
    const layers = estimate(graph, COST_CORES[0]!)?.layers;
    return layers?.[graph.nodes.findIndex(({ op }) => op.loop !== undefined)] ?? null;
  };

  it("have an estimate exactly where their rounds can be counted", () => {
    expect(nets.map((graph) => costOf(graph) !== null)).toEqual(
      nets.map((graph) => roundsOf(graph) !== null),
    );
    expect(new Set(nets.map((graph) => roundsOf(graph) === null))).toEqual(new Set([true, false]));
  });

  it("cost as much again for as many steps again", async () => {
    const layers = [{ gru: { units: 4 } }, { dense: { units: "$classes" } }, "softmax"];
    const spec = parseModel({ id: "gru", title: "GRU", source: "a test", layers }, "gru");
    const classes = PREPROCESSING.labels.length;
    const costOver = async (timeSteps: number): Promise<number> => {
      const model = resolveModel(spec, {}, { timeSteps, channels: CHANNEL_COUNT, classes });
      return costOf(await quantizedModel(model, PREPROCESSING))!;
    };
    const [short, long] = [await costOver(10), await costOver(20)];
    expect(short).toBeGreaterThan(0);
    expect(long / short).toBeCloseTo(2, 2);
  });
});

describe("an estimate beyond what was fitted", () => {
  /** Instructions a multiply-accumulate that no kernel can do without (docs/performance.md, "Limits"). */
  const LEAST = { rv32: 2.5, lx6: 2.5, "lx6 MAC16": 1 } as const;

  const STEPS = 20;

  function lstmGraph(features: number, units: number): Graph {
    const random = seededRandom("wide");
    const b = buildGraph("wide", "input", [1, STEPS, features]);
    return quantizedOnNoise(b.build(lstmLayer(b, random, units), null), random);
  }

  it.each([
    [6, 16],
    [64, 64],
    [126, 126],
    [200, 200],
  ])("is no less than the least for an LSTM of %i features and %i units", (features, units) => {
    const graph = lstmGraph(features, units);
    for (const core of COST_CORES) {
      const macs = 4 * units * (STEPS * features + (STEPS - 1) * units);
      expect(estimate(graph, core)!.instructions / macs, core.id).toBeGreaterThan(LEAST[core.id]);
    }
  });
});
