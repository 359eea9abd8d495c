// The command line as a person and a script meet it: exit codes, messages, JSON, pipes.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { readTflite } from "../../src/tflite/read.ts";
import { writeTflite } from "../../src/tflite/write.ts";
import { withChangedWeight } from "../evaluate/support.ts";
import { TINY_BAND, tinyBand } from "../pipeline/support.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const GOLDEN = path.join(ROOT, "test/golden/tflm");

const NET = path.join(GOLDEN, "convolutional-nets-1.tflite");

interface Outcome {
  readonly exitCode?: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

function bandsmith(
  args: readonly string[],
  options: { input?: Uint8Array; cwd?: string } = {},
): Promise<Outcome> {
  const command = [path.join(ROOT, "dist/cli/main.js"), ...args];
  return execa("node", command, { reject: false, encoding: "buffer", ...options });
}

/** What users run, from the sources as they are: it starts three times as fast as TypeScript does. */
beforeAll(async () => {
  await execa("npx", ["tsc", "-p", "tsconfig.build.json"], { cwd: ROOT });
});

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), "bandsmith-cli-"));
  onTestFinished(() => {
    rmSync(made, { recursive: true, force: true });
  });
  return made;
}

describe("bandsmith", () => {
  it("teaches with --help and says its version", async () => {
    const help = text((await bandsmith(["--help"])).stdout);
    for (const command of [
      "init",
      "data",
      "train",
      "build",
      "compare",
      "compile",
      "inspect",
      "run",
      "verify",
      "diff",
      "collect",
      "flash",
      "monitor",
      "doctor",
    ]) {
      expect(help).toContain(`bandsmith ${command}`);
    }
    const version = text((await bandsmith(["--version"])).stdout).trim();
    expect(version).toBe(
      (JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { version: string }).version,
    );
    expect(text((await bandsmith(["build", "--help"])).stdout)).toContain("--force");
  });

  it("runs raw frames from stdin to stdout, byte for byte", async () => {
    const frames = readFileSync(path.join(GOLDEN, "convolutional-nets-1.in.bin"));
    const { stdout, exitCode } = await bandsmith(["run", path.join(GOLDEN, "convolutional-nets-1.tflite")], {
      input: frames,
    });
    expect(exitCode).toBe(0);
    expect(Buffer.from(stdout)).toEqual(readFileSync(path.join(GOLDEN, "convolutional-nets-1.out.bin")));
  });

  it("inspects a model, for people and for scripts", async () => {
    const file = path.join(GOLDEN, "convolutional-nets-1.tflite");
    expect(text((await bandsmith(["inspect", file])).stdout)).toContain("SOFTMAX");
    const facts = JSON.parse(text((await bandsmith(["inspect", file, "--json"])).stdout)) as Record<
      string,
      unknown
    >;
    expect(facts["bytes"]).toBe(readFileSync(file).length);
    expect(facts["macs"]).toBeGreaterThan(0);
  });

  it("estimates the compiled engine's instructions, for every core or a board's", async () => {
    const file = path.join(GOLDEN, "convolutional-nets-1.tflite");
    const shown = text((await bandsmith(["inspect", file])).stdout);
    expect(shown).toContain("an estimate of executed instructions, not milliseconds");
    expect(shown).toMatch(/compiled +rv32imc: about [\d,]+ instructions, [\d,]+ bytes of memory/);
    const args = ["inspect", file, "--board", "bandx-esp32", "--json"];
    const { compiled } = JSON.parse(text((await bandsmith(args)).stdout)) as {
      compiled: { core: string; instructions: number; layers: number[]; memoryBytes: number }[];
    };
    expect(compiled.map(({ core }) => core)).toEqual(["lx6 MAC16"]);
    const [{ instructions, layers }] = compiled as [(typeof compiled)[number]];
    expect(layers.reduce((sum, layer) => sum + layer, 0)).toBe(instructions);
  });

  it("compiles a model, for people and for scripts", async () => {
    const cwd = folder();
    const said = await bandsmith(["compile", NET, "-o", "net", "--namespace", "net"], { cwd });
    expect(said.exitCode).toBe(0);
    expect(text(said.stdout)).toMatch(/^net: \d+ files written, 0 unchanged, 0 removed$/m);
    expect(readFileSync(path.join(cwd, "net/net.h"), "utf8")).toContain("namespace net {");
    const json = text((await bandsmith(["compile", NET, "-o", "other", "--json"], { cwd })).stdout);
    expect(JSON.parse(json)).toMatchObject({ name: "model", target: "portable", vectors: 16 });
    const wrong = await bandsmith(["compile", NET, "-o", "third", "--target", "esp64"], { cwd });
    expect(wrong.exitCode).toBe(1);
  });

  it("compares models, for people and for scripts, and exits with 1 where one cannot be", async () => {
    const cwd = tinyBand(TINY_BAND.replace("epochs: 2", "epochs: 1"));
    const layers = "layers: [flatten, dense: { units: $classes }, softmax]";
    writeFileSync(path.join(cwd, "mine.yaml"), `id: mine\ntitle: Mine\nsource: me\n${layers}\n`);
    const pool = layers.replace("[", "[maxPool1d: { size: 99 }, ");
    writeFileSync(path.join(cwd, "pool.yaml"), `id: pool\ntitle: Pool\nsource: me\n${pool}\n`);
    const said = await bandsmith(["compare", "--models", "bandx-cnn,mine.yaml"], { cwd });
    expect(said.exitCode).toBe(0);
    expect(text(said.stdout)).toMatch(/^mine +(†)? +\d+\.\d\d +/m);
    expect(text(said.stdout)).toContain(path.join("build", "tiny", "compare", "report.html"));
    expect(text(said.stderr)).toMatch(/^\[3\/3\] mine, seed 1\n {6}epoch 1\/1 loss /m);
    const args = ["compare", "band.yaml", "--models", "mine.yaml,pool.yaml", "--seeds", "1", "--json"];
    const refused = await bandsmith(args, { cwd });
    expect(refused.exitCode).toBe(1);
    const { models } = JSON.parse(text(refused.stdout)) as {
      models: { id: string; result: { kind: string } }[];
    };
    expect(models.map(({ id, result }) => [id, result.kind])).toEqual([
      ["mine", "compared"],
      ["pool", "refused"],
    ]);
    const again = await bandsmith(["compare", "--models", "mine.yaml,pool.yaml"], { cwd });
    expect(text(again.stderr)).toContain("the figures of an earlier run are used");
    expect(text(again.stdout)).toContain("pool: not compared (seed 1)");
  });

  it("diffs like diff(1): 0 where equal, 1 and no error where not", async () => {
    const cwd = folder();
    const file = path.join(GOLDEN, "convolutional-nets-1.tflite");
    const same = await bandsmith(["diff", file, file]);
    expect(same.exitCode).toBe(0);
    expect(text(same.stdout)).toContain("equal in structure and in every value");
    const changed = readTflite(readFileSync(file), file);
    const layer = changed.nodes.findIndex((node) => node.op.name === "CONV_2D");
    writeFileSync(path.join(cwd, "b.tflite"), writeTflite(withChangedWeight(changed, layer)));
    const other = await bandsmith(["diff", file, "b.tflite"], { cwd });
    expect(other.exitCode).toBe(1);
    expect(text(other.stderr)).toBe("");
    expect(text(other.stdout)).toMatch(/layer \d+ CONV_2D +weight values/);
    const json = JSON.parse(
      text((await bandsmith(["diff", file, "b.tflite", "--json"], { cwd })).stdout),
    ) as {
      equal: boolean;
    };
    expect(json.equal).toBe(false);
  });

  it("makes a band that explains itself, once", async () => {
    const cwd = folder();
    const { exitCode } = await bandsmith(["init", "my-band"], { cwd });
    expect(exitCode).toBe(0);
    expect(readFileSync(path.join(cwd, "my-band/band.yaml"), "utf8")).toContain("model: bandx-cnn");
    const again = await bandsmith(["init", "my-band"], { cwd });
    expect(again.exitCode).toBe(1);
    expect(text(again.stderr)).toMatch(/^error: my-band.band\.yaml is already there\.\n {2}hint: /);
  });

  it.each([
    ["a band file that is not there", ["build", "nowhere.yaml"], "there is no"],
    ["a model that is not there", ["inspect", "nowhere.tflite"], "there is no nowhere.tflite"],
    ["a model that is none", ["inspect", "band.yaml"], "band.yaml is not a TensorFlow Lite model"],
    ["a broken key", ["build", "band.yaml"], "band.yaml:2: modle is not a key"],
    ["a missing data folder", ["data", "info", "nowhere"], "there is no nowhere"],
    ["one unit only", ["data", "info", ".", "--accel", "g"], "Only one of --accel and --gyro"],
    [
      "a Python that is not there",
      ["verify", NET, "--against", "tflm", "--python", "no-py"],
      '"no-py" cannot',
    ],
    ["an unknown runtime", ["verify", NET, "--against", "tfjs"], 'there is no runtime "tfjs"'],
    ["recordings beside a band", ["verify", "band.yaml", "--data", "."], "--data is for a .tflite file"],
    ["an option without its value", ["flash", "band.yaml", "--port"], "port is given without a value"],
    ["an option twice", ["emulate", "--cc", "g++", "--cc", "clang++"], "cc is given 2 times"],
    ["a fault before the project", ["emulate", "--fault", "quake", "band.yaml"], 'there is no fault "quake"'],
    ["a comparison without a band file", ["compare", "no.yaml", "--models", "lstm"], "there is no no.yaml"],
    ["an unknown board", ["init", "x", "--board", "esp64"], '--board: there is no board "esp64"'],
  ])("answers %s with one message and no stack", async (_what, args, message) => {
    const cwd = folder();
    writeFileSync(path.join(cwd, "band.yaml"), "board: x\nmodle: y\n");
    const { exitCode, stderr } = await bandsmith(args, { cwd });
    expect(exitCode).toBe(1);
    expect(text(stderr)).toContain(message);
    expect(text(stderr)).toContain("hint: ");
    expect(text(stderr)).not.toMatch(/\n\s+at /);
  });

  it("shows how a command goes where an option wants a value, and no stack", async () => {
    const { exitCode, stderr } = await bandsmith(["emulate", "--fault"]);
    expect(exitCode).toBe(1);
    expect(text(stderr)).toContain("error: Not enough arguments following: fault");
    expect(text(stderr)).not.toMatch(/\n\s+at /);
  });

  it("flashes and monitors: readable, as JSON lines, or as it comes", async () => {
    const cwd = folder();
    writeFileSync(path.join(cwd, "platformio.ini"), "[platformio]\ndefault_envs = esp32-devkit\n");
    const line = '{"event":"window","window":7,"label":"walk","confidence":93,"micros":1834,"stack":5120}';
    const script = `#!/bin/sh\nprintf 'boot:0x13\\r\\n'; echo '${line}'; echo '{"event":"reset","detail":"panic"}'\n`;
    writeFileSync(path.join(cwd, "pio"), script, { mode: 0o755 });
    const monitor = (...args: string[]): Promise<Outcome> =>
      bandsmith(["monitor", ".", "--pio", "./pio", ...args], { cwd });
    const readable = text((await monitor()).stdout);
    expect(readable).toMatch(/^boot:0x13\n\d\d:\d\d:\d\d\.\d\d\d {2}#7 +walk 93 % +1834 µs +stack 5120 B\n/);
    expect(readable).toContain("the chip was started by: panic");
    expect(text((await monitor("--json")).stdout)).toBe(`${line}\n{"event":"reset","detail":"panic"}`);
    expect(text((await monitor("--raw")).stdout)).toContain("boot:0x13");
    const flashed = await bandsmith(["flash", ".", "--pio", "./pio", "--json"], { cwd });
    expect(flashed.exitCode).toBe(0);
    expect(JSON.parse(text(flashed.stdout))).toMatchObject({ flashed: true, environment: "esp32-devkit" });
    const missing = await bandsmith(["flash", ".", "--pio", "./no-pio"], { cwd });
    expect(missing.exitCode).toBe(1);
    expect(text(missing.stderr)).toContain("pip install platformio");
  });

  it("gives scripts the error as JSON", async () => {
    const { exitCode, stdout } = await bandsmith(["inspect", "nowhere.tflite", "--json"]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(text(stdout))).toMatchObject({ error: { code: "file/not-found" } });
  });

  it("refuses half a frame and an unknown command", async () => {
    const half = await bandsmith(["run", path.join(GOLDEN, "convolutional-nets-1.tflite")], {
      input: new Uint8Array(7),
    });
    expect(half.exitCode).toBe(1);
    expect(text(half.stderr)).toContain("0 whole frames and 7 bytes more");
    expect((await bandsmith(["biuld"])).exitCode).toBe(1);
  });
});
