// Which recorded labels become which class of the network.
import type { BandSpec } from "../spec/band.ts";
import { dataLabelTwice, dataTooFewLabels, dataUnknownLabel } from "../util/messages.ts";
import type { LoadedDataset } from "./load.ts";
import { UNLABELLED } from "./recording.ts";

export interface ClassMap {
  /** Class names in the order of the network's outputs. */
  readonly classes: readonly string[];
  /** Recorded label to class index; labels that are not here take no part. */
  readonly classOf: ReadonlyMap<string, number>;
}

/**
 * @param activities band.yaml's; undefined makes every recorded label a class, under its readable name
 * @throws UserError data/unknown-label, data/label-twice, data/too-few-labels
 */
export function mapLabels(
  dataset: Pick<LoadedDataset, "recordings" | "labelNames" | "path">,
  activities: BandSpec["activities"],
): ClassMap {
  const recorded = recordedLabels(dataset);
  const nameOf = (label: string): string => dataset.labelNames[label] ?? label;
  if (activities === undefined) {
    if (recorded.length < 2) throw dataTooFewLabels(dataset.path, recorded);
    const classes = [...new Set(recorded.map(nameOf))];
    return { classes, classOf: new Map(recorded.map((label) => [label, classes.indexOf(nameOf(label))])) };
  }
  const classes = Object.keys(activities);
  const classOf = new Map<string, number>();
  classes.forEach((activity, index) => {
    for (const wanted of activities[activity]!) {
      const codes = recorded.filter((label) => label === wanted || nameOf(label) === wanted);
      if (codes.length === 0) {
        const known = recorded.map((label) =>
          nameOf(label) === label ? label : `${label} (${nameOf(label)})`,
        );
        throw dataUnknownLabel(activity, wanted, dataset.path, known);
      }
      for (const code of codes) {
        const earlier = classOf.get(code);
        if (earlier !== undefined && earlier !== index)
          throw dataLabelTwice(code, classes[earlier]!, activity);
        classOf.set(code, index);
      }
    }
  });
  return { classes, classOf };
}

/** Every label in the recordings, numbers in numeric order, then words. */
export function recordedLabels(dataset: Pick<LoadedDataset, "recordings">): string[] {
  const labels = new Set<string>();
  for (const { labelNames } of dataset.recordings) for (const label of labelNames) labels.add(label);
  labels.delete(UNLABELLED);
  return [...labels].sort(compareNames);
}

/** Natural order: 2 before 10, "s2" before "s10". Independent of the machine's language. */
export function compareNames(a: string, b: string): number {
  return NAME_ORDER.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
const NAME_ORDER = new Intl.Collator("en", { numeric: true });
