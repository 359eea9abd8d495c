// Where the project lies that a person means by a band file or a folder.
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { loadBandFile } from "./band-file.ts";
import { PROJECT_FOLDER } from "./layout.ts";

export interface ProjectPlaces {
  /** The first that has a project is meant; relative to the working directory where they follow from a band file. */
  readonly candidates: readonly string[];
  /** The band file to build, for a message; a placeholder where there is none. */
  readonly bandFile: string;
}

/**
 * @param where a band file, or a folder with a project or with a band that was built into it
 * @throws UserError file/not-found, band/*
 */
export function projectPlaces(where: string): ProjectPlaces {
  if (!isFolder(where)) return { candidates: [projectOf(where)], bandFile: where };
  const bandFile = path.join(where, "band.yaml");
  const inFolder = [where, path.join(where, PROJECT_FOLDER)];
  return existsSync(bandFile)
    ? { candidates: [...inFolder, projectOf(bandFile)], bandFile }
    : { candidates: inFolder, bandFile: "BAND.yaml" };
}

function isFolder(where: string): boolean {
  return statSync(where, { throwIfNoEntry: false })?.isDirectory() === true;
}

function projectOf(bandFile: string): string {
  return path.relative(process.cwd(), path.join(loadBandFile(bandFile).outDir, PROJECT_FOLDER));
}
