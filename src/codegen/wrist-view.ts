// How a band is worn, and what a wearer's way is told by, as firmware/bandsmith/nn/wrist.h and app/wrist_detector.h have it.
import type { Preprocessing } from "../signal/preprocessing.ts";
import type { WristName } from "../signal/wrist.ts";
import { decodeWristReference } from "../signal/wrist-reference.ts";
import { invariant } from "../util/errors.ts";
import type { View } from "./template.ts";

const NAMES: Readonly<Record<WristName, { readonly name: string; readonly text: string }>> = {
  same: { name: "same", text: "worn as in the recordings" },
  other: { name: "mirrored", text: "worn on the other wrist than in the recordings" },
  "same-turned": { name: "turned", text: "worn on the wrist of the recordings, turned by half a turn" },
  "other-turned": {
    name: "mirroredTurned",
    text: "worn on the other wrist than in the recordings, turned by half a turn",
  },
};

export function wristView(
  name: WristName,
  { wristReference: text, labels }: Pick<Preprocessing, "wristReference" | "labels">,
): View {
  const reference = text === undefined ? [] : decodeWristReference(text, labels.length);
  invariant(reference !== null, "metadata were checked when they were read");
  return {
    ...NAMES[name],
    hasReference: reference.length > 0,
    classes: reference.map((values) => ({
      mean: values.slice(0, 3).join(", "),
      lean: values.slice(3).join(", "),
    })),
  };
}
