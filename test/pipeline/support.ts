// A tiny band for tests of the whole way: three subjects, two activities that a small net tells apart in seconds.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { sha256 } from "../../src/util/hash.ts";
import { seededRandom } from "../../src/util/random.ts";

const RATE_HZ = 20;
const SECONDS = 40;

/** One subject's CSV: a still wrist and a shaking one, in g and deg/s. */
function recording(subject: number): string {
  const random = seededRandom(`subject ${subject}`);
  const rows = ["t_ms,ax,ay,az,gx,gy,gz,label,session"];
  for (const [label, swing] of [
    ["rest", 0.02],
    ["shake", 0.8],
  ] as const) {
    for (let i = 0; i < SECONDS * RATE_HZ; i++) {
      const phase = (2 * Math.PI * (2 + 0.2 * subject) * i) / RATE_HZ;
      const noise = (): number => 0.01 * random.normal();
      const accel = [swing * Math.sin(phase) + noise(), noise(), 1 + noise()];
      const gyro = [200 * swing * Math.cos(phase), noise(), noise()];
      const values = [...accel, ...gyro].map((value) => value.toFixed(4));
      rows.push([(i * 1000) / RATE_HZ, ...values, label, label].join(","));
    }
  }
  return `${rows.join("\n")}\n`;
}

export const TINY_BAND = `board: esp32-devkit
name: tiny
data: ./recordings
model: { use: bandx-cnn, parameters: { filters: 4 } }
split: { by: subject, test: ["3"], validation: ["2"] }
train: { epochs: 2, batchSize: 16 }
`;

/** A new folder with recordings/ and band.yaml, removed when the test ends. */
export function tinyBand(text = TINY_BAND): string {
  const folder = temporaryTinyBand(text);
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** The same, removed by whoever asks for it. */
export function temporaryTinyBand(text = TINY_BAND): string {
  const folder = mkdtempSync(path.join(tmpdir(), "bandsmith-band-"));
  const recordings = path.join(folder, "recordings");
  mkdirSync(recordings);
  writeFileSync(path.join(recordings, "dataset.yaml"), "name: tiny\nunits: {accel: g, gyro: deg/s}\n");
  for (const subject of [1, 2, 3])
    writeFileSync(path.join(recordings, `subject_${subject}.csv`), recording(subject));
  writeFileSync(path.join(folder, "band.yaml"), text);
  return folder;
}

/** Every file below a folder with the SHA-256 of its bytes. */
export function snapshot(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = files.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((file) => [path.relative(folder, file), sha256(readFileSync(file))]));
}
