// BandX's protocol: how well a general network knows people it has seen, people it has not, and those after fifteen windows of
// each activity (Saha et al., Personalized Human Activity Recognition on wrist bands; docs/personalize.md).
//
//   band.yaml, groups ─1─▶ for each seed and group ─2─▶ windows ─3─▶ run, remembered ─4─▶ means, tables
import path from "node:path";
import type { PreparedData } from "../../data/prepare.ts";
import { type BandFile, loadBandFile } from "../band-file.ts";
import type { OnEvent } from "../events.ts";
import { checkWritable, writeWhole } from "../files.ts";
import { listSeeds } from "../model-comparison/lists.ts";
import { checkCount } from "../option-values.ts";
import { prepareWindows } from "../windows.ts";
import { runGroup } from "./group-run.ts";
import { parseSizes, readGroups } from "./groups.ts";
import type { ProtocolSizes } from "./stranger.ts";
import { type GroupRun, makeSummary, type ProtocolSummary } from "./summary.ts";
import { protocolCsv, protocolMarkdown } from "./text.ts";

/** Of each training person's windows of each activity, the last that test the general setting. */
const FAMILIAR_SHARE = 0.2;

export interface ProtocolOptions {
  readonly bandFile: string;
  /** As readGroups takes it. */
  readonly groups: string;
  /** Separated by commas; default: the band file's. */
  readonly seeds: string | undefined;
  /** Of each activity, that a personal head is fitted on. */
  readonly windows: number;
  /** Patterns of sessions' names, separated by commas, or "each" session by itself; undefined: everybody wore it one way. */
  readonly wearings?: string | undefined;
  /** The same for the learning curve: ascending, separated by commas. */
  readonly curve: string;
  /** Default: bandx-protocol/ in the band's output folder. */
  readonly output: string | undefined;
  readonly onEvent: OnEvent;
}

export interface ProtocolResult {
  readonly summary: ProtocolSummary;
  readonly outDir: string;
  /** Names in `outDir`. */
  readonly files: readonly string[];
}

/** @throws UserError for every mistake that is a person's */
export async function runProtocol(options: ProtocolOptions): Promise<ProtocolResult> {
  const { onEvent } = options;
  // 1. Who plays the stranger.
  const file = loadBandFile(options.bandFile);
  checkCount("--windows", options.windows);
  const sizes: ProtocolSizes = {
    wearings:
      options.wearings === "each"
        ? "each"
        : (options.wearings?.split(",").map((pattern) => pattern.trim()) ?? []),
    calibration: options.windows,
    curve: parseSizes(options.curve),
  };
  const seeds = listSeeds(options.seeds, file.band.seed);
  const outDir =
    options.output === undefined ? path.join(file.outDir, "bandx-protocol") : path.resolve(options.output);
  checkWritable(outDir);
  const everyone = subjectsOf(await prepareWindows(file, onEvent));
  const groups = readGroups(options.groups, everyone, file.band.seed);

  const runs: GroupRun[] = [];
  let number = 0;
  for (const seed of seeds) {
    for (const [index, group] of groups.entries()) {
      number++;
      const title = `seed ${seed}, strangers ${group.join(", ")}`;
      onEvent({ kind: "step", number, of: seeds.length * groups.length, title });
      const own = groupFile(
        file,
        seed,
        group,
        path.join(outDir, "runs", `seed-${seed}`, `group-${index + 1}`),
      );
      // 2. Windows: everyone else trains.
      const data = await prepareWindows(own, onEvent);
      // 3. On disk when it ends.
      runs.push({ seed, group, figures: await runGroup(own, data, sizes, onEvent) });
    }
  }
  // 4. What they say together.
  const summary = makeSummary(file, sizes, runs);
  const files = new Map([
    ["protocol.json", `${JSON.stringify(summary, null, 2)}\n`],
    ["protocol.csv", protocolCsv(summary)],
    ["protocol.md", protocolMarkdown(summary)],
  ]);
  for (const [name, text] of files) writeWhole(path.join(outDir, name), text);
  return { summary, outDir, files: [...files.keys()] };
}

function groupFile(file: BandFile, seed: number, group: readonly string[], outDir: string): BandFile {
  const { validation } = file.band.split;
  const split = { by: "subject" as const, test: [...group], validation, familiar: FAMILIAR_SHARE };
  return { ...file, band: { ...file.band, seed, split }, outDir };
}

function subjectsOf({ split }: PreparedData): string[] {
  const { train, validation, test } = split.subjects;
  return [...new Set([...train, ...validation, ...test])];
}
