// Butterworth filters as second-order sections with integer coefficients.
// Source: bilinear transform with pre-warping, Oppenheim & Schafer, Discrete-Time Signal Processing, §7.1.
import type { FilterSection, FilterStage } from "./preprocessing.ts";

const SCALE = 16777216; // 2^24

/**
 * Designs a Butterworth filter.
 * @param order 1 to 6
 * @param cutoffHz −3 dB frequency, above 0 and below half the sample rate
 */
export function butterworth(
  kind: "lowpass" | "highpass",
  order: number,
  cutoffHz: number,
  sampleRateHz: number,
): FilterSection[] {
  if (!(cutoffHz > 0 && cutoffHz < sampleRateHz / 2)) throw new RangeError(`cutoff ${cutoffHz} Hz`);
  const warped = Math.tan((Math.PI * cutoffHz) / sampleRateHz);
  const sections: FilterSection[] = [];
  for (let pair = 0; pair < Math.floor(order / 2); pair++) {
    // Analogue prototype: s² + s/Q + 1 for each conjugate pair of poles.
    const inverseQ = 2 * Math.sin((Math.PI * (2 * pair + 1)) / (2 * order));
    const norm = 1 / (1 + warped * inverseQ + warped * warped);
    const a1 = 2 * (warped * warped - 1) * norm;
    const a2 = (1 - warped * inverseQ + warped * warped) * norm;
    sections.push(
      kind === "lowpass" ? lowpass(warped * warped * norm, a1, a2) : highpass(norm, norm, a1, a2),
    );
  }
  if (order % 2 === 1) {
    const norm = 1 / (1 + warped);
    const a1 = (warped - 1) * norm;
    sections.push(kind === "lowpass" ? firstOrderLowpass(a1) : highpass(norm, 0, a1, 0));
  }
  return sections;
}

/** Gravity removal: the input minus its low-passed self. */
export function gravityRemoval(order: number, cutoffHz: number, sampleRateHz: number): FilterStage {
  return {
    kind: "remove-gravity",
    cutoffHz,
    order,
    channels: [0, 1, 2],
    subtract: true,
    sections: butterworth("lowpass", order, cutoffHz, sampleRateHz),
  };
}

/** b1 takes the rounding, so that the gain at rest is exactly 1: a still band must read still. */
function lowpass(b0: number, a1: number, a2: number): FilterSection {
  const [ib0, ia1, ia2] = [Math.round(b0 * SCALE), Math.round(a1 * SCALE), Math.round(a2 * SCALE)];
  return { b0: ib0, b1: SCALE + ia1 + ia2 - 2 * ib0, b2: ib0, a1: ia1, a2: ia2, dcGain: 1 };
}

function firstOrderLowpass(a1: number): FilterSection {
  const ia1 = Math.round(a1 * SCALE);
  const b0 = Math.floor((SCALE + ia1) / 2);
  return { b0, b1: SCALE + ia1 - b0, b2: 0, a1: ia1, a2: 0, dcGain: 1 };
}

/** b1 takes the rounding, so that the gain at rest is exactly 0. */
function highpass(b0: number, b2: number, a1: number, a2: number): FilterSection {
  const [ib0, ib2] = [Math.round(b0 * SCALE), Math.round(b2 * SCALE)];
  return {
    b0: ib0,
    b1: -ib0 - ib2,
    b2: ib2,
    a1: Math.round(a1 * SCALE),
    a2: Math.round(a2 * SCALE),
    dcGain: 0,
  };
}
