// What figures were when they were last looked at, by network, core and optimisation level, with the compilers that
// gave them: another compiler's figures are not comparable, and nothing is said of them.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { count } from "../../src/cli/output.ts";
import type { Figures } from "./measure.ts";

const FILE = path.join(import.meta.dirname, "../chip-baseline.json");
/** How much worse a figure may get. */
const TOLERANCE = 1.02;

export interface Baseline {
  /** By core. */
  readonly compilers: Readonly<Record<string, string>>;
  /** By keyOf. */
  readonly figures: Readonly<Record<string, Figures>>;
}

export interface Entry {
  readonly model: string;
  readonly core: string;
  readonly optimize: string;
  readonly figures: Figures;
}

export interface Judgement {
  readonly worse: readonly string[];
  /** Worth knowing, and no failure. */
  readonly notes: readonly string[];
}

function keyOf({ model, core, optimize }: Omit<Entry, "figures">): string {
  return `${model} ${core} ${optimize}`;
}

export function readBaseline(): Baseline {
  if (!existsSync(FILE)) return { compilers: {}, figures: {} };
  return JSON.parse(readFileSync(FILE, "utf8")) as Baseline;
}

export function judge(
  baseline: Baseline,
  entries: readonly Entry[],
  compilers: Readonly<Record<string, string>>,
): Judgement {
  const strange = Object.entries(compilers).filter(
    ([core, version]) => (baseline.compilers[core] ?? version) !== version,
  );
  const judged = entries.filter(({ core }) => strange.every(([other]) => other !== core));
  const unknown = judged.map(keyOf).filter((key) => baseline.figures[key] === undefined);
  return {
    worse: judged.flatMap((entry) => regressions(entry, baseline.figures[keyOf(entry)])),
    notes: [
      ...strange.map(
        ([core, version]) =>
          `Not judged: ${core}: the baseline is of ${baseline.compilers[core]!}, this is ${version}`,
      ),
      ...unknown.map((key) => `New: ${key}: not in the baseline; --update puts it there`),
    ],
  };
}

function regressions(entry: Entry, before: Figures | undefined): string[] {
  if (before === undefined) return [];
  return (["instructions", "code", "constants", "memory"] as const).flatMap((name) =>
    entry.figures[name] > before[name] * TOLERANCE
      ? [`Worse: ${keyOf(entry)}: ${name} ${count(before[name])} before, ${count(entry.figures[name])} now`]
      : [],
  );
}

/** Figures of another compiler go: they would be judged as if this one had given them. */
export function updated(
  baseline: Baseline,
  entries: readonly Entry[],
  compilers: Readonly<Record<string, string>>,
): Baseline {
  const changed = Object.keys(compilers).filter(
    (core) => (baseline.compilers[core] ?? compilers[core]) !== compilers[core],
  );
  const kept = Object.entries(baseline.figures).filter(([key]) =>
    changed.every((core) => !key.includes(` ${core} -`)),
  );
  const now = entries.map((entry) => [keyOf(entry), entry.figures] as const);
  const figures = [...new Map([...kept, ...now])].sort(([a], [b]) => (a < b ? -1 : 1));
  return { compilers: { ...baseline.compilers, ...compilers }, figures: Object.fromEntries(figures) };
}

export function writeBaseline(baseline: Baseline): void {
  writeFileSync(FILE, `${JSON.stringify(baseline, null, 2)}\n`);
}
