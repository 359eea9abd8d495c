// FULLY_CONNECTED: any input flattened to [batch, in], weights [out, in], per tensor (per channel is read too).
import type { KernelField } from "../ir/kernel.ts";
import { type Each, type Op, ShapeError } from "../ir/op.ts";
import { elementCount, type Tensor } from "../ir/tensor.ts";
import { activationCode, type FusedActivation, floatRange } from "./activation.ts";
import { emitBlockedConv, pointwise } from "./blocked-conv.ts";
import { dotProducts } from "./dot-products.ts";
import { addProducts } from "./float-sums.ts";
import { channelFields, rangeField } from "./kernel-fields.ts";
import { emitMac16Conv } from "./mac16-conv.ts";
import { readActivation } from "./options.ts";
import { asFloat32, asInt8, asInt32, convolutionMultipliers, perTensor } from "./quantization.ts";
import { bindRequantized, type ChannelSums } from "./requantize.ts";

export interface FullyConnectedAttrs {
  readonly activation: FusedActivation;
  /** True where the output keeps all dimensions but the last; absent, it is [batch, out]. */
  readonly keepNumDims?: true;
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

export const fullyConnected: Op<FullyConnectedAttrs, typeof ROLES> = {
  name: "FULLY_CONNECTED",
  roles: ROLES,
  resolverMethod: "AddFullyConnected",
  describe: (a) => `${a.activation}${a.keepNumDims ? " keeping dimensions" : ""}`,
  inferShapes({ keepNumDims }, inputs) {
    const { batch, depth, units } = sizes(inputs);
    if (keepNumDims === undefined) return [[batch, units]];
    const { shape } = inputs[0];
    if (shape.at(-1) !== depth) {
      throw new ShapeError(
        `an input [${shape.join(", ")}] does not end in ${depth}, so it cannot keep its dimensions`,
      );
    }
    return [[...shape.slice(0, -1), units]];
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
    const sums = new Float64Array(units);
    return () => {
      for (let row = 0; row < batch; row++) {
        sums.set(b);
        addProducts(sums, [x, row * depth], [w, 0, depth], depth);
        for (let unit = 0; unit < units; unit++) {
          y[row * units + unit] = Math.min(Math.max(sums[unit]!, min), max);
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
    const scaling = convolutionMultipliers(input.tensor, weights.tensor, output.tensor, units);
    return bindRequantized(sums, asInt32(bias.data), input.tensor, scaling, attrs.activation, output);
  },
  emit({ activation }, inputs, [output], target) {
    const { batch, depth, units } = sizes(inputs);
    const [input, weights] = inputs;
    const weightZero = weights.quant?.kind === "perTensor" ? weights.quant.zeroPoint : 0;
    if (weightZero === 0) {
      const geometry = { ...pointwise(batch), batch: 1, inputDepth: depth, outputDepth: units };
      const fast =
        (target.mac16 ? emitMac16Conv(geometry, activation, inputs, output, target) : null) ??
        emitBlockedConv(geometry, activation, inputs, output, target);
      if (fast !== null) return [fast];
    }
    const fields: readonly KernelField[] = [
      [batch, "batches"],
      [depth, "input depth"],
      [units, "output depth"],
      [perTensor(input).zeroPoint, "input zero point"],
      [weightZero, "weight zero point"],
      rangeField(activation, output),
      ...channelFields(inputs, output),
    ];
    const names = {
      header: "fully_connected.h",
      function: "fullyConnected",
      parameters: "FullyConnectedParameters",
    };
    const work = { macs: batch * depth * units, outputs: batch * units };
    return [{ ...names, fields, inputs: [0], outputs: [0], work }];
  },
  affine: { channelAxis: 0 },
  tflite: {
    opcode: 9,
    optionsType: 8,
    version([input, weights], [output]) {
      if (weights!.quant?.kind === "perChannel") return 12;
      // Two dimensions come out the same whether they are kept or not.
      if (output.shape.length !== 2) return 5;
      return input!.dtype === "int8" ? 4 : 1;
    },
    write(builder, attrs) {
      builder.startObject(4);
      builder.addFieldInt8(0, activationCode(attrs.activation), 0);
      builder.addFieldInt8(2, attrs.keepNumDims ? 1 : 0, 0);
      return builder.endObject();
    },
    read({ options, inputs, outputs }) {
      checkBiasScale(inputs, outputs[0]);
      if (options.int8(1, 0) !== 0) throw new ShapeError("only the default weights format is supported");
      const activation = readActivation(options, 0, outputs[0]);
      return options.bool(2, false) ? { activation, keepNumDims: true } : { activation };
    },
  },
};

/** TFLite Micro does not load a per-tensor layer whose bias is off the product of the scales by 2 % of the output's. */
function checkBiasScale(inputs: readonly (Tensor | null)[], output: Tensor): void {
  const [input, weights, bias] = inputs.map((tensor) => tensor?.quant);
  if (input?.kind !== "perTensor" || weights?.kind !== "perTensor" || output.quant?.kind !== "perTensor")
    return;
  if (inputs[2] === null || inputs[2] === undefined) return;
  const expected = input.scale * weights.scale;
  const found = bias?.kind === "perTensor" ? bias.scale : 0;
  if (Math.abs(expected - found) / output.quant.scale > 0.02) {
    throw new ShapeError(`${inputs[2].name} has scale ${found}, ${expected} expected`);
  }
}
