// push and collect as processes on a real terminal device, with the real firmware at its other end: lines are lost, and the
// port is unplugged.
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { generateProject } from "../../../src/codegen/generate-project.ts";
import { loadDataset } from "../../../src/data/load.ts";
import { Band } from "../../../src/emulate/band.ts";
import { sourceOf } from "../../../src/emulate/motion-source.ts";
import { defaultBand } from "../../../src/pipeline/data.ts";
import { compileToWasm } from "../../../src/pipeline/twin/compile-wasm.ts";
import { twinSources } from "../../../src/pipeline/twin/sources.ts";
import { projectInput, smallGraph } from "../../codegen/small-project.ts";
import { hostOf } from "../../emulate/support.ts";
import { REPOSITORY } from "../../firmware/support/wasm.ts";
import { headFileFor, personalHead } from "../../support/head-for-project.ts";
import { HAS_PTY, type PtyBand, ptyBand } from "../../support/pty-band.ts";
import { writeTree } from "../../support/write-tree.ts";

const KEYS = generateKeyPairSync("ed25519");
const PROJECT = generateProject({
  ...projectInput("bandx-esp32"),
  collect: true,
  publicKey: new Uint8Array(KEYS.publicKey.export({ type: "spki", format: "der" })).slice(-32),
});
const WRIST = sourceOf("physical", (t) => [
  0.6 * Math.sin(5 * t),
  0.4 * Math.sin(3 * t),
  0.9,
  90 * Math.sin(4 * t),
  0,
  0,
]);

let module: WebAssembly.Module;
beforeAll(async () => {
  if (!HAS_PTY)
    process.stderr.write(
      "push and collect were not run on a pseudo terminal: python3 with its pty module is not here\n",
    );
  else module = (await compileToWasm(twinSources(PROJECT), { cacheFolder: null })).module;
});

let folder = "";
let out = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "bandsmith-port-"));
  out = path.join(folder, "recordings");
  writeTree(folder, PROJECT);
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
});

async function plugged(
  act: (band: PtyBand, twin: Band) => Promise<void>,
  through?: (line: string) => string | null,
): Promise<void> {
  const twin = new Band(module, hostOf({ sensor: { source: WRIST } }));
  twin.run(6);
  const band = await ptyBand(twin, through);
  try {
    await act(band, twin);
  } finally {
    band.unplug();
    await band.ended;
  }
}

/** From the sources: dist/ may be another test's. */
function bandsmith(...args: readonly string[]) {
  return execa(
    "node",
    ["--import", import.meta.resolve("tsx"), path.join(REPOSITORY, "src/cli/main.ts"), ...args],
    {
      cwd: folder,
      reject: false,
      stdin: "ignore",
    },
  );
}

const collecting = (port: string, seconds: number) =>
  [
    ...["collect", folder, "--subject", "anna", "--activity", "walking", "--activity", "sitting"],
    ...["--seconds", String(seconds), "--countdown", "0", "-o", out, "--port", port, "--json"],
  ] as const;

/** What was said of the first failure. */
const errorOf = (stdout: string): unknown => (JSON.parse(stdout) as { error: { code: string } }).error.code;

describe.runIf(HAS_PTY)("bandsmith collect on a terminal device", () => {
  it("records what comes, and tells of a line that was lost", async () => {
    let seen = 0;
    await plugged(
      async ({ port }) => {
        const { exitCode, stdout, stderr } = await bandsmith(...collecting(port, 2));
        expect(stderr).toContain("sitting: 2.0 s");
        expect(exitCode).toBe(0);
        expect(JSON.parse(stdout)).toMatchObject({
          lost: 5,
          damaged: 0,
          gaps: [{ why: "lines", samples: 5 }],
        });
      },
      (line) => (line.includes('"samples"') && ++seen === 5 ? null : line),
    );
    expect(readdirSync(out).sort()).toEqual([
      "dataset.yaml",
      "subject_anna_sitting.csv",
      "subject_anna_walking.csv",
    ]);
    const source = {
      path: out,
      format: "recordings",
      accel: undefined,
      gyro: undefined,
      repeatedStamps: "error",
    } as const;
    const { recordings } = await loadDataset(defaultBand(source).data, "/");
    expect(recordings.reduce((sum, { tMs }) => sum + tMs.length, 0)).toBe(80);
    expect(recordings.length).toBe(3);
  });

  it("ends with one message where the port is unplugged, and leaves what was complete", async () => {
    await plugged(async ({ port, unplug }) => {
      const running = bandsmith(...collecting(port, 3));
      running.stderr.on("data", (bytes: Buffer) => {
        if (bytes.toString().includes("sitting: recording")) setTimeout(unplug, 500);
      });
      const { exitCode, stdout, stderr } = await running;
      expect(errorOf(stdout)).toBe("device/port-gone");
      expect(exitCode).toBe(1);
      expect(stderr.match(/^error: /gm)).toHaveLength(1);
      expect(stderr).not.toContain(" at ");
    });
    expect(readdirSync(out).sort()).toEqual(["dataset.yaml", "subject_anna_walking.csv"]);
  });

  it("keeps what is complete when it is interrupted", async () => {
    await plugged(async ({ port }, twin) => {
      const running = bandsmith(...collecting(port, 2));
      running.stderr.on("data", (bytes: Buffer) => {
        if (bytes.toString().includes("sitting: recording")) running.kill("SIGINT");
      });
      const { exitCode, stdout } = await running;
      expect(exitCode).toBe(130);
      expect(JSON.parse(stdout)).toMatchObject({ interrupted: true, dropped: "sitting" });
      // The band was told, and does not wait for its time to run out.
      expect(twin.host.lines.findLast(({ json }) => json?.["event"] === "collect")?.json).toMatchObject({
        detail: "ended",
      });
    });
    expect(readdirSync(out).sort()).toEqual(["dataset.yaml", "subject_anna_walking.csv"]);
  });
});

