// The LSTM in float: Hochreiter and Schmidhuber's cell with a forget gate, sums in double, states in float32.
import type { BindContext, Each, Operand, Outputs } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { addProducts } from "./float-sums.ts";
import { GATES, gateInputs, type LstmAttrs, type LstmRoles, lstmSizes, rowOf } from "./lstm-layout.ts";
import { asFloat32 } from "./quantization.ts";

/** Gates by number (GATES). */
const [INPUT, FORGET, CELL, OUTPUT] = [0, 1, 2, 3];

export function bindLstmFloat(
  attrs: LstmAttrs,
  inputs: Each<LstmRoles, Operand>,
  [output]: Outputs<Operand>,
  { internals }: BindContext,
): () => void {
  const all: readonly Operand[] = inputs;
  const sizes = lstmSizes(attrs, all.map(({ tensor }) => tensor) as unknown as Each<LstmRoles, Tensor>);
  const { batch, steps, features, units } = sizes;
  const [x, y] = [asFloat32(inputs[0].data), asFloat32(output.data)];
  /** Cell states of the whole sequence, [steps, batch, units]: calibration looks at them. */
  const cells = asFloat32(internals[0]!);
  const weights = GATES.map((_, k) => asFloat32(all[gateInputs(k).input]!.data));
  const recurrent = GATES.map((_, k) => asFloat32(all[gateInputs(k).recurrent]!.data));
  const biases = GATES.map((_, k) => asFloat32(all[gateInputs(k).bias]!.data));
  const limit = attrs.cellClip > 0 ? attrs.cellClip : Infinity;

  /** Of every unit, before the activation. */
  const sums = GATES.map(() => new Float64Array(units));
  /** `previous` is the offset of the last output, −1 before the first. */
  const addUp = (row: number, previous: number): void => {
    sums.forEach((own, gate) => {
      own.set(biases[gate]!);
      addProducts(own, [x, row * features], [weights[gate]!, 0, features], features);
      if (previous >= 0) addProducts(own, [y, previous], [recurrent[gate]!, 0, units], units);
    });
  };
  return () => {
    for (let b = 0; b < batch; b++) {
      for (let t = 0; t < steps; t++) {
        const row = rowOf(attrs, sizes, b, t);
        const previous = t === 0 ? -1 : rowOf(attrs, sizes, b, t - 1) * units;
        addUp(row, previous);
        for (let unit = 0; unit < units; unit++) {
          const at = (t * batch + b) * units + unit;
          const last = t === 0 ? 0 : cells[at - batch * units]!;
          const kept = logistic(sums[FORGET]![unit]!) * last;
          const added = logistic(sums[INPUT]![unit]!) * Math.tanh(sums[CELL]![unit]!);
          cells[at] = Math.min(Math.max(kept + added, -limit), limit);
          y[row * units + unit] = logistic(sums[OUTPUT]![unit]!) * Math.tanh(cells[at]);
        }
      }
    }
  };
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
