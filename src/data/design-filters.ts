// band.yaml's filters as integer filter stages at the sensor's rate.
import { butterworth, gravityRemoval } from "../signal/butterworth.ts";
import type { FilterStage } from "../signal/preprocessing.ts";
import type { FilterSpec } from "../spec/band.ts";
import { dataCutoffTooHigh } from "../util/messages.ts";

const CHANNEL_GROUPS = { all: [0, 1, 2, 3, 4, 5], accel: [0, 1, 2], gyro: [3, 4, 5] } as const;

/** @throws UserError data/cutoff-too-high */
export function designFilters(specs: readonly FilterSpec[], rateHz: number): FilterStage[] {
  return specs.map((spec, index) => {
    if (spec.cutoffHz >= rateHz / 2) throw dataCutoffTooHigh(index, spec.cutoffHz, rateHz);
    if (spec.kind === "remove-gravity") return gravityRemoval(spec.order, spec.cutoffHz, rateHz);
    return {
      kind: spec.kind,
      cutoffHz: spec.cutoffHz,
      order: spec.order,
      channels: CHANNEL_GROUPS[spec.channels],
      subtract: false,
      sections: butterworth(spec.kind, spec.order, spec.cutoffHz, rateHz),
    };
  });
}