describe.runIf(HAS_PTY)("bandsmith collect in a terminal", () => {
  it("is led by keys, and shows what comes", async () => {
    await plugged(async ({ port }) => {
      const running = execa(
        "python3",
        [
          path.join(REPOSITORY, "test/support/pty_run.py"),
          "node",
          ...["--import", import.meta.resolve("tsx"), path.join(REPOSITORY, "src/cli/main.ts")],
          ...["collect", folder, "--subject", "anna", "--activity", "walking", "--activity", "sitting"],
          ...["--countdown", "1", "-o", out, "--port", port],
        ],
        { cwd: folder, reject: false },
      );
      // What is drawn decides which key comes next: skip walking, start sitting, end it.
      const keys = [
        ["next: walking", "n"],
        ["next: sitting", " "],
        ["sitting: 1.", "q"],
      ];
      let drawn = "";
      running.stdout.on("data", (bytes: Buffer) => {
        drawn += bytes.toString();
        const [sign, key] = keys[0] ?? [];
        if (sign === undefined || !drawn.includes(sign)) return;
        running.stdin.write(key!);
        keys.shift();
      });
      const { exitCode } = await running;
      expect(keys).toEqual([]);
      expect(exitCode).toBe(0);
      expect(drawn).toContain("sitting in 1");
      expect(drawn).toMatch(/az \[ *\|[# ]*\] +\d\.\d\d g/);
      expect(drawn).toMatch(/sitting: \d\.\d s, \d windows, no gaps: /);
    });
    expect(readdirSync(out).sort()).toEqual(["dataset.yaml", "subject_anna_sitting.csv"]);
  });
});

describe.runIf(HAS_PTY)("bandsmith push on a terminal device", () => {
  const file = (): string => {
    const name = path.join(folder, "anna.head");
    writeFileSync(name, headFileFor(PROJECT, personalHead(smallGraph(), 32), 7, KEYS.privateKey));
    return name;
  };

  it("brings a head to the band over a line that swallows answers, and takes it back", async () => {
    let answers = 0;
    await plugged(
      async ({ port }, twin) => {
        const heads = (): unknown[] =>
          twin.host.lines.flatMap(({ json }) => (json?.["event"] === "head" ? [json["detail"]] : []));
        const pushed = await bandsmith("push", file(), "--project", folder, "--port", port);
        expect(pushed.stdout).toContain("head 7 is in use");
        expect(pushed.exitCode).toBe(0);
        expect(heads().at(-1)).toBe("personal");
        const dropped = await bandsmith("push", "--drop", "--project", folder, "--port", port);
        expect(dropped.exitCode).toBe(0);
        expect(heads().at(-1)).toBe("general");
      },
      (line) => (line.includes('"head-line"') && ++answers % 7 === 3 ? null : line),
    );
    expect(answers).toBeGreaterThan(7);
  });

  it("ends with one message where the port is unplugged, and the band has the head of before", async () => {
    let parts = 0;
    await plugged(
      async ({ port, unplug }, twin) => {
        const running = bandsmith("push", file(), "--project", folder, "--port", port, "--json");
        const timer = setInterval(() => {
          if (parts >= 5) unplug();
        }, 5);
        const { exitCode, stdout, stderr } = await running;
        clearInterval(timer);
        expect(errorOf(stdout)).toBe("device/port-gone");
        expect(exitCode).toBe(1);
        expect(stderr.match(/^error: /gm)).toHaveLength(1);
        expect(stderr).not.toContain(" at ");
        twin.restart("powerOn");
        twin.run(twin.host.clock.micros / 1e6 + 5);
        const told = twin.host.lines.findLast(({ json }) => json?.["event"] === "head");
        expect(told?.json).toMatchObject({ detail: "general" });
      },
      (line) => {
        if (line.includes('"taken"')) parts++;
        return line;
      },
    );
    expect(existsSync(out)).toBe(false);
  });
});
