// Which PlatformIO project a band file or a folder means, and which of its environments.
import { existsSync } from "node:fs";
import path from "node:path";
import { noProject } from "../util/messages.ts";
import { readNeeded } from "./files.ts";
import { projectPlaces } from "./project-places.ts";

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
  const { candidates, bandFile } = projectPlaces(where);
  const folder = candidates.find((one) => existsSync(path.join(one, CONFIGURATION)));
  if (folder === undefined) throw noProject(path.normalize(candidates.at(-1)!), bandFile);
  const text = readNeeded(path.join(folder, CONFIGURATION), "The project").toString("utf8");
  const defaultEnvironment = /^default_envs\s*=\s*(\S+)\s*$/m.exec(text)?.[1] ?? null;
  return { folder: path.resolve(folder), defaultEnvironment };
}
