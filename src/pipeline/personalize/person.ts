// One wearer's recordings for a finished network: whose they are, which activities, and their windows.
import { recordedLabels } from "../../data/labels.ts";
import { recordedAs } from "../../data/recorded-as.ts";
import { selectWindows, type WindowSet } from "../../data/window-set.ts";
import { windowsBySubject } from "../../data/windows.ts";
import type { Preprocessing } from "../../signal/preprocessing.ts";
import type { WristOrientation } from "../../signal/wrist.ts";
import type { Manifest } from "../../spec/manifest.ts";
import {
  noActivityKnown,
  personHasNoWindows,
  personNotThere,
  severalPeople,
  unknownAdded,
  unknownDropped,
} from "../../util/messages.ts";
import type { OnEvent } from "../events.ts";
import { cutForModel, type RecordingsForModel } from "../recorded-windows.ts";

export interface WantedActivities {
  /** Recorded activities that the network does not know and the head shall. */
  readonly add: readonly string[];
  /** Activities to leave out. */
  readonly drop: readonly string[];
}

export interface Person {
  readonly name: string;
  /** The network's activities, then the new ones: what windows' labels are indices into. */
  readonly labels: readonly string[];
  /** Recorded, and neither the network's nor asked for. */
  readonly ignored: readonly string[];
  /**
   * The windows in time order, the same ones in the same order for every way of wearing.
   * @param filters the network's, or none
   */
  windows(filters: Preprocessing["filters"], wrist: WristOrientation): WindowSet;
}

/**
 * @param subject null: whoever is alone in the recordings
 * @throws UserError personalize/*, data/no-windows
 */
export function personOf(
  recordings: RecordingsForModel,
  activities: Manifest["activities"],
  subject: string | null,
  { add, drop }: WantedActivities,
  onEvent: OnEvent,
): Person {
  const { dataset, preprocessing } = recordings;
  const recorded = recordedLabels(dataset);
  const nameOf = (label: string): string => dataset.labelNames[label] ?? label;
  const known = (label: string): number => recordedAs(label, nameOf(label), preprocessing.labels, activities);
  const foreign = [...new Set(recorded.filter((label) => known(label) < 0).map(nameOf))];
  for (const activity of add) if (!foreign.includes(activity)) throw unknownAdded(activity, foreign);
  const labels = [...preprocessing.labels, ...add];
  for (const activity of drop) if (!labels.includes(activity)) throw unknownDropped(activity, labels);
  // A label that is not in the map takes no part, and no window runs across it.
  const classOf = new Map(
    recorded.flatMap((label) => {
      const index = known(label) >= 0 ? known(label) : labels.indexOf(nameOf(label));
      return index < 0 || drop.includes(labels[index]!) ? [] : [[label, index] as const];
    }),
  );
  if (classOf.size === 0) throw noActivityKnown(recorded.map(nameOf), labels);
  const name = subjectOf(
    dataset.recordings.map((recording) => recording.subject),
    subject,
  );
  return {
    name,
    labels,
    ignored: foreign.filter((one) => !add.includes(one)),
    windows(filters, wrist) {
      const all = cutForModel(recordings, { classes: labels, classOf }, filters, wrist, onEvent);
      const own = windowsBySubject(all).get(name);
      if (own === undefined) throw personHasNoWindows(name, recordings.spec.window.seconds);
      return selectWindows(all, own);
    },
  };
}

function subjectOf(recorded: readonly string[], wanted: string | null): string {
  const people = [...new Set(recorded)];
  if (wanted !== null) {
    if (!people.includes(wanted)) throw personNotThere(wanted, people);
    return wanted;
  }
  const [only, ...others] = people;
  if (only === undefined || others.length > 0) throw severalPeople(people);
  return only;
}
