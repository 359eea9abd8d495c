// FULLY_CONNECTED: any input flattened to [batch, in], weights [out, in], per tensor (per channel is read too).
import { type Each, type Op, ShapeError } from "../ir/op.ts";
import { elementCount, type Tensor } from "../ir/tensor.ts";
import { activationCode, type FusedActivation, floatRange } from "./activation.ts";
import { dotProducts } from "./dot-products.ts";
import { readActivation } from "./options.ts";
import {
  asFloat32,
  asInt8,
  asInt32,
  type ChannelMultipliers,
  convolutionMultipliers,
  perTensor,
  toChannelMultipliers,
} from "./quantization.ts";
import { bindRequantized, type ChannelSums } from "./requantize.ts";

export interface FullyConnectedAttrs {
  readonly activation: FusedActivation;
}

const ROLES = ["activation", "weight", "bias"] as const;

function sizes([input, weights, bias]: Each<typeof ROLES, Tensor>): {
  batch: number;
  depth: number;
  units: number;
} {
  const [units, depth] = weights.shape;
  if (weights.shape.length !== 2 || units === undefined || depth === undefined) {
    throw new ShapeError(`weights have shape [${weights.shape.join(", ")}], [out, in] expected`);
  }
  const batch = elementCount(input.shape) / depth;
  if (!Number.isInteger(batch)) {
    throw new ShapeError(
      `an input of ${elementCount(input.shape)} values does not divide into rows of ${depth}`,
    );
  }
  if (bias.shape.length !== 1 || bias.shape[0] !== units) {
    throw new ShapeError(`bias has shape [${bias.shape.join(", ")}], [${units}] expected`);
  }
  return { batch, depth, units };
}

/** Per tensor the reference multiplies the scales in float32 first, then divides in double (docs/numerics.md). */
function multipliers(input: Tensor, weights: Tensor, output: Tensor, units: number): ChannelMultipliers {
  if (weights.quant?.kind === "perChannel") return convolutionMultipliers(input, weights, output, units);
  const product = Math.fround(perTensor(input).scale * perTensor(weights).scale);
  return toChannelMultipliers(new Array<number>(units).fill(product / perTensor(output).scale));
}

export const fullyConnected: Op<FullyConnectedAttrs, typeof ROLES> = {
  name: "FULLY_CONNECTED",
  roles: ROLES,
  resolverMethod: "AddFullyConnected",
  describe: (a) => a.activation,
  inferShapes(_attrs, inputs) {
    const { batch, units } = sizes(inputs);
    return [[batch, units]];
  },
  macs(_attrs, inputs) {
    const { batch, depth, units } = sizes(inputs);
    return batch * depth * units;
  },
  outputQuantization: () => ({ kind: "calibrated" }),
  weightQuantization: () => ({ kind: "perTensor" }),
  bindFloat(attrs, [input, weights, bias], [output]) {
    const { batch, depth, units } = sizes([input.tensor, weights.tensor, bias.tensor]);
    const [x, w] = [asFloat32(input.data), asFloat32(weights.data)];
    const [b, y] = [asFloat32(bias.data), asFloat32(output.data)];
    const { min, max } = floatRange(attrs.activation);
    return () => {
      for (let row = 0; row < batch; row++) {
        for (let unit = 0; unit < units; unit++) {
          let sum = b[unit]!;
          for (let i = 0; i < depth; i++) sum += x[row * depth + i]! * w[unit * depth + i]!;
          y[row * units + unit] = Math.min(Math.max(sum, min), max);
        }
      }
    };
  },
  bindInt8(attrs, [input, weights, bias], [output]) {
    const { batch, depth, units } = sizes([input.tensor, weights.tensor, bias.tensor]);
    const [x, w] = [asInt8(input.data), asInt8(weights.data)];
    // Weights are symmetric in all that we write; other tools' files may say otherwise.
    const weightZero = weights.tensor.quant?.kind === "perTensor" ? weights.tensor.quant.zeroPoint : 0;
    const { pitch, weightSums, add } = dotProducts(
      Int16Array.from(w, (value) => value - weightZero),
      units,
      depth,
    );
    const values = new Float64Array(x.length);
    const sums: ChannelSums = {
      pitch,
      weightSums,
      add(target) {
        values.set(x);
        add(values, 0, depth, batch, target, 0);
      },
    };
    const scaling = multipliers(input.tensor, weights.tensor, output.tensor, units);
    return bindRequantized(sums, asInt32(bias.data), input.tensor, scaling, attrs.activation, output);
  },
  affine: { channelAxis: 0 },
  tflite: {
    opcode: 9,
    optionsType: 8,
    version: ([input]) => (input!.dtype === "int8" ? 4 : 1),
    write(builder, attrs) {
      builder.startObject(4);
      builder.addFieldInt8(0, activationCode(attrs.activation), 0);
      return builder.endObject();
    },
    read({ options }) {
      if (options.int8(1, 0) !== 0) throw new ShapeError("only the default weights format is supported");
      if (options.bool(2, false)) throw new ShapeError("keep_num_dims is not supported");
      return { activation: readActivation(options, 0) };
    },
  },
};
