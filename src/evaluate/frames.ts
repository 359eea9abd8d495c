// Windows as network inputs: float for the trained net, int8 by the device's own integer arithmetic.
import { copyWindow, type WindowSet } from "../data/window-set.ts";
import { type InputQuantizer, quantizeValue } from "../signal/frontend.ts";
import { CHANNEL_COUNT, type Normalization, SAMPLE_ONE } from "../signal/preprocessing.ts";

/** Writes window `index`, [T, 6] normalised, to a float input. */
export type FloatFrames = (index: number, input: Float32Array) => void;
/** Writes window `index`, [T, 6] as the band computes it, to an int8 input. */
export type Int8Frames = (index: number, input: Int8Array) => void;

export function floatFrames(windows: WindowSet, { mean, deviation }: Normalization): FloatFrames {
  const samples = new Int32Array(windows.windowSamples * CHANNEL_COUNT);
  return (index, input) => {
    copyWindow(windows, index, samples);
    for (let i = 0; i < samples.length; i++) {
      const channel = i % CHANNEL_COUNT;
      input[i] = (samples[i]! / SAMPLE_ONE - mean[channel]!) / deviation[channel]!;
    }
  };
}

export function int8Frames(windows: WindowSet, quantizer: InputQuantizer): Int8Frames {
  const samples = new Int32Array(windows.windowSamples * CHANNEL_COUNT);
  return (index, input) => {
    copyWindow(windows, index, samples);
    for (let i = 0; i < samples.length; i++) {
      input[i] = quantizeValue(samples[i]!, quantizer.channels[i % CHANNEL_COUNT]!, quantizer.zeroPoint);
    }
  };
}
