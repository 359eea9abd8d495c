// From the items of a model file to concrete layers: repetitions unrolled, expressions evaluated, shapes followed.
import { z } from "zod";
import { modelBadField, modelBadFile, modelDoesNotFit, modelUnknownLayer } from "../util/messages.ts";
import { type LayerItem, layerItem, resolveBranches } from "./model-branches.ts";
import { evaluateExpression, type Scope } from "./model-expression.ts";
import { LAYER_FIELDS, LAYER_SHAPES, type Layer, type Shape } from "./model-layers.ts";

const repeatSchema = z.strictObject({
  times: z.union([z.number(), z.string().min(1)]),
  index: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "letters, digits and '_' only")
    .default("i")
    .describe("Counts 1, 2, … inside, as $i."),
  layers: z.array(layerItem).min(1),
});

/** One layer, with the names that its expressions may use. */
interface Item {
  readonly kind: string;
  readonly raw: unknown;
  readonly scope: Scope;
  readonly where: string;
}

/**
 * Follows the shape through a list of layers, and through the lists inside them.
 * @param where the place of the list in the model file
 * @throws UserError model/bad-file, model/unknown-layer, model/bad-expression, model/bad-field, model/does-not-fit
 */
export function resolveLayers(
  items: readonly LayerItem[],
  scope: Scope,
  input: Shape,
  where: string,
): readonly Layer[] {
  const layers: Layer[] = [];
  let shape = input;
  for (const item of unroll(items, scope, where)) {
    const layer = resolveLayer(item, shape);
    layers.push(layer);
    shape = layer.output;
  }
  return layers;
}

/** Replaces every repetition by its copies. */
function unroll(items: readonly LayerItem[], scope: Scope, where: string): Item[] {
  return items.flatMap((item, position) => {
    const here = `${where}[${position}]`;
    const entries = typeof item === "string" ? [[item, {}] as const] : Object.entries(item);
    const [entry] = entries;
    if (entries.length !== 1 || entry === undefined) {
      throw modelBadFile(here, "", `one layer with its fields was expected, not ${entries.length} keys`);
    }
    const [kind, raw] = entry;
    if (kind === "repeat") return unrollRepeat(raw, scope, here);
    return [{ kind, raw, scope, where: `${here}.${kind}` }];
  });
}

function unrollRepeat(raw: unknown, scope: Scope, here: string): Item[] {
  const repeat = repeatSchema.safeParse(raw);
  if (!repeat.success) {
    const issue = repeat.error.issues[0];
    throw modelBadFile(`${here}.repeat`, issue?.path.join(".") ?? "", issue?.message ?? "not a repetition");
  }
  const { times, index, layers } = repeat.data;
  const count = typeof times === "number" ? times : evaluateExpression(times, scope, `${here}.repeat.times`);
  return Array.from({ length: Math.max(0, Math.round(count)) }, (_, k) =>
    unroll(layers, { ...scope, [index]: k + 1 }, `${here}.repeat`),
  ).flat();
}

function resolveLayer({ kind, raw, scope, where }: Item, input: Shape): Layer {
  if (kind === "branches") {
    return resolveBranches(raw, input, where, (items, path) => resolveLayers(items, scope, input, path));
  }
  if (!isLeaf(kind)) throw modelUnknownLayer(where, kind, Object.keys(LAYER_FIELDS));
  const mapping = z.record(z.string(), z.unknown()).safeParse(raw ?? {});
  if (!mapping.success) throw modelBadFile(where, "", "its fields were expected as a mapping");
  const result = LAYER_FIELDS[kind].safeParse(evaluateFields(mapping.data, scope, where));
  if (!result.success) {
    const issue = result.error.issues[0];
    throw modelBadField(where, issue?.path.join(".") ?? "", issue?.message ?? "");
  }
  // The table's two columns belong to the same kind, which TypeScript cannot follow through a union.
  const rule = LAYER_SHAPES[kind] as (fields: unknown, input: Shape) => Shape | string;
  const output = rule(result.data, input);
  if (typeof output === "string") throw modelDoesNotFit(where, output);
  return { kind, input, output, ...result.data } as Layer;
}

function isLeaf(kind: string): kind is keyof typeof LAYER_FIELDS {
  return Object.hasOwn(LAYER_FIELDS, kind);
}

/** Strings are arithmetic unless they are a bare word such as "same" or "relu". */
function evaluateFields(
  fields: Readonly<Record<string, unknown>>,
  scope: Scope,
  where: string,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "string" && !/^[A-Za-z]+$/.test(value)
        ? evaluateExpression(value, scope, `${where}.${name}`)
        : value,
    ]),
  );
}
