// [T, C] to [T·C], time first.
import { reshape } from "../../ops/index.ts";
import type { LayerOf } from "../../spec/model.ts";
import { reshape as differentiableReshape } from "../differentiable.ts";
import { type LayerBuilder, stateless } from "./layer.ts";

export const flatten: LayerBuilder<LayerOf<"flatten">> = (layer, name) => {
  const [features] = layer.output;
  return stateless({
    forward: (x) => differentiableReshape(x, [x.shape[0], features]),
    write: (writer, from) => writer.node(reshape, { newShape: [1, features] }, [from], name),
  });
};
