// How a band is worn, as a name of firmware/bandsmith/nn/wrist.h and in words.
import type { WristName } from "../signal/wrist.ts";
import type { View } from "./template.ts";

const VIEWS: Readonly<Record<WristName, { readonly name: string; readonly text: string }>> = {
  same: { name: "same", text: "worn as in the recordings" },
  other: { name: "mirrored", text: "worn on the other wrist than in the recordings" },
  "same-turned": { name: "turned", text: "worn on the wrist of the recordings, turned by half a turn" },
  "other-turned": {
    name: "mirroredTurned",
    text: "worn on the other wrist than in the recordings, turned by half a turn",
  },
};

export function wristView(name: WristName): View {
  return VIEWS[name];
}
