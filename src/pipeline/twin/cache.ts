// Where compiled bands are kept between runs.
import os from "node:os";
import path from "node:path";

/** The system's cache folder for this user: XDG Base Directory Specification 0.8. */
export function twinCacheFolder(): string {
  const base = process.env["XDG_CACHE_HOME"];
  const folder = base !== undefined && path.isAbsolute(base) ? base : path.join(os.homedir(), ".cache");
  return path.join(folder, "bandsmith", "twin");
}
