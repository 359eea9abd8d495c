// A protocol's summary as text: Markdown for people, CSV of every person and seed for spreadsheets.
import Papa from "papaparse";
import { cell, markdownTable } from "../markdown.ts";
import { NETWORKS, type ProtocolSummary, SETTINGS } from "./summary.ts";
import { SETTING_TITLES, share, signed, spread } from "./wording.ts";

export function protocolMarkdown(summary: ProtocolSummary): string {
  const { name, model, seeds, groups, sizes, gain, modelBytes } = summary;
  const people = groups.flat().length;
  return `${[
    `# ${cell(name)}: BandX's protocol`,
    `\`${model}\` (${modelBytes.toLocaleString("en-US")} bytes), ${groups.length} groups of strangers (${people} people), ` +
      `seeds ${seeds.join(", ")}; a personal head is fitted on the first ${sizes.calibration} windows of each activity. ` +
      wearersText(sizes.wearings) +
      "Single windows. Deviations are over groups and seeds.",
    settingsTable(summary),
    `Gain in int8: ${signed(gain.overPeople.mean)} ± ${share(gain.overPeople.deviation ?? 0)} over people; ` +
      `${gain.gained} of ${summary.people.length} gained${gain.lost.length > 0 ? `, ${gain.lost.join("; ")} lost` : ""}.`,
    "## People",
    peopleTable(summary),
    ...(summary.curve.length > 1 ? ["## Windows of each activity", curveTable(summary)] : []),
  ].join("\n\n")}\n`;
}

function wearersText(wearings: ProtocolSummary["sizes"]["wearings"]): string {
  if (wearings === "each") return "Every session is a wearer of its own. ";
  return wearings.length > 0 ? `${wearings.join(" and ")} are wearers of their own. ` : "";
}

function settingsTable({ settings }: ProtocolSummary): string {
  return markdownTable([
    ["", ...NETWORKS.flatMap((network) => [`accuracy, ${network}`, `macro F1, ${network}`])],
    ...SETTINGS.map((setting) => [
      SETTING_TITLES[setting],
      ...NETWORKS.flatMap((network) => {
        const { accuracy, macroF1 } = settings[setting][network];
        return [spread(accuracy), spread(macroF1)];
      }),
    ]),
  ]);
}

function peopleTable({ people }: ProtocolSummary): string {
  return markdownTable([
    ["person", "windows", "worn", "general", "worn as told", "personal", "gain"],
    ...people.map(({ subject, windows, wrist, general, worn, personal, gain }) => [
      subject,
      String(windows),
      wrist.join(" or "),
      share(general),
      share(worn),
      share(personal),
      `${signed(gain.mean)}${gain.deviation === null ? "" : ` ± ${share(gain.deviation)}`}`,
    ]),
  ]);
}

function curveTable({ curve }: ProtocolSummary): string {
  return markdownTable([
    ["", ...curve.map(({ size }) => (size === 0 ? "general" : String(size)))],
    ["accuracy", ...curve.map(({ accuracy }) => spread(accuracy))],
    ["macro F1", ...curve.map(({ macroF1 }) => spread(macroF1))],
  ]);
}

/** One row a person and seed. */
export function protocolCsv({ runs }: ProtocolSummary): string {
  const rows = runs.flatMap(({ seed, figures }) =>
    figures.strangers.map(({ subject, calibration, wrist, general, worn, personal }) => [
      seed,
      subject,
      calibration,
      general.int8.windows,
      wrist ?? "not told",
      ...[general, worn, personal].flatMap((scores) =>
        NETWORKS.flatMap((network) => [scores[network].accuracy, scores[network].macroF1]),
      ),
    ]),
  );
  const head = ["general", "worn", "personal"].flatMap((who) =>
    NETWORKS.flatMap((network) => [`${who} ${network} accuracy`, `${who} ${network} macro F1`]),
  );
  return `${Papa.unparse([["seed", "person", "calibration", "test", "wrist", ...head], ...rows], { newline: "\n" })}\n`;
}
