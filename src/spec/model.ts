// Model files: an architecture as data, and its resolution to concrete layers for one window shape.
import { z } from "zod";
import {
  modelBadField,
  modelBadFile,
  modelDoesNotFit,
  modelUnknownLayer,
  modelUnknownParameter,
} from "../util/messages.ts";
import { evaluateExpression, type Scope } from "./model-expression.ts";
import { LAYER_FIELDS, LAYER_SHAPES, type Layer, type LayerKind, type Shape } from "./model-layers.ts";

export type { Activation, Layer, LayerKind, LayerOf, Padding } from "./model-layers.ts";

const identifier = z.string().regex(/^[A-Za-z][A-Za-z0-9._-]*$/, "letters, digits, '.', '_' and '-' only");
const parameterName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "letters, digits and '_' only");
const expression = z.union([z.number(), z.string().min(1)]);

/** One layer: its kind alone, or `kind: {fields}`; `repeat` holds layers of its own. */
const layerItem = z.union([z.string().min(1), z.record(z.string(), z.unknown())]);

const repeatSchema = z.strictObject({
  times: expression,
  index: parameterName.default("i").describe("Counts 1, 2, … inside, as $i."),
  layers: z.array(layerItem).min(1),
});

const modelSchema = z.strictObject({
  id: identifier,
  title: z.string().min(1),
  source: z.string().min(1).describe("Paper or code that the architecture comes from."),
  notes: z.string().default(""),
  parameters: z.record(parameterName, z.number()).default({}).describe("Names with their defaults."),
  layers: z.array(layerItem).min(1),
});

/** A model file, checked; its layers are still expressions. */
export type ModelSpec = z.output<typeof modelSchema>;

/** What the data and the activities decide. */
export interface ModelDimensions {
  readonly timeSteps: number;
  readonly channels: number;
  readonly classes: number;
}

/** A network for one window shape: [timeSteps, channels] in, `classes` probabilities out. */
export interface ResolvedModel extends ModelDimensions {
  readonly id: string;
  /** Never empty; the last one, and only the last, is softmax. */
  readonly layers: readonly Layer[];
}

/**
 * Checks a parsed model YAML.
 * @param where its name, for messages
 * @throws UserError model/bad-file with the key of the first mistake
 */
export function parseModel(value: unknown, where: string): ModelSpec {
  const result = modelSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw modelBadFile(where, issue?.path.join(".") ?? "", issue?.message ?? "not a model");
}

/**
 * Evaluates a model's expressions and follows the shape through its layers.
 * @param overrides values for the model's own parameters
 * @throws UserError model/unknown-parameter, model/unknown-layer, model/bad-expression, model/bad-field,
 *   model/does-not-fit
 */
export function resolveModel(
  spec: ModelSpec,
  overrides: Readonly<Record<string, number>>,
  dimensions: ModelDimensions,
): ResolvedModel {
  for (const name of Object.keys(overrides)) {
    if (!(name in spec.parameters)) throw modelUnknownParameter(spec.id, name, Object.keys(spec.parameters));
  }
  const { timeSteps, channels, classes } = dimensions;
  const scope = { ...spec.parameters, ...overrides, classes, timeSteps, channels };
  const layers: Layer[] = [];
  let shape: Shape = [timeSteps, channels];
  for (const { kind, fields, where } of unroll(spec.layers, scope, `${spec.id}: layers`)) {
    const layer = resolveLayer(kind, fields, shape, where);
    layers.push(layer);
    shape = layer.output;
  }
  checkEnd(spec.id, layers, classes);
  return { id: spec.id, ...dimensions, layers };
}

interface Item {
  readonly kind: string;
  /** Evaluated. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly where: string;
}

/** Replaces every repetition by its copies, expressions evaluated. */
function unroll(items: readonly z.output<typeof layerItem>[], scope: Scope, where: string): Item[] {
  return items.flatMap((item, position) => {
    const here = `${where}[${position}]`;
    const entries = typeof item === "string" ? [[item, {}] as const] : Object.entries(item);
    const [entry] = entries;
    if (entries.length !== 1 || entry === undefined) {
      throw modelBadFile(here, "", `one layer with its fields was expected, not ${entries.length} keys`);
    }
    const [kind, raw] = entry;
    if (kind === "repeat") return unrollRepeat(raw, scope, here);
    const fields = z.record(z.string(), z.unknown()).safeParse(raw ?? {});
    if (!fields.success) throw modelBadFile(here, kind, "its fields were expected as a mapping");
    return [
      { kind, fields: evaluateFields(fields.data, scope, `${here}.${kind}`), where: `${here}.${kind}` },
    ];
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

function resolveLayer(kind: string, fields: Item["fields"], input: Shape, where: string): Layer {
  if (!isLayerKind(kind)) throw modelUnknownLayer(where, kind, Object.keys(LAYER_FIELDS));
  const result = LAYER_FIELDS[kind].safeParse(fields);
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

function isLayerKind(kind: string): kind is LayerKind {
  return Object.hasOwn(LAYER_FIELDS, kind);
}

function checkEnd(id: string, layers: readonly Layer[], classes: number): void {
  const last = layers.at(-1);
  const softmaxes = layers.filter((layer) => layer.kind === "softmax").length;
  if (last?.kind !== "softmax" || softmaxes !== 1) {
    throw modelDoesNotFit(id, "must end in its only softmax");
  }
  if (last.output[0] !== classes) {
    throw modelDoesNotFit(
      id,
      `gives ${last.output[0]} outputs for ${classes} classes: end it in dense: {units: $classes}`,
    );
  }
}
