// A protocol's runs as plain data: protocol.json, and the tables that are made from it.
import { type Spread, spreadOf } from "../../evaluate/spread.ts";
import type { BandFile } from "../band-file.ts";
import { TOOL_VERSION } from "../resources.ts";
import type { GroupFigures } from "./group-run.ts";
import type { BothScores, ProtocolSizes, Score } from "./stranger.ts";

/** Raised where a reader of protocol.json would have to know. */
const FORMAT = 4;

export interface GroupRun {
  readonly seed: number;
  readonly group: readonly string[];
  readonly figures: GroupFigures;
}

export const SETTINGS = ["familiar", "general", "worn", "personal"] as const;
export type Setting = (typeof SETTINGS)[number];
export const NETWORKS = ["float", "int8"] as const;

/** Over groups; a person's figures are means over the seeds. */
type SettingFigures = Readonly<Record<keyof BothScores, Readonly<Record<"accuracy" | "macroF1", Spread>>>>;

export interface PersonSummary {
  readonly subject: string;
  /** As the calibration tells, in the order of the runs, each once; "not told" among them. */
  readonly wrist: readonly string[];
  /** Accuracy in int8, means over the seeds. */
  readonly general: number;
  readonly worn: number;
  readonly personal: number;
  readonly gain: Spread;
  readonly windows: number;
}

export interface ProtocolSummary {
  readonly format: typeof FORMAT;
  readonly tool: string;
  readonly name: string;
  readonly model: string;
  readonly seeds: readonly number[];
  readonly groups: readonly (readonly string[])[];
  readonly sizes: ProtocolSizes;
  readonly train: BandFile["band"]["train"];
  /** The largest int8 file. */
  readonly modelBytes: number;
  /** Deviations are over groups and seeds: one figure is a mean over the people of a group. */
  readonly settings: Readonly<Record<Setting, SettingFigures>>;
  /** Of int8, people who gained in the mean over the seeds, and those who lost. */
  readonly gain: { readonly overPeople: Spread; readonly gained: number; readonly lost: readonly string[] };
  readonly people: readonly PersonSummary[];
  readonly curve: readonly { readonly size: number; readonly accuracy: Spread; readonly macroF1: Spread }[];
  readonly runs: readonly GroupRun[];
}

export function makeSummary(
  { band, name }: Pick<BandFile, "band" | "name">,
  sizes: ProtocolSizes,
  runs: readonly GroupRun[],
): ProtocolSummary {
  const people = peopleOf(runs);
  return {
    format: FORMAT,
    tool: `bandsmith ${TOOL_VERSION}`,
    name,
    model: band.model.use,
    seeds: [...new Set(runs.map(({ seed }) => seed))],
    groups: uniqueGroups(runs),
    sizes,
    train: band.train,
    modelBytes: Math.max(...runs.map(({ figures }) => figures.modelBytes)),
    settings: {
      familiar: settingOf(runs, ({ familiar }) => [familiar]),
      general: settingOf(runs, ({ strangers }) => strangers.map(({ general }) => general)),
      worn: settingOf(runs, ({ strangers }) => strangers.map(({ worn }) => worn)),
      personal: settingOf(runs, ({ strangers }) => strangers.map(({ personal }) => personal)),
    },
    gain: {
      overPeople: spreadOf(people.map(({ gain }) => gain.mean)),
      gained: people.filter(({ gain }) => gain.mean > 0).length,
      lost: people.filter(({ gain }) => gain.mean < 0).map(({ subject }) => subject),
    },
    people,
    curve: curveOf(runs, sizes),
    runs,
  };
}

function uniqueGroups(runs: readonly GroupRun[]): (readonly string[])[] {
  return [...new Map(runs.map(({ group }) => [group.join(), group])).values()];
}

/** One figure a run: the mean over its people. */
function settingOf(
  runs: readonly GroupRun[],
  of: (figures: GroupFigures) => readonly BothScores[],
): SettingFigures {
  const spread = (network: keyof BothScores, measure: keyof Score): Spread =>
    spreadOf(runs.map(({ figures }) => mean(of(figures).map((scores) => scores[network][measure]))));
  const both = (network: keyof BothScores): SettingFigures["int8"] => ({
    accuracy: spread(network, "accuracy"),
    macroF1: spread(network, "macroF1"),
  });
  return { float: both("float"), int8: both("int8") };
}

function peopleOf(runs: readonly GroupRun[]): PersonSummary[] {
  const bySubject = new Map<string, GroupFigures["strangers"][number][]>();
  for (const { figures } of runs) {
    for (const one of figures.strangers)
      bySubject.set(one.subject, [...(bySubject.get(one.subject) ?? []), one]);
  }
  return [...bySubject].map(([subject, all]) => ({
    subject,
    wrist: [...new Set(all.map(({ wrist }) => wrist ?? "not told"))],
    worn: mean(all.map(({ worn }) => worn.int8.accuracy)),
    general: mean(all.map(({ general }) => general.int8.accuracy)),
    personal: mean(all.map(({ personal }) => personal.int8.accuracy)),
    gain: spreadOf(all.map(({ general, personal }) => personal.int8.accuracy - general.int8.accuracy)),
    windows: all[0]!.general.int8.windows,
  }));
}

/** A size at which somebody has no window left to test is left out. */
function curveOf(runs: readonly GroupRun[], { curve: sizes }: ProtocolSizes): ProtocolSummary["curve"] {
  return [0, ...sizes].flatMap((size) => {
    const perRun = runs.map(({ figures }) =>
      figures.strangers.map(({ curve }) => curve.find((point) => point.size === size)),
    );
    if (perRun.flat().includes(undefined)) return [];
    const over = (measure: "accuracy" | "macroF1"): Spread =>
      spreadOf(perRun.map((points) => mean(points.map((point) => point![measure]))));
    return [{ size, accuracy: over("accuracy"), macroF1: over("macroF1") }];
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
