// Mistakes with personalize, around a project whose network knows neither "rest" nor "shake".
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { FileTree } from "../../../src/codegen/file-tree.ts";
import { metricWithin } from "../../../src/personalize/metric.ts";
import { encodeMetric } from "../../../src/personalize/metric-file.ts";
import { makeKeys } from "../../../src/pipeline/head-keys.ts";
import { type PersonalizeOptions, personalize } from "../../../src/pipeline/personalize/personalize.ts";
import { smallProject } from "../../codegen/small-project.ts";
import { writeTree } from "../../support/write-tree.ts";
import { type BadInput, RECORDINGS, silent } from "./support.ts";

const PROJECT = "small";

/** @param manifest fields of bandsmith.json to change */
function fit(
  changes: Partial<PersonalizeOptions>,
  manifest: object = {},
  project: FileTree = smallProject("esp32-devkit"),
): Promise<unknown> {
  writeTree(PROJECT, project);
  const file = path.join(PROJECT, "bandsmith.json");
  const known = JSON.parse(readFileSync(file, "utf8")) as object;
  writeFileSync(file, JSON.stringify({ ...known, ...manifest }));
  return personalize({
    project: PROJECT,
    recordings: RECORDINGS,
    subject: "1",
    windows: 15,
    add: ["rest", "shake"],
    drop: [],
    wrist: null,
    keyFile: null,
    sequence: 1,
    name: null,
    output: "personal",
    force: false,
    onEvent: silent,
    ...changes,
  });
}

/** The first windows, which a head is fitted on, under each other's names. */
function mislabelled(): Promise<unknown> {
  const [head, ...rows] = readFileSync("recordings/subject_1.csv", "utf8").trim().split("\n");
  const parts = rows.map((row, i) => {
    const cells = row.split(",");
    const isEarly = i % 800 < 400;
    if (isEarly) cells[7] = cells[7] === "rest" ? "shake" : "rest";
    cells[8] = `${cells[8]!}${isEarly ? " early" : ""}`;
    return { isEarly, row: cells.join(",") };
  });
  const ordered = [...parts.filter(({ isEarly }) => isEarly), ...parts.filter(({ isEarly }) => !isEarly)];
  writeFileSync("recordings/subject_1.csv", `${[head, ...ordered.map(({ row }) => row)].join("\n")}\n`);
  return fit(
    { add: [] },
    { activities: { walk: ["rest"], 'say "hi"\\': ["shake"], "Übung ??/1": ["sing"] } },
  );
}

/** @param file the project's metric; null: it has none */
function fitByMetric(file: Uint8Array | null): Promise<unknown> {
  const tree = new Map(smallProject("esp32-devkit"));
  if (file === null) tree.delete("head-metric.bin");
  else tree.set("head-metric.bin", file);
  return fit({}, {}, tree);
}

function publicKeyOf(changes: Partial<PersonalizeOptions>): Promise<unknown> {
  const { head } = JSON.parse(String(smallProject("esp32-devkit").get("bandsmith.json"))) as { head: object };
  return fit(changes, { head: { ...head, publicKey: "ab".repeat(32) } });
}

export const PERSONALIZE: readonly BadInput[] = [
  {
    what: "a project of an earlier version",
    code: "project/no-metric",
    act: () => fitByMetric(null),
  },
  {
    what: "a metric of an earlier version",
    code: "project/bad-metric",
    act: () => {
      const metric = smallProject("esp32-devkit").get("head-metric.bin") as Uint8Array;
      return fitByMetric(metric.map((byte, i) => (i === 4 ? 1 : byte)));
    },
  },
  {
    what: "a project with another model's metric",
    code: "project/bad-metric",
    act: () => fitByMetric(encodeMetric(metricWithin(new Int8Array(4), [0, 0], 2), new Uint8Array(32))),
  },
  {
    what: "recordings of several people",
    code: "personalize/several-people",
    act: () => fit({ subject: null }),
  },
  {
    what: "somebody who recorded nothing",
    code: "personalize/unknown-person",
    act: () => fit({ subject: "9" }),
  },
  {
    what: "recordings of other activities",
    code: "personalize/unknown-activities",
    act: () => fit({ add: [] }),
  },
  {
    what: "adding what nobody recorded",
    code: "personalize/unknown-added",
    act: () => fit({ add: ["sing"] }),
  },
  {
    what: "dropping what is not there",
    code: "personalize/unknown-dropped",
    act: () => fit({ drop: ["sing"] }),
  },
  {
    what: "a few rows of each activity",
    code: "personalize/no-windows",
    act: () => {
      const rows = readFileSync("recordings/subject_1.csv", "utf8").split("\n");
      writeFileSync("recordings/subject_1.csv", `${rows.slice(0, 12).join("\n")}\n`);
      return fit({ add: ["rest"] });
    },
  },
  {
    what: "a sequence that nothing could follow",
    code: "cli/bad-sequence",
    act: () => fit({ sequence: 2 ** 32 }),
  },
  {
    what: "more windows to fit on than there are",
    code: "personalize/nothing-held-back",
    act: () => fit({ windows: 200 }),
  },
  { what: "calibrating windows with wrong labels", code: "personalize/worse", act: mislabelled },
  { what: "no key where the firmware wants one", code: "personalize/no-key", act: () => publicKeyOf({}) },
  {
    what: "the key of another pair",
    code: "personalize/other-key",
    act: () => {
      const [file] = makeKeys("others");
      return publicKeyOf({ keyFile: file! });
    },
  },
];
