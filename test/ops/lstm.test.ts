// UNIDIRECTIONAL_SEQUENCE_LSTM: a cell computed by hand, and files whose 24 inputs are not what the kernel believes.
import { describe, expect, it } from "vitest";
import { floatInterpreter } from "../../src/interpret/interpreter.ts";
import { buildGraph } from "../../src/ir/builder.ts";
import { type FileOperator, ShapeError } from "../../src/ir/op.ts";
import type { Tensor } from "../../src/ir/tensor.ts";
import { unidirectionalSequenceLstm } from "../../src/ops/index.ts";

const SLOTS = 24;
const OUTPUT_STATE = 18;
const CELL_STATE = 19;

function tensor(name: string, shape: readonly number[], more: Partial<Tensor> = {}): Tensor {
  return {
    name,
    shape,
    dtype: "int8",
    quant: { kind: "perTensor", scale: 1 / 128, zeroPoint: 0 },
    constant: null,
    ...more,
  };
}

interface File {
  readonly inputs: (Tensor | null)[];
  readonly variable: Set<number>;
  readonly options: Map<number, number | boolean>;
  readonly output: Tensor;
}

/** As the converter writes it: two units over three steps of four features. */
function good(): File {
  const inputs = Array<Tensor | null>(SLOTS).fill(null);
  inputs[0] = tensor("x", [1, 3, 4]);
  for (let gate = 0; gate < 4; gate++) {
    inputs[1 + gate] = tensor(`w${gate}`, [2, 4]);
    inputs[5 + gate] = tensor(`r${gate}`, [2, 2]);
    inputs[12 + gate] = tensor(`b${gate}`, [2], { dtype: "int32" });
  }
  inputs[OUTPUT_STATE] = tensor("h", [1, 2]);
  inputs[CELL_STATE] = tensor("c", [1, 2], {
    dtype: "int16",
    quant: { kind: "perTensor", scale: 2 ** -11, zeroPoint: 0 },
  });
  return {
    inputs,
    variable: new Set([OUTPUT_STATE, CELL_STATE]),
    options: new Map<number, number | boolean>([[0, 4]]),
    output: tensor("y", [1, 3, 2]),
  };
}

const read = ({
  inputs,
  variable,
  options,
  output,
}: File): ReturnType<typeof unidirectionalSequenceLstm.tflite.read> => {
  const number = (slot: number, fallback: number): number => Number(options.get(slot) ?? fallback);
  const file: FileOperator = {
    options: {
      int8: number,
      int32: number,
      float32: number,
      bool: (slot, fallback) => Boolean(options.get(slot) ?? fallback),
      int32Vector: () => null,
    },
    inputs,
    isVariable: (slot) => variable.has(slot),
    outputs: [output],
    subgraph: () => {
      throw new ShapeError("there is none");
    },
  };
  return unidirectionalSequenceLstm.tflite.read(file);
};

