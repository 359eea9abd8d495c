// The emulated cores by the names that figures are kept under, and the compilers that are here for them.
import { compilerVersion, missingPackages } from "../../scripts/qemu/machine.ts";
import { LX6, LX6_PORTABLE, TARGETS, type Target } from "../../scripts/qemu/targets.ts";

export interface Core {
  readonly id: string;
  readonly target: Target;
}

export const CORES: readonly Core[] = [
  ...TARGETS.map((target) => ({ id: target.id, target })),
  { id: "lx6", target: LX6_PORTABLE },
  { id: "lx6 MAC16", target: LX6 },
];

export interface Found {
  readonly cores: readonly Core[];
  /** A line for each that is not here. */
  readonly missing: readonly string[];
}

export function findCores(ids: readonly string[]): Found {
  const wanted = CORES.filter(({ id }) => ids.includes(id));
  const lacks = new Map(wanted.map((core) => [core, missingPackages([core.target])]));
  return {
    cores: wanted.filter((core) => lacks.get(core)!.length === 0),
    missing: wanted.flatMap((core) => {
      const packages = lacks.get(core)!;
      return packages.length === 0
        ? []
        : [`Not measured: ${core.id}, ${core.target.title}; not here: ${packages.join(", ")}`];
    }),
  };
}

/** Other versions of a compiler give other counts. */
export function compilerOf({ target }: Core): string {
  return compilerVersion(target);
}
