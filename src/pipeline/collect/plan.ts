// What a person asks to be collected, read and checked before anybody moves.
import { invariant } from "../../util/errors.ts";
import { collectNameEmpty, collectNotBuilt } from "../../util/messages.ts";
import { readTwinProject } from "../twin/project.ts";
import type { Mounting } from "./physical.ts";
import { checkRecordingFolder } from "./recording-folder.ts";
import type { WindowShape } from "./take.ts";

export interface CollectPlan {
  /** A project's or a build's folder, or the band.yaml that was built: whose firmware is on the band. */
  readonly project: string;
  readonly subject: string;
  /** In their order; empty for the network's. */
  readonly activities: readonly string[];
  /** The folder of recordings. */
  readonly out: string;
}

export interface CheckedPlan {
  readonly subject: string;
  readonly activities: readonly string[];
  readonly mounting: Mounting;
  readonly windowShape: WindowShape;
  /** Hash of the model that is on the band. */
  readonly model: string;
}

/** @throws UserError project/…, collect/not-built, collect/empty-name, collect/other-units, file/unwritable, data/bad-dataset-yaml */
export function readPlan({ project, subject, activities, out }: CollectPlan): CheckedPlan {
  const { manifest, graph } = readTwinProject(project);
  if (manifest.collect !== true) throw collectNotBuilt(project);
  invariant(graph.metadata !== null, "a project's model knows its pre-processing");
  const { preprocessing } = graph.metadata;
  checkRecordingFolder(out);
  const { sensor, sampleRateHz } = preprocessing;
  return {
    subject: trimmed("--subject", subject),
    activities:
      activities.length > 0 ? activities.map((one) => trimmed("--activity", one)) : preprocessing.labels,
    mounting: { sensor, sampleRateHz, wrist: manifest.wrist },
    windowShape: preprocessing,
    model: manifest.model,
  };
}

/** What a reader of the file would see. */
function trimmed(option: string, name: string): string {
  const found = name.trim();
  if (found === "") throw collectNameEmpty(option);
  return found;
}