describe("reading an LSTM", () => {
  it("takes what the converter writes", () => {
    expect(read(good())).toEqual({ timeMajor: false, cellClip: 0, cellExponent: -11 });
  });

  it.each<[string, (file: File) => void, RegExp]>([
    ["fewer inputs", ({ inputs }) => inputs.pop(), /23 inputs, 24 expected/],
    ["a peephole", ({ inputs }) => (inputs[10] = tensor("p", [2])), /input 10 means peephole weights/],
    ["a projection", ({ inputs }) => (inputs[16] = tensor("p", [2, 2])), /input 16 means a projection/],
    [
      "layer normalisation",
      ({ inputs }) => (inputs[20] = tensor("n", [2])),
      /input 20 means layer normalisation/,
    ],
    ["another activation", ({ options }) => options.set(0, 1), /activation code 1/],
    ["a projection clip", ({ options }) => options.set(2, 1), /projection clip is 1/],
    ["asymmetric inputs", ({ options }) => options.set(4, true), /asymmetric_quantize_inputs/],
    ["diagonal weights", ({ options }) => options.set(5, true), /diagonal/],
    [
      "no output state",
      ({ inputs }) => (inputs[OUTPUT_STATE] = null),
      /output state \(input 18\) is left out/,
    ],
    ["a constant state", ({ variable }) => variable.delete(CELL_STATE), /cell state, c, is not a variable/],
    [
      "a state of another batch",
      ({ inputs }) => (inputs[OUTPUT_STATE] = tensor("h", [2, 2])),
      /output state has shape \[2, 2\], \[1, 2\] expected/,
    ],
    [
      "a cell of int8",
      ({ inputs }) => (inputs[CELL_STATE] = tensor("c", [1, 2])),
      /cell state is int8, int16 expected/,
    ],
    [
      "a cell whose scale is no power of two",
      ({ inputs }) =>
        (inputs[CELL_STATE] = tensor("c", [1, 2], {
          dtype: "int16",
          quant: { kind: "perTensor", scale: 0.0007, zeroPoint: 0 },
        })),
      /scale 0\.0007, a power of two expected/,
    ],
    [
      "a state without a scale",
      ({ inputs }) => (inputs[OUTPUT_STATE] = tensor("h", [1, 2], { quant: null })),
      /h has no scale/,
    ],
  ])("refuses %s", (_what, damage, message) => {
    const file = good();
    damage(file);
    expect(() => read(file)).toThrow(ShapeError);
    expect(() => read(file)).toThrow(message);
  });

  it.each(
    Array.from({ length: 12 }, (_, i) => (i < 8 ? 1 + i : 4 + i)).flatMap((slot) => [
      [slot, "a row more"] as const,
      [slot, "another rank"] as const,
    ]),
  )("refuses input %i with %s", (slot, how) => {
    const { inputs } = good();
    const roles = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 14, 15].map((at) => {
      const one = inputs[at]!;
      if (at !== slot) return one;
      const [first, ...rest] = one.shape;
      return { ...one, shape: how === "a row more" ? [first! + 1, ...rest] : [...one.shape, 1] };
    });
    const attrs = { timeMajor: false, cellClip: 0, cellExponent: -11 };
    expect(() => unidirectionalSequenceLstm.inferShapes(attrs, roles as never)).toThrow(ShapeError);
  });
});

describe("one unit by hand", () => {
  const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

  it.each([0, 0.3])(
    "is Hochreiter and Schmidhuber's cell, the state carried from step to step, clip %d",
    (cellClip) => {
      const b = buildGraph("hand", "x", [1, 2, 1]);
      const w = [0.5, -0.4, 0.8, 0.3];
      const r = [0.2, 0.7, -0.6, 0.1];
      const bias = [0.1, 1, -0.2, 0.05];
      const one = (name: string, value: number, shape: number[]): string =>
        b.constant(name, shape, Float32Array.of(value));
      const inputs = [
        "x",
        ...w.map((value, i) => one(`w${i}`, value, [1, 1])),
        ...r.map((value, i) => one(`r${i}`, value, [1, 1])),
        ...bias.map((value, i) => one(`b${i}`, value, [1])),
      ];
      const out = b.node(
        unidirectionalSequenceLstm,
        { timeMajor: false, cellClip, cellExponent: null },
        inputs as never,
        "y",
      );
      const lstm = floatInterpreter(b.build(out, null));
      let h = 0;
      let c = 0;
      const expected = [0.9, -1.5].map((x) => {
        const [i, f, g, o] = w.map((weight, gate) => weight * x + r[gate]! * h + bias[gate]!) as [
          number,
          number,
          number,
          number,
        ];
        c = logistic(f) * c + logistic(i) * Math.tanh(g);
        if (cellClip > 0) c = Math.max(-cellClip, Math.min(cellClip, c));
        h = logistic(o) * Math.tanh(c);
        return h;
      });
      lstm.input.set([0.9, -1.5]);
      for (let again = 0; again < 2; again++) {
        lstm.run();
        // Twice the same: nothing is kept from one window to the next.
        lstm.output.forEach((value, t) => {
          expect(value).toBeCloseTo(expected[t]!, 6);
        });
      }
    },
  );
});
