// Which way a band is worn, relative to the recordings that it learnt from, as changes of sign. Axes are a watch's: x along
// the forearm, y towards twelve o'clock, z out of the face.
//
// Turned by half a turn about z (twelve o'clock becomes six), both sensors see -x, -y, z: a rotation of the chip. On the
// other wrist, the same movement is its mirror image, and x, which pointed at the elbow, points at the hand. Acceleration
// is a vector: -x, y, z. Angular velocity is a pseudo-vector, whose mirror image has the other two signs: x, -y, -z.
import { CHANNEL_COUNT } from "./preprocessing.ts";

/** Bit 0: on the other wrist (mirrored); bit 1: turned by half a turn. The numbers are those of wrist.h. */
export type WristOrientation = 0 | 1 | 2 | 3;

export const WRIST_ORIENTATIONS: readonly WristOrientation[] = [0, 1, 2, 3];

/** As band.yaml has them, in the numbers' order. */
export const WRIST_NAMES = ["same", "other", "same-turned", "other-turned"] as const;
export type WristName = (typeof WRIST_NAMES)[number];

/** ax, ay, az, gx, gy, gz. Each pattern is its own inverse. */
export type WristSigns = readonly (1 | -1)[];

const SIGNS: Readonly<Record<WristOrientation, WristSigns>> = {
  0: [1, 1, 1, 1, 1, 1],
  1: [-1, 1, 1, 1, -1, -1],
  2: [-1, -1, 1, -1, -1, 1],
  3: [1, -1, 1, -1, 1, -1],
};

export function wristSigns(orientation: WristOrientation): WristSigns {
  return SIGNS[orientation];
}

export function wristOrientation(name: WristName): WristOrientation {
  return WRIST_NAMES.indexOf(name) as WristOrientation;
}

/** Of a raw count. −32768 has no positive int16, so its negative saturates at 32767, as the firmware does. */
export function negated(count: number): number {
  return count === -32768 ? 32767 : -count;
}

/** Worn in one way compared with another: each is its own inverse, and bits change signs alone. */
export function composeWrists(one: WristOrientation, other: WristOrientation): WristOrientation {
  return (one ^ other) as WristOrientation;
}

/** Changes the signs of one window or more, [n, 6] in place, where a sign has no limits to mind (not raw counts). */
export function turnWrist(samples: Float32Array, orientation: WristOrientation): void {
  const signs = wristSigns(orientation);
  for (let i = 0; i < samples.length; i++) samples[i]! *= signs[i % CHANNEL_COUNT]!;
}
