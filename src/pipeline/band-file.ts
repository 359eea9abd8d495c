// A band.yaml on disk: read, checked, and with the paths that follow from where it lies.
import path from "node:path";
import type { BandSpec } from "../spec/band.ts";
import { type BandText, readBand } from "../spec/read-band.ts";
import { badSeed } from "../util/messages.ts";
import { readNeeded } from "./files.ts";
import { isSeed } from "./option-values.ts";

export interface BandFile {
  readonly band: BandSpec;
  readonly name: string;
  /** Folder of band.yaml: relative paths in it start here. */
  readonly baseDir: string;
  /** Where everything that is built goes. */
  readonly outDir: string;
  /** "file:line" of a key, for messages about what it names. */
  readonly whereIs: BandText["whereIs"];
}

/**
 * @param overrides the command line's --seed
 * @throws UserError file/not-found, cli/bad-seed, band/*
 */
export function loadBandFile(file: string, overrides: { readonly seed?: number | undefined } = {}): BandFile {
  const { seed } = overrides;
  if (seed !== undefined && !isSeed(seed)) throw badSeed(seed);
  const absolute = path.resolve(file);
  const text = readNeeded(absolute, "The band file").toString("utf8");
  const { band: read, whereIs } = readBand(text, path.relative(process.cwd(), absolute) || file);
  const band: BandSpec = seed === undefined ? read : { ...read, seed };
  const baseDir = path.dirname(absolute);
  const stem = path.basename(absolute).replace(/\.ya?ml$/, "");
  // A file simply called band.yaml is named after its folder.
  const name = band.name ?? sanitize(stem === "band" ? path.basename(baseDir) : stem);
  return {
    band,
    name,
    baseDir,
    whereIs,
    outDir: path.resolve(baseDir, band.out ?? path.join("build", name)),
  };
}

function sanitize(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "") || "band";
}
