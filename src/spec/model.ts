// Model files: an architecture as data, and its resolution to concrete layers for one window shape.
import { z } from "zod";
import { modelBadFile, modelDoesNotFit, modelUnknownParameter } from "../util/messages.ts";
import { layerItem } from "./model-branches.ts";
import type { Layer } from "./model-layers.ts";
import { resolveLayers } from "./model-resolution.ts";

export type { Activation, BranchesLayer, Layer, LayerKind, LayerOf, Padding, Shape } from "./model-layers.ts";

const identifier = z.string().regex(/^[A-Za-z][A-Za-z0-9._-]*$/, "letters, digits, '.', '_' and '-' only");
const parameterName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "letters, digits and '_' only");
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
  const layers = resolveLayers(spec.layers, scope, [timeSteps, channels], `${spec.id}: layers`);
  checkEnd(spec.id, layers, classes);
  return { id: spec.id, ...dimensions, layers };
}

function checkEnd(id: string, layers: readonly Layer[], classes: number): void {
  const last = layers.at(-1);
  const softmaxes = withNested(layers).filter((layer) => layer.kind === "softmax").length;
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

function withNested(layers: readonly Layer[]): readonly Layer[] {
  return layers.flatMap((layer) =>
    layer.kind === "branches" ? [layer, ...layer.paths.flatMap(withNested)] : [layer],
  );
}
