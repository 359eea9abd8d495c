// One operator of a .tflite file: its inputs sorted into activations, weights and attributes.
import type { Node, Subgraph } from "../ir/graph.ts";
import { type AnyOp, type Outputs, roleOf, ShapeError } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { OPERATORS } from "../ops/index.ts";
import { checkQuantization } from "./check-quantization.ts";
import type { FileTensor } from "./read-tensor.ts";
import { OPERATOR } from "./schema.ts";
import { CorruptFile, type Table } from "./table.ts";

const OPERATOR_OF_CODE = new Map(OPERATORS.map((op) => [op.tflite.opcode, op]));
/** Stands among the inputs for one that is left out. */
const ABSENT = -1;

/** What an operator of a file may refer to. */
export interface FileContext {
  readonly codes: readonly number[];
  /** @throws CorruptFile where there is no such tensor, or it is not what it says */
  readonly at: (index: number, what: string) => FileTensor;
  readonly tensorCount: number;
  readonly subgraph: (index: number) => Subgraph;
}

export interface ReadNode {
  readonly node: Node;
  /** A bias of zeros, where the file leaves the bias out. */
  readonly added: readonly Tensor[];
}

/** @param where the operator's number, for messages */
export function readNode(table: Table, where: string, file: FileContext): ReadNode {
  const op = operatorOf(table, where, file.codes);
  const named = `${where} (${op.name})`;
  try {
    return readOperands(table, op, named, file);
  } catch (error) {
    if (error instanceof ShapeError) throw new CorruptFile(`${named}: ${error.message}`, { cause: error });
    throw error;
  }
}

function operatorOf(table: Table, where: string, codes: readonly number[]): AnyOp {
  const codeIndex = table.uint32(OPERATOR.opcodeIndex, 0);
  const code = codes[codeIndex];
  if (code === undefined) throw new CorruptFile(`${where} has code index ${codeIndex} of ${codes.length}`);
  const op = OPERATOR_OF_CODE.get(code);
  if (op === undefined) {
    const known = OPERATORS.map((candidate) => candidate.name).join(", ");
    throw new CorruptFile(`${where} has builtin code ${code}, which is not supported (${known} are)`);
  }
  return op;
}

function readOperands(table: Table, op: AnyOp, named: string, file: FileContext): ReadNode {
  const all = (table.int32s(OPERATOR.inputs, `${named}: inputs`) ?? []).map((index) =>
    index === ABSENT ? null : file.at(index, `an input of ${named}`),
  );
  const outputs = outputsOf(table, named, file);
  // Full TFLite follows these; here nothing does, but a reference out of range is one.
  const intermediates = table.int32s(OPERATOR.intermediates, `${named}: intermediates`) ?? [];
  const outside = intermediates.find((index) => index < 0 || index >= file.tensorCount);
  if (outside !== undefined) {
    throw new CorruptFile(`an intermediate of ${named} is tensor ${outside}, there are ${file.tensorCount}`);
  }
  const type = table.uint8(OPERATOR.optionsType, 0);
  const options = table.table(OPERATOR.options, `${named}: options`);
  if (options !== null && type !== op.tflite.optionsType) {
    throw new CorruptFile(`${named} has options of type ${type}, ${op.tflite.optionsType} expected`);
  }
  const { inputs, added } = readInputs(op, all, outputs[0]);
  const attrs = op.tflite.read({
    options: options ?? EMPTY_OPTIONS,
    inputs: all.map((input) => input?.tensor ?? null),
    isVariable: (slot) => all[slot]?.variable ?? false,
    outputs,
    subgraph: file.subgraph,
  });
  checkQuantization(op, attrs, inputs, outputs);
  const [first, ...rest] = outputs;
  return {
    node: {
      op,
      attrs,
      inputs: inputs.map((tensor) => tensor.name),
      outputs: [first.name, ...rest.map((tensor) => tensor.name)],
    },
    added,
  };
}

function outputsOf(table: Table, named: string, file: FileContext): Outputs<Tensor> {
  const [first, ...rest] = (table.int32s(OPERATOR.outputs, `${named}: outputs`) ?? []).map((index) => {
    const { tensor, variable } = file.at(index, `an output of ${named}`);
    if (variable) throw new CorruptFile(`${named}: its output ${tensor.name} is a variable`);
    return tensor;
  });
  if (first === undefined) throw new CorruptFile(`${named} has no output`);
  return [first, ...rest];
}

function readInputs(
  op: AnyOp,
  all: readonly (FileTensor | null)[],
  output: Tensor,
): { readonly inputs: readonly Tensor[]; readonly added: readonly Tensor[] } {
  const slots = op.tflite.slots ?? all.map((_, i) => i);
  const inputs: Tensor[] = [];
  const added: Tensor[] = [];
  for (const slot of slots) {
    const found = all[slot] ?? null;
    const role = roleOf(op, inputs.length);
    if (found?.variable) throw new ShapeError(`its input ${found.tensor.name} is a variable`);
    if (found !== null) {
      inputs.push(found.tensor);
    } else if (role !== "bias") {
      throw new ShapeError(`its input ${slot}, ${role ?? "which it does not have"}, is left out`);
    }
  }
  if (op.affine !== undefined && inputs.length === op.roles.length - 1) {
    const bias = zeroBias(op.affine.channelAxis, inputs[0]!, inputs[1]!, output);
    inputs.push(bias);
    added.push(bias);
  }
  if (inputs.length < op.roles.length || (inputs.length > op.roles.length && !op.variadic)) {
    throw new ShapeError(`it has ${inputs.length} inputs, ${op.roles.length} expected`);
  }
  return { inputs, added };
}

/** No bias and a bias of zeros are the same to the kernels. */
function zeroBias(channelAxis: number, input: Tensor, weights: Tensor, output: Tensor): Tensor {
  const channels = weights.shape[channelAxis];
  if (channels === undefined) throw new ShapeError(`its weights have shape [${weights.shape.join(", ")}]`);
  const common = { name: `${output.name}/zero bias`, shape: [channels] };
  if (input.dtype !== "int8" || input.quant?.kind !== "perTensor" || weights.quant === null) {
    return { ...common, dtype: "float32", quant: null, constant: new Float32Array(channels) };
  }
  const { scale } = input.quant;
  return {
    ...common,
    dtype: "int32",
    quant:
      weights.quant.kind === "perTensor"
        ? { kind: "perTensor", scale: Math.fround(scale * weights.quant.scale), zeroPoint: 0 }
        : { kind: "perChannel", axis: 0, scales: weights.quant.scales.map((s) => Math.fround(scale * s)) },
    constant: new Int32Array(channels),
  };
}

const EMPTY_OPTIONS = {
  int8: (_slot: number, fallback: number) => fallback,
  int32: (_slot: number, fallback: number) => fallback,
  float32: (_slot: number, fallback: number) => fallback,
  bool: (_slot: number, fallback: boolean) => fallback,
  int32Vector: () => null,
};
