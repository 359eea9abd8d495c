// "x", "-y", "z" of band.yaml as signed axis numbers.
import type { AxisMap, SignedAxis } from "../signal/preprocessing.ts";
import type { SensorSpec } from "./band.ts";

const AXES: Readonly<Record<SensorSpec["axes"][number], SignedAxis>> = {
  x: { axis: 0, sign: 1 },
  "-x": { axis: 0, sign: -1 },
  y: { axis: 1, sign: 1 },
  "-y": { axis: 1, sign: -1 },
  z: { axis: 2, sign: 1 },
  "-z": { axis: 2, sign: -1 },
};

export function axisMapOf([x, y, z]: SensorSpec["axes"]): AxisMap {
  return [AXES[x], AXES[y], AXES[z]];
}
