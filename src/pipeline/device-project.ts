// Which PlatformIO project a band file or a folder means, and which of its environments.
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { noProject } from "../util/messages.ts";
import { loadBandFile } from "./band-file.ts";
import { readNeeded } from "./files.ts";
import { PROJECT_FOLDER } from "./layout.ts";

export interface DeviceProject {
  readonly folder: string;
  /** What the project builds by default: the board. */
  readonly defaultEnvironment: string | null;
}

const CONFIGURATION = "platformio.ini";

/**
 * @param where a band file, or a folder with a project or with a band that was built into it
 * @throws UserError device/no-project, file/not-found, band/*
 */
export function findProject(where: string): DeviceProject {
  const isFolder = existsSync(where) && statSync(where).isDirectory();
  const bandFile = isFolder ? path.join(where, "band.yaml") : where;
  const candidates = isFolder
    ? [where, path.join(where, PROJECT_FOLDER), ...(existsSync(bandFile) ? [projectOf(bandFile)] : [])]
    : [projectOf(bandFile)];
  const folder = candidates.find((one) => existsSync(path.join(one, CONFIGURATION)));
  if (folder === undefined) {
    const shown = candidates.map((one) => path.relative(process.cwd(), one) || ".");
    throw noProject(shown.at(-1)!, isFolder && !existsSync(bandFile) ? "BAND.yaml" : bandFile);
  }
  const text = readNeeded(path.join(folder, CONFIGURATION), "The project").toString("utf8");
  const defaultEnvironment = /^default_envs\s*=\s*(\S+)\s*$/m.exec(text)?.[1] ?? null;
  return { folder: path.resolve(folder), defaultEnvironment };
}

function projectOf(bandFile: string): string {
  return path.join(loadBandFile(bandFile).outDir, PROJECT_FOLDER);
}
