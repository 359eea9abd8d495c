// The pictures of a build as SVG text: training curves and confusion matrices, drawn by Vega without a browser.
import type { TopLevelSpec } from "vega-lite";
import { drawPicture } from "./draw-chart.ts";
import type { Metrics } from "./metrics.ts";

export interface EpochFigures {
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  /** Null, as the next one, where nobody validates. */
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
}

/** Loss and accuracy by epoch, training and (if there is any) validation, the kept epoch marked. */
export function trainingCurves(history: readonly EpochFigures[], bestEpoch: number): Promise<string> {
  const values = history.flatMap(({ epoch, loss, accuracy, validationLoss, validationAccuracy }) => {
    const training = { epoch, part: "training", loss, accuracy };
    if (validationLoss === null) return [training];
    return [training, { epoch, part: "validation", loss: validationLoss, accuracy: validationAccuracy }];
  });
  const panel = (field: "loss" | "accuracy", title: string): object => ({
    width: 320,
    height: 220,
    layer: [
      {
        data: { values: [{ epoch: bestEpoch }] },
        mark: { type: "rule", strokeDash: [4, 3], color: "#888" },
        encoding: { x: { field: "epoch", type: "quantitative" } },
      },
      {
        mark: { type: "line", point: { size: 18 } },
        encoding: {
          x: { field: "epoch", type: "quantitative", title: "epoch", axis: { tickMinStep: 1 } },
          y: { field, type: "quantitative", title, scale: { zero: false } },
          color: { field: "part", type: "nominal", title: null },
        },
      },
    ],
  });
  return drawPicture({
    data: { values },
    hconcat: [panel("loss", "loss"), panel("accuracy", "accuracy")],
  } as TopLevelSpec);
}

/** Rows are the true activities, columns the predicted ones; shade by share of the row, figures are windows. */
export function confusionMatrix(metrics: Metrics, title: string): Promise<string> {
  const labels = metrics.classes.map((entry) => entry.label);
  const values = metrics.confusion.flatMap((row, t) => {
    const total = Math.max(1, metrics.classes[t]!.windows);
    return row.map((windows, p) => ({
      actual: labels[t],
      predicted: labels[p],
      windows,
      share: windows / total,
    }));
  });
  const size = { step: labels.length > 12 ? 30 : 42 };
  const axis = { type: "nominal", sort: labels } as const;
  return drawPicture({
    title,
    data: { values },
    width: size,
    height: size,
    encoding: {
      x: { field: "predicted", ...axis, axis: { labelAngle: -40 } },
      y: { field: "actual", ...axis },
    },
    layer: [
      {
        mark: "rect",
        encoding: {
          color: {
            field: "share",
            type: "quantitative",
            scale: { domain: [0, 1], scheme: "blues" },
            title: "share of row",
            legend: { format: "%" },
          },
        },
      },
      {
        transform: [{ filter: "datum.windows > 0" }],
        mark: { type: "text", fontSize: 10 },
        encoding: {
          text: { field: "windows", type: "quantitative" },
          color: { condition: { test: "datum.share > 0.5", value: "white" }, value: "#333" },
        },
      },
    ],
  });
}
