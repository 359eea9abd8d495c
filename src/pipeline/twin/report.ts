// What a run of the twin found, as plain data: the command line prints it, scripts read it.
import type { PushEnd } from "../../device/head-push.ts";
import { type Fault, printFault } from "../../emulate/faults.ts";
import type { Finding } from "../../emulate/findings.ts";
import type { BandHost } from "../../emulate/host.ts";
import type { Proof } from "../../emulate/proof.ts";
import { type Accuracy, deafSeconds, type Phase, type SampleAccount } from "../../emulate/summary.ts";
import type { ToldSamples } from "./ask-samples.ts";
import type { TwinProject } from "./project.ts";
import { failuresOf } from "./verdict.ts";

export interface EmulationReport {
  readonly project: string;
  readonly board: string;
  readonly model: string;
  readonly faults: readonly string[];
  /** Virtual, and on this computer's clock. */
  readonly seconds: number;
  readonly wallSeconds: number;
  /** Virtual seconds a second. */
  readonly speed: number;
  readonly windows: number;
  /** int8 outputs against the reference interpreter's. */
  readonly values: number;
  readonly different: number;
  readonly wrongInputs: number;
  readonly missingWindows: number;
  readonly malformedLines: number;
  /** Labels, confidences and shown activities that do not follow from the outputs. */
  readonly wrongDecisions: number;
  /** What was learned from the wearer, and would not have been by the reference. */
  readonly wrongLearning: number;
  /** The run ends so long after the last window, and the firmware has not said why. */
  readonly deafSeconds: number;
  readonly samples: SampleAccount;
  readonly accuracy: Accuracy | null;
  readonly unknownLabels: readonly string[];
  readonly phases: readonly Phase[];
  /** How often each event stood on the serial port; windows are counted above. */
  readonly events: Readonly<Record<string, number>>;
  /** Share of the time that the chip was awake: transfers, waits and an assumed 100 µs a turn of the loop. */
  readonly awakeShare: number;
  readonly starts: number;
  /** Null where a process ran whose stack says nothing of the chip's. */
  readonly freeStackBytes: number | null;
  /** Bytes of stack that were taken into use after the first minute. */
  readonly stackGrowthBytes: number;
  readonly findings: readonly Finding[];
  readonly pictures: readonly string[];
  /** How it ended that a head was sent; null where none was. */
  readonly push: PushEnd | null;
  /** Samples that were asked for; null where none were. */
  readonly collected: ToldSamples | null;
  /** Why it has not passed, in words. */
  readonly failures: readonly string[];
  /** Nothing differs, nothing is missing, nothing was found. */
  readonly passed: boolean;
}

export function emulationReport(parts: {
  readonly project: TwinProject;
  readonly host: BandHost;
  readonly faults: readonly Fault[];
  readonly until: number;
  readonly wallSeconds: number;
  readonly proof: Proof;
  readonly samples: SampleAccount;
  readonly accuracy: Accuracy | null;
  readonly phases: readonly Phase[];
  readonly freeStackBytes: number | null;
  readonly unknownLabels: readonly string[];
  readonly pictures: readonly string[];
  readonly push: PushEnd | null;
  readonly collected: ToldSamples | null;
}): EmulationReport {
  const { project, host, proof, samples, until, wallSeconds } = parts;
  const { manifest } = project;
  const stackGrowthBytes = stackGrowth(proof);
  const deaf = deafSeconds(host.lines, until, parts.faults.length > 0);
  const { lines, findings } = host;
  const failures = failuresOf({
    lines,
    findings,
    faults: parts.faults,
    proof,
    samples,
    deafSeconds: deaf,
    stackGrowthBytes,
    push: parts.push,
    collected: parts.collected,
  });
  return {
    project: manifest.name,
    board: manifest.board,
    model: manifest.model,
    faults: parts.faults.map(printFault),
    seconds: until,
    wallSeconds: Number(wallSeconds.toFixed(3)),
    speed: Math.round(until / Math.max(wallSeconds, 0.001)),
    windows: proof.windows.length,
    values: proof.values,
    different: proof.different,
    wrongInputs: proof.wrongInputs,
    missingWindows: proof.missing,
    malformedLines: proof.malformed,
    wrongDecisions: proof.wrongDecisions,
    wrongLearning: proof.wrongLearning,
    deafSeconds: Number(deaf.toFixed(1)),
    samples,
    accuracy: parts.accuracy,
    unknownLabels: parts.unknownLabels,
    phases: parts.phases,
    events: countEvents(host),
    awakeShare: Number((1 - host.sleptMicros / Math.max(1, host.clock.micros)).toFixed(4)),
    starts: host.starts,
    freeStackBytes: parts.freeStackBytes,
    stackGrowthBytes,
    findings,
    pictures: parts.pictures,
    push: parts.push,
    collected: parts.collected,
    failures,
    passed: failures.length === 0,
  };
}

const SETTLED_MICROS = 60e6;

/** Between the first window after a minute and the last. */
function stackGrowth({ windows }: Proof): number {
  const settled = windows.find(({ atMicros }) => atMicros >= SETTLED_MICROS);
  return settled === undefined ? 0 : settled.line.stack - windows.at(-1)!.line.stack;
}

function countEvents({ lines }: BandHost): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { json } of lines) {
    const event = json === null ? "not JSON" : String(json["event"]);
    if (event !== "window") counts.set(event, (counts.get(event) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
