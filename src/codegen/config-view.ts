// Every number of include/band_config.h, as text that stands in C++.

import type { InputQuantizer } from "../signal/frontend.ts";
import { ACCEL_SCALE } from "../signal/mpu6050.ts";
import {
  CHANNELS,
  type FilterSection,
  type FilterStage,
  type Preprocessing,
  type SignedAxis,
} from "../signal/preprocessing.ts";
import type { Board } from "../spec/board.ts";
import { byteLiteral, commentText, doubleLiteral, int32Literal, stringLiteral } from "./cpp.ts";
import { sensorRegisters } from "./sensor-settings.ts";
import type { View } from "./template.ts";

/** FIFO samples between two looks: half of the smallest clone's FIFO, 42 samples; and no slower than a wearer notices. */
const POLL_SAMPLES = 20;
const SLOWEST_POLL_MS = 500;
const FASTEST_POLL_MS = 10;

/** The sensor, the window, the filters and the quantiser. */
export function configView(pre: Preprocessing, quantizer: InputQuantizer, board: Board): View {
  const registers = sensorRegisters(pre);
  return {
    sensor: {
      address: byteLiteral(board.sensor.address),
      rateHz: doubleLiteral(pre.sampleRateHz),
      sampleRateDivider: registers.sampleRateDivider,
      lowPass: registers.lowPass,
      lowPassHz: registers.lowPassHz,
      accelRange: registers.accelRange,
      accelRangeG: pre.sensor.accelRangeG,
      countsPerG: ACCEL_SCALE[pre.sensor.accelRangeG].countsPerG,
      gyroRange: registers.gyroRange,
      gyroRangeDps: pre.sensor.gyroRangeDps,
      pollMillis: Math.min(
        SLOWEST_POLL_MS,
        Math.max(FASTEST_POLL_MS, Math.floor((1000 * POLL_SAMPLES) / pre.sampleRateHz)),
      ),
      // One second and five sample periods: no healthy sensor is silent for so long.
      stallMillis: 1000 + Math.ceil(5000 / pre.sampleRateHz),
      axes: pre.sensor.axes.map(({ axis, sign }, i) => ({
        axis,
        sign,
        wearer: "xyz"[i]!,
        chip: chipAxis({ axis, sign }),
      })),
      axesText: pre.sensor.axes.map((axis, i) => `${"xyz"[i]!} is the chip's ${chipAxis(axis)}`).join(", "),
    },
    window: {
      samples: pre.windowSamples,
      stride: pre.strideSamples,
      seconds: Number((pre.windowSamples / pre.sampleRateHz).toFixed(3)),
      strideSeconds: Number((pre.strideSamples / pre.sampleRateHz).toFixed(3)),
    },
    labels: pre.labels.map((label) => ({ literal: stringLiteral(label) })),
    labelList: pre.labels.map((label) => `*${commentText(label)}*`).join(", "),
    hasFilters: pre.filters.length > 0,
    filters: pre.filters.map(filterView),
    filterCount: pre.filters.length,
    quantizers: quantizer.channels.map(({ offset, mantissa, shift }, i) => ({
      channel: CHANNELS[i]!,
      offset: int32Literal(offset),
      mantissa: int32Literal(mantissa),
      shift,
    })),
    inputZeroPoint: quantizer.zeroPoint,
    inputScale: doubleLiteral(quantizer.scale),
  };
}

function chipAxis({ axis, sign }: SignedAxis): string {
  return `${sign < 0 ? "-" : ""}${"xyz"[axis]!}`;
}

function filterView(stage: FilterStage): View {
  return {
    title: `${stage.kind}, order ${stage.order}, ${stage.cutoffHz} Hz`,
    channelNames: stage.channels.map((c) => CHANNELS[c]!).join(", "),
    channelCount: stage.channels.length,
    channels: stage.channels.join(", "),
    subtract: stage.subtract,
    sectionCount: stage.sections.length,
    sections: stage.sections.map(sectionText),
  };
}

function sectionText({ b0, b1, b2, a1, a2, dcGain }: FilterSection): string {
  return [b0, b1, b2, a1, a2, dcGain].map(int32Literal).join(", ");
}
