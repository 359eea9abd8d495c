// From a graph that differs to the least that still does: the first operator, alone, on the one frame.
import { truncateGraph } from "../../src/evaluate/layers.ts";
import { createInterpreter } from "../../src/interpret/interpreter.ts";
import { type Graph, inputsOf, type Node, outputsOf, tensorOf } from "../../src/ir/graph.ts";
import { BYTES_PER_ELEMENT, elementCount, type TensorData } from "../../src/ir/tensor.ts";
import { writeTflite } from "../../src/tflite/write.ts";
import { type Case, type Judge, judgeCases, type Outcome } from "./judge.ts";

/** The smallest case found that still differs. */
export async function shrink(judge: Judge, outcome: Outcome): Promise<Outcome> {
  const shortest = await firstThatDiffers(judge, prefixes(outcome));
  const alone = await firstThatDiffers(judge, lastOperatorAlone(shortest ?? outcome));
  const least = alone ?? shortest ?? outcome;
  return (await firstThatDiffers(judge, singleFrames(least))) ?? least;
}

async function firstThatDiffers(judge: Judge, candidates: readonly Case[]): Promise<Outcome | null> {
  if (candidates.length === 0) return null;
  const outcomes = await judgeCases(judge, candidates);
  return outcomes.find(({ different }) => different > 0) ?? null;
}

/** The graph cut off after each of its operators, shortest first. */
function prefixes({ case: { name, inputs }, graph }: Outcome): Case[] {
  return graph.nodes.flatMap((node, i) =>
    node.outputs.map((output, k) => ({
      name: `${name}-first-${i + 1}-${k}`,
      tflite: writeTflite(truncateGraph(graph, output)),
      inputs,
    })),
  );
}

/** The last operator on what it is given in the whole graph, if it is given one tensor. */
function lastOperatorAlone({ case: { name, inputs }, graph }: Outcome): Case[] {
  const node = graph.nodes.at(-1)!;
  const given = [...new Set(inputsOf(graph, node).filter(({ constant }) => constant === null))];
  const [input] = given;
  if (given.length !== 1 || input === undefined || graph.nodes.length === 1) return [];
  const tensors = [...inputsOf(graph, node), ...outputsOf(graph, node)];
  const alone: Graph = {
    ...graph,
    tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
    nodes: [node],
    input: input.name,
  };
  return [
    { name: `${name}-alone`, tflite: writeTflite(alone), inputs: valuesOf(graph, node, input.name, inputs) },
  ];
}

function valuesOf(graph: Graph, node: Node, name: string, inputs: Uint8Array): Uint8Array {
  const before = { ...graph, nodes: graph.nodes.filter((other) => other !== node), output: name };
  const interpreter = createInterpreter(before);
  const input = bytesOf(interpreter.input);
  const frames = Array.from({ length: inputs.length / input.length }, (_, frame) => {
    input.set(inputs.subarray(frame * input.length, (frame + 1) * input.length));
    interpreter.run();
    return bytesOf(interpreter.dataOf(name)).slice();
  });
  return Buffer.concat(frames);
}

function singleFrames({ case: { name, tflite, inputs }, graph }: Outcome): Case[] {
  const { shape, dtype } = tensorOf(graph, graph.input);
  const size = elementCount(shape) * BYTES_PER_ELEMENT[dtype];
  return Array.from({ length: inputs.length / size }, (_, frame) => ({
    name: `${name}-frame-${frame}`,
    tflite,
    inputs: inputs.subarray(frame * size, (frame + 1) * size),
  }));
}

function bytesOf(data: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
