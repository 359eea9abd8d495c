// Paths from one tensor, added (the shortcuts of residual networks) or put side by side (Inception, two pools).
import type * as tf from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../../ir/builder.ts";
import { add, concatenation, relu, reshape } from "../../ops/index.ts";
import type { BranchesLayer, Layer } from "../../spec/model.ts";
import type { Random } from "../../util/random.ts";
import { sideBySide, sum } from "../differentiable.ts";
import { activate, fusedActivation } from "./convolution.ts";
import { type LayerBuilder, layerName, type Pass, type RuntimeLayer } from "./layer.ts";

type Build = (layer: Layer, name: string, random: Random) => RuntimeLayer;

/** @param build of the layers in the paths, of whatever kind */
export const branches =
  (build: Build): LayerBuilder<BranchesLayer> =>
  ({ merge, activation, paths }, name, random) => {
    const built = paths.map((path, p) =>
      path.map((layer, i) => build(layer, `${name}.${p}/${layerName(layer, i)}`, random)),
    );
    const nested = built.flat();
    return {
      parameters: nested.flatMap(({ parameters }) => parameters),
      state: nested.flatMap(({ state }) => state),
      paths: built,
      forward(x, pass) {
        const ends = built.map((path) => through(path, x, pass));
        return activate(merge === "add" ? sum(ends) : sideBySide(...ends), activation);
      },
      write(writer, from) {
        const written = built.map((path) => path.reduce((input, layer) => layer.write(writer, input), from));
        const ends = ofOneRank(writer, written, name);
        return merge === "add"
          ? writeSum(writer, ends, fusedActivation(activation), name)
          : writeSideBySide(writer, ends, activation === "relu", name);
      },
    };
  };

function through(path: readonly RuntimeLayer[], x: tf.Tensor, pass: Pass): tf.Tensor {
  return path.reduce((y, layer) => layer.forward(y, pass), x);
}

/** Features are [1, 1, 1, F] after a global pool and [1, F] elsewhere: all as [1, F] where both meet. */
function ofOneRank(writer: GraphBuilder, ends: readonly string[], name: string): readonly string[] {
  const shapes = ends.map((end) => writer.shapeOf(end));
  if (shapes.every(({ length }) => length === shapes[0]!.length)) return ends;
  return ends.map((end, p) => {
    const shape = shapes[p]!;
    if (shape.length === 2) return end;
    return writer.node(reshape, { newShape: [1, shape.at(-1)!] }, [end], `${name}.${p}/features`);
  });
}

/** ADD takes two; the activation comes after the last. */
function writeSum(
  writer: GraphBuilder,
  ends: readonly string[],
  activation: "NONE" | "RELU",
  name: string,
): string {
  return ends.reduce((left, right, i) => {
    const last = i === ends.length - 1;
    return writer.node(
      add,
      { activation: last ? activation : "NONE" },
      [left, right],
      last ? name : `${name}/sum${i}`,
    );
  });
}

/** CONCATENATION fuses no activation. */
function writeSideBySide(
  writer: GraphBuilder,
  ends: readonly string[],
  hasRelu: boolean,
  name: string,
): string {
  const axis = writer.shapeOf(ends[0]!).length - 1;
  const joined = writer.node(concatenation, { axis }, ends, hasRelu ? `${name}/joined` : name);
  return hasRelu ? writer.node(relu, {}, [joined], name) : joined;
}
