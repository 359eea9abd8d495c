// What a data format must provide; the table of them is index.ts.
import type { Units } from "../../spec/band.ts";
import type { Recording } from "../recording.ts";
import type { DataSource } from "../source.ts";
import type { UnitFactors } from "../units.ts";

export interface LoadContext {
  readonly source: DataSource;
  /** Those files of the source that `selectFiles` chose. */
  readonly files: readonly string[];
  readonly factors: UnitFactors;
  readonly repeatedStamps: "error" | "drop";
}

/** Recordings of some files, handed over as soon as those are read, so that progress can be shown. */
interface LoadedPart {
  readonly recordings: readonly Recording[];
  /** How many of the context's files are now done. */
  readonly filesDone: number;
}

export interface DatasetLoader {
  readonly title: string;
  /** The files it looks for, for messages. */
  readonly expects: string;
  /** Units that the published format fixes; null where the files must declare them. */
  readonly units: Units | null;
  /** The files that belong to it, of all that are there. */
  selectFiles(files: readonly string[]): readonly string[];
  /** Readable names of recorded labels, where the format has them. */
  labelNames(source: DataSource): Readonly<Record<string, string>>;
  load(context: LoadContext): Generator<LoadedPart, void>;
}
