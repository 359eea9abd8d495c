// Recordings out of lines of the serial port that were saved, by collect, monitor or emulate.

import { decodeSampleBlock, type SampleBlock } from "../../device/sample-block.ts";
import { SampleFollower } from "../../device/sample-follower.ts";
import { parseSerialLine } from "../../device/serial-line.ts";
import {
  collectMarksNeeded,
  collectOtherModel,
  collectWithoutSamples,
  collectWrongMarks,
} from "../../util/messages.ts";
import { readNeeded } from "../files.ts";
import { type CollectPlan, readPlan } from "./plan.ts";
import { writeTake } from "./recording-folder.ts";
import { Take } from "./take.ts";
import { type Taken, takenOf } from "./taken.ts";

export interface FromLogOptions extends CollectPlan {
  readonly file: string;
  /** Each press of the band's button begins the next activity. */
  readonly marks: boolean;
}

export interface FromLogResult {
  readonly subject: string;
  readonly recordings: readonly Taken[];
  /** Lines of samples that were damaged. */
  readonly damaged: number;
}

/** @throws UserError collect/…, project/…, data/bad-dataset-yaml, file/… */
export function collectFromLog(options: FromLogOptions): FromLogResult {
  const { mounting, windowShape, activities, subject, model } = readPlan(options);
  if (activities.length > 1 && !options.marks) throw collectMarksNeeded(activities.length);
  const { blocks, damaged } = readBlocks(options, model);
  const takes = partByMarks(blocks, activities, options);
  const recordings = takes.map((take) =>
    takenOf(take, writeTake(options.out, subject, take, mounting), mounting.sampleRateHz, windowShape),
  );
  return { subject, recordings, damaged };
}

function readBlocks(
  { file, project }: FromLogOptions,
  model: string,
): { readonly blocks: readonly SampleBlock[]; readonly damaged: number } {
  const blocks: SampleBlock[] = [];
  let damaged = 0;
  for (const line of readNeeded(file, "The log").toString("utf8").split("\n")) {
    // Whoever saved it may have put the time before each line.
    const parsed = parseSerialLine(line.slice(Math.max(0, line.indexOf("{"))));
    if (parsed.kind !== "event") continue;
    const { event, detail, model: told } = parsed.value;
    const found = event === "start" ? detail : event === "collect" ? told : model;
    if (found !== model) throw collectOtherModel(String(found), project);
    if (event !== "samples") continue;
    const block = decodeSampleBlock(parsed.value);
    if (block === null) damaged++;
    else blocks.push(block);
  }
  if (blocks.length === 0) throw collectWithoutSamples(file, damaged);
  return { blocks, damaged };
}

/** One recording an activity; the presses of a run count on from those of the run before. */
function partByMarks(
  blocks: readonly SampleBlock[],
  activities: readonly string[],
  { file, marks }: FromLogOptions,
): Take[] {
  const follower = new SampleFollower();
  const takes: Take[] = [];
  let [pressed, last]: [number, SampleBlock | null] = [0, null];
  for (const block of blocks) {
    const gap = follower.follow(block);
    const before = last === null || gap?.why === "band" ? 0 : last.marks;
    // A count of eight bits.
    if (marks) pressed += (block.marks - before + 256) % 256;
    while (takes.length <= pressed) takes.push(new Take(activities[takes.length] ?? ""));
    takes[pressed]!.add(block, gap);
    last = block;
  }
  if (takes.length !== activities.length) throw collectWrongMarks(file, takes.length - 1, activities.length);
  return takes.filter(({ samples }) => samples > 0);
}
