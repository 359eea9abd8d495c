// The container of model files: paths that start at one tensor and end in one.
import { z } from "zod";
import { modelBadField, modelDoesNotFit } from "../util/messages.ts";
import { activation, type BranchesLayer, type Layer, type Shape } from "./model-layers.ts";

/** One layer of a model file: its kind alone, or `kind: {fields}`; `repeat` and `branches` hold layers of their own. */
export const layerItem = z.union([z.string().min(1), z.record(z.string(), z.unknown())]);
export type LayerItem = z.output<typeof layerItem>;

const branchesSchema = z.strictObject({
  merge: z.enum(["add", "concat"]),
  activation,
  paths: z.array(z.array(layerItem)).min(2),
});

/** TFLite Micro's CONCATENATION has room for so many inputs (src/ops/concatenation.ts). */
const MAX_CONCAT = 10;

/**
 * Reads the fields of `branches` and resolves its paths.
 * @param where the place in the model file, ending in ".branches"
 * @param resolvePath the concrete layers of one path, from the same input
 * @throws UserError model/bad-field, model/does-not-fit
 */
export function resolveBranches(
  raw: unknown,
  input: Shape,
  where: string,
  resolvePath: (items: readonly LayerItem[], where: string) => readonly Layer[],
): BranchesLayer {
  const result = branchesSchema.safeParse(raw ?? {});
  if (!result.success) {
    const issue = result.error.issues[0];
    throw modelBadField(where, issue?.path.join(".") ?? "", issue?.message ?? "");
  }
  const { merge, paths: lists } = result.data;
  if (merge === "concat" && lists.length > MAX_CONCAT) {
    throw modelDoesNotFit(where, `joins ${lists.length} paths: concat takes at most ${MAX_CONCAT}`);
  }
  const paths = lists.map((items, i) => resolvePath(items, `${where}.paths[${i}]`));
  const ends = paths.map((path) => path.at(-1)?.output ?? input);
  return { kind: "branches", input, output: mergedShape(merge, ends, where), ...result.data, paths };
}

function mergedShape(merge: BranchesLayer["merge"], ends: readonly Shape[], where: string): Shape {
  const [first, ...rest] = ends as readonly [Shape, ...Shape[]];
  const compared = merge === "add" ? first.length : first.length - 1;
  rest.forEach((end, i) => {
    if (end.length === first.length && first.slice(0, compared).every((size, axis) => end[axis] === size)) {
      return;
    }
    const needed = merge === "add" ? "add needs equal shapes" : "concat needs the same time steps";
    throw modelDoesNotFit(
      `${where}.paths[${i + 1}]`,
      `gives [${end.join(", ")}] and paths[0] gives [${first.join(", ")}]: ${needed}`,
    );
  });
  if (merge === "add") return first;
  const width = ends.reduce((sum, end) => sum + end.at(-1)!, 0);
  return first.with(-1, width) as unknown as Shape;
}
