// Random convolutions and dense layers.
import { conv2d, depthwiseConv2d, fullyConnected } from "../../../src/ops/index.ts";
import { activation, normals, type OperatorCases, padding } from "./case.ts";

export const CONVOLUTIONS: OperatorCases = {
  CONV_2D: {
    step(b, random, input, name) {
      const [, height, width, depth] = b.shapeOf(input);
      const out = 1 + random.integer(9);
      const kh = Math.min(1 + random.integer(3), height!);
      const kw = Math.min(1 + random.integer(5), width!);
      const attrs = {
        padding: padding(random),
        strideH: 1 + random.integer(2),
        strideW: 1 + random.integer(3),
        dilationH: 1,
        dilationW: kw > 1 && (kw - 1) * 2 + 1 <= width! ? 1 + random.integer(2) : 1,
        activation: activation(random),
      };
      const weights = b.constant(
        `${name}/w`,
        [out, kh, kw, depth!],
        normals(random, out * kh * kw * depth!, 0.5),
      );
      const bias = b.constant(`${name}/b`, [out], normals(random, out, 0.3));
      return b.node(conv2d, attrs, [input, weights, bias], name);
    },
  },
  DEPTHWISE_CONV_2D: {
    step(b, random, input, name) {
      const [, height, width, depth] = b.shapeOf(input);
      const depthMultiplier = 1 + random.integer(3);
      const out = depth! * depthMultiplier;
      const kh = Math.min(1 + random.integer(3), height!);
      const kw = Math.min(1 + random.integer(5), width!);
      const stride = 1 + random.integer(2);
      const attrs = {
        padding: padding(random),
        strideH: stride,
        strideW: stride,
        dilationH: 1,
        dilationW: kw > 1 && (kw - 1) * 2 + 1 <= width! ? 1 + random.integer(2) : 1,
        depthMultiplier,
        activation: activation(random),
      };
      const weights = b.constant(`${name}/w`, [1, kh, kw, out], normals(random, kh * kw * out, 0.5));
      const bias = b.constant(`${name}/b`, [out], normals(random, out, 0.3));
      return b.node(depthwiseConv2d, attrs, [input, weights, bias], name);
    },
  },
  FULLY_CONNECTED: {
    step(b, random, input, name) {
      const depth = b
        .shapeOf(input)
        .slice(1)
        .reduce((product, n) => product * n, 1);
      const out = 2 + random.integer(12);
      const weights = b.constant(
        `${name}/w`,
        [out, depth],
        normals(random, out * depth, 1 / Math.sqrt(depth)),
      );
      const bias = b.constant(`${name}/b`, [out], normals(random, out, 0.3));
      return b.node(fullyConnected, { activation: activation(random) }, [input, weights, bias], name);
    },
  },
};
