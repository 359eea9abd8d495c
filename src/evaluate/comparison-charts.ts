// The pictures of a comparison: curves of every draw, pooled confusions, and what accuracy costs.
import type { TopLevelSpec } from "vega-lite";
import type { EpochFigures } from "./charts.ts";
import { LABEL_PLACES, type Placed, placeLabels } from "./label-places.ts";

/** Told apart by most people who see few colours, on white and on black. */
const COLOURS = { training: "#d17a00", validation: "#1f77c9", front: "#1f77c9", beaten: "#8a8a8a" } as const;

/** What a draw was trained with, and how it went. */
export interface DrawnHistory {
  readonly seed: number;
  readonly history: readonly EpochFigures[];
  /** From 1. */
  readonly bestEpoch: number;
}

/** Loss and accuracy by epoch, a line a seed; the epochs that were kept are marked. */
export function comparedCurves(draws: readonly DrawnHistory[]): TopLevelSpec {
  const values = draws.flatMap(({ seed, history, bestEpoch }) =>
    history.flatMap(({ epoch, loss, accuracy, validationLoss, validationAccuracy }) => {
      const record = { seed, epoch, isKept: epoch === bestEpoch };
      const training = { ...record, part: "training", loss, accuracy };
      if (validationLoss === null) return [training];
      const validation = { part: "validation", loss: validationLoss, accuracy: validationAccuracy };
      return [
        { ...training, isKept: false },
        { ...record, ...validation },
      ];
    }),
  );
  const parts = (["training", "validation"] as const).filter((name) =>
    values.some(({ part }) => part === name),
  );
  const panel = (field: "loss" | "accuracy"): object => {
    const x = { field: "epoch", type: "quantitative", title: "epoch", axis: { tickMinStep: 1, format: "d" } };
    const y = { field, type: "quantitative", title: field, scale: { zero: false } };
    const color = {
      field: "part",
      type: "nominal",
      title: null,
      scale: { domain: parts, range: parts.map((part) => COLOURS[part]) },
    };
    return {
      width: 270,
      height: 180,
      layer: [
        {
          mark: { type: "line", strokeWidth: 1.5 },
          encoding: { x, y, color, detail: { field: "seed", type: "nominal" } },
        },
        {
          transform: [{ filter: "datum.isKept" }],
          mark: { type: "point", filled: true, size: 55 },
          encoding: { x, y, color },
        },
      ],
    };
  };
  return { data: { values }, hconcat: [panel("loss"), panel("accuracy")] } as TopLevelSpec;
}

/**
 * Rows are the true activities, columns the predicted ones; shade by share of the row, figures are windows.
 * @param confusion [true class][predicted class], window counts
 */
export function comparedConfusion(
  labels: readonly string[],
  confusion: readonly (readonly number[])[],
): TopLevelSpec {
  const values = confusion.flatMap((row, t) => {
    const total = Math.max(
      1,
      row.reduce((sum, windows) => sum + windows, 0),
    );
    return row.map((windows, p) => ({
      actual: labels[t],
      predicted: labels[p],
      windows,
      share: windows / total,
    }));
  });
  const size = { step: labels.length > 12 ? 28 : 40 };
  const axis = { type: "nominal", sort: labels } as const;
  return {
    data: { values },
    width: size,
    height: size,
    encoding: {
      x: { field: "predicted", ...axis, axis: { labelAngle: -40 } },
      y: { field: "actual", ...axis },
    },
    layer: [
      {
        // A shade is how much of one colour covers the page, whichever the page's own is.
        mark: { type: "rect", fill: "#1f5fa8", stroke: "currentColor", strokeOpacity: 0.15 },
        encoding: {
          fillOpacity: {
            field: "share",
            type: "quantitative",
            scale: { domain: [0, 1], range: [0, 1] },
            legend: null,
          },
        },
      },
      {
        transform: [{ filter: "datum.windows > 0" }],
        mark: { type: "text", fontSize: 10 },
        encoding: {
          text: { field: "windows", type: "quantitative" },
          color: { condition: { test: "datum.share > 0.7", value: "white" }, value: "currentColor" },
        },
      },
    ],
  };
}

/** A network in the picture of what accuracy costs. */
export interface CostPoint {
  readonly name: string;
  readonly cost: number;
  /** Mean over the seeds, as a share. */
  readonly accuracy: number;
  readonly deviation: number | null;
  /** On the Pareto front. */
  readonly isFront: boolean;
}

/** The size of that picture, and what its axes leave free around the points, in pixels. */
const COST_CHART = { width: 520, height: 320, paddingX: 45, paddingY: 22 } as const;

/** Accuracy against a cost, on a logarithmic scale; the front is a line through filled points. */
export function costChart(points: readonly CostPoint[], title: string): TopLevelSpec {
  const { width, height, paddingX, paddingY } = COST_CHART;
  const places = placeLabels(roughPlaces(points));
  const values = points.map(({ deviation, accuracy, ...point }, i) => ({
    ...point,
    place: places[i]!,
    accuracy: 100 * accuracy,
    low: 100 * (accuracy - (deviation ?? 0)),
    high: 100 * (accuracy + (deviation ?? 0)),
  }));
  const x = {
    field: "cost",
    type: "quantitative",
    title,
    scale: { type: "log", nice: false, padding: paddingX },
    axis: { format: ",", tickCount: 6 },
  };
  const y = {
    field: "accuracy",
    type: "quantitative",
    title: "int8 accuracy, %",
    scale: { zero: false, padding: paddingY },
  };
  const front = { filter: "datum.isFront" };
  return {
    data: { values },
    width,
    height,
    layer: [
      {
        transform: [front],
        mark: { type: "line", interpolate: "step-after", color: COLOURS.front, strokeDash: [5, 3] },
        encoding: { x, y },
      },
      {
        mark: { type: "rule", color: "currentColor", opacity: 0.5 },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
      },
      {
        transform: [{ filter: "!datum.isFront" }],
        mark: { type: "point", filled: false, size: 70, color: COLOURS.beaten, strokeWidth: 2 },
        encoding: { x, y },
      },
      {
        transform: [front],
        mark: { type: "point", filled: true, size: 90, color: COLOURS.front, opacity: 1 },
        encoding: { x, y },
      },
      ...LABEL_PLACES.map(({ id, align, dx, dy }) => ({
        transform: [{ filter: { field: "place", equal: id } }],
        mark: { type: "text", align, dx, dy, baseline: "middle", fontSize: 11 },
        encoding: { x, y, text: { field: "name", type: "nominal" } },
      })),
    ],
  } as TopLevelSpec;
}

/** Where the points will stand, as near as the room for a name needs: Vega rounds the axis of accuracy to whole ticks. */
function roughPlaces(points: readonly CostPoint[]): Placed[] {
  const { width, height, paddingX, paddingY } = COST_CHART;
  const across = between(points.map(({ cost }) => Math.log(cost)));
  const ends = points.flatMap(({ accuracy, deviation }) => [
    accuracy - (deviation ?? 0),
    accuracy + (deviation ?? 0),
  ]);
  const up = between(ends);
  return points.map(({ name, cost, accuracy }) => ({
    text: name,
    x: paddingX + across(Math.log(cost)) * (width - 2 * paddingX),
    y: height - paddingY - up(accuracy) * (height - 2 * paddingY),
  }));
}

/** The share of the way from the least to the most of these values. */
function between(values: readonly number[]): (value: number) => number {
  const least = Math.min(...values);
  const range = Math.max(...values) - least;
  return (value) => (range === 0 ? 0.5 : (value - least) / range);
}
