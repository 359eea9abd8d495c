// activity_labels.txt of UCI HAR and HAPT: "1 WALKING" a line.
import { dataBadRecord } from "../../util/messages.ts";
import { baseName, type DataSource } from "../source.ts";
import { forEachLine } from "./lines.ts";

const FILE_NAME = "activity_labels.txt";

/** Code to name; empty where the file is not there. @throws UserError data/bad-record */
export function readActivityLabels(source: DataSource): Record<string, string> {
  const file = source.files.find((name) => baseName(name) === FILE_NAME);
  const names: Record<string, string> = {};
  if (file === undefined) return names;
  forEachLine(source.text(file), (line, lineNumber) => {
    const match = /^(\d+)\s+(\S+)$/.exec(line);
    if (match === null) throw dataBadRecord(file, lineNumber, line.slice(0, 80), "a number and a name");
    names[match[1]!] = match[2]!;
  });
  return names;
}
