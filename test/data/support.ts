// Small data sets in memory and on disk for the tests of the data layer.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { decodeFile } from "../../src/data/file-text.ts";
import type { Recording } from "../../src/data/recording.ts";
import type { DataSource } from "../../src/data/source.ts";
import type { Stream, WindowSet } from "../../src/data/window-set.ts";
import { cutWindows } from "../../src/data/windows.ts";
import { type BandSpec, bandSchema } from "../../src/spec/band.ts";

export const HEADER = "t_ms,ax,ay,az,gx,gy,gz,label,session";
export const CARD = "name: test\nunits: {accel: g, gyro: deg/s}\n";

export type Files = Readonly<Record<string, string | Uint8Array>>;

export function memorySource(files: Files): DataSource {
  const bytes = (file: string): Uint8Array => Buffer.from(files[file] ?? "");
  return {
    path: "memory",
    files: Object.keys(files).sort(),
    bytes,
    text: (file) => decodeFile(file, bytes(file)),
  };
}

/** Writes files below a new temporary folder, removed when the test ends. */
export function temporaryFolder(files: Files = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "bandsmith-data-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

export function band(fields: Record<string, unknown> = {}): BandSpec {
  return bandSchema.parse({ board: "any", model: "any", data: ".", ...fields });
}

export interface Bout {
  readonly label: string;
  readonly session: string;
  readonly seconds: number;
}

/** CSV rows of still-ish wrists at 1 g: a slow wobble whose frequency depends on the label. */
export function bouts(list: readonly Bout[], rateHz = 20, header = HEADER): string {
  const lines = [header];
  let [session, t] = ["", 0];
  for (const bout of list) {
    if (bout.session !== session) [session, t] = [bout.session, 0];
    const pace = 1 + (bout.label.charCodeAt(0) % 5);
    for (let i = 0; i < bout.seconds * rateHz; i++, t++) {
      const wobble = (0.05 * Math.sin((pace * t) / rateHz)).toFixed(4);
      lines.push(`${(t * 1000) / rateHz},${wobble},0.01,0.999,${wobble},1,-1,${bout.label},${bout.session}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** `count` subjects, each with 30 s of every label in a session of its own. */
export function people(count: number, labels: readonly string[] = ["walk", "sit"], seconds = 30): Files {
  const files: Record<string, string> = { "dataset.yaml": CARD };
  for (let p = 1; p <= count; p++) {
    const list = labels.map((label) => ({ label, session: `${label}-1`, seconds }));
    files[`subject_${String(p).padStart(2, "0")}.csv`] = bouts(list);
  }
  return files;
}

export function recording(fields: Partial<Recording> & Pick<Recording, "tMs">): Recording {
  const n = fields.tMs.length;
  return {
    subject: "1",
    file: "subject_1.csv",
    session: "a",
    firstLine: 2,
    values: new Float32Array(6 * n),
    labelIndex: new Uint16Array(n),
    labelNames: ["walk"],
    repeatedRows: 0,
    lostRows: 0,
    ...fields,
  };
}

/** Windows of 4 samples, stride 2, over streams whose samples count up from `first`. */
export function countingWindows(
  streams: readonly { subject: string; label: number; samples: number; first?: number }[],
): WindowSet {
  const made = streams.map(
    ({ subject, label, samples, first = 0 }, index): Stream => ({
      subject,
      label,
      session: "a",
      source: `stream ${index}`,
      samples: Int32Array.from({ length: samples * 6 }, (_, i) => 256 * (first + Math.floor(i / 6))),
    }),
  );
  return cutWindows(made, { windowSamples: 4, strideSamples: 2 });
}

/** The error that `run` throws or rejects with. */
export async function failure(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  return null;
}
