// PlatformIO as a process, played by a shell script: arguments, lines as they come, the ways to end.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findProject } from "../../src/pipeline/device-project.ts";
import { examine } from "../../src/pipeline/doctor.ts";
import { flashProject, monitorProject, type PioOptions } from "../../src/pipeline/pio.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "bandsmith-pio-"));
  mkdirSync(path.join(folder, "project"));
  writeFileSync(path.join(folder, "project/platformio.ini"), "[platformio]\ndefault_envs = esp32-devkit\n");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function program(name: string, script: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
}

function options(script: string, changes: Partial<PioOptions> = {}): PioOptions {
  const project = findProject(path.join(folder, "project"));
  const pio = program("pio", `echo "$@" > ${folder}/arguments\n${script}`);
  return { pio, project, environment: undefined, port: undefined, ...changes };
}

const given = (): string => readFileSync(path.join(folder, "arguments"), "utf8").trim();
const ignore = (): void => undefined;

describe("flashProject", () => {
  it("uploads the project's own environment, or another, to a port", async () => {
    const project = path.join(folder, "project");
    await flashProject(options("exit 0"), ignore);
    expect(given()).toBe(`run -d ${project} -t upload -e esp32-devkit`);
    await flashProject(options("exit 0", { environment: "native", port: "/dev/x" }), ignore);
    expect(given()).toBe(`run -d ${project} -t upload -e native --upload-port /dev/x`);
  });

  it("gives lines on as they come, from both streams", async () => {
    const lines: string[] = [];
    await flashProject(options("echo one; echo two >&2; printf three"), (line, from) => {
      lines.push(`${from} ${line}`);
    });
    expect(lines.sort()).toEqual(["stderr two", "stdout one", "stdout three"]);
  });

  it("quotes the end of what a failing build said, without its colours", async () => {
    const script = 'for i in $(seq 300); do echo "line $i"; done; printf "\\033[31mred\\033[0m\\n"; exit 1';
    const failing = flashProject(options(script), ignore);
    await expect(failing).rejects.toThrow(
      /exit code 1\. It said last:\n {4}line 290\n[^]* {4}line 300\n {4}red$/,
    );
  });

  it("tells a program that is ended from one that is not there", async () => {
    await expect(flashProject(options("kill -KILL $$"), ignore)).rejects.toMatchObject({
      code: "device/pio-failed",
    });
    await expect(flashProject(options("", { pio: folder }), ignore)).rejects.toMatchObject({
      code: "device/no-pio",
    });
  });
});

describe("monitorProject", () => {
  it("asks for raw lines at the firmware's speed, and an interrupt is no failure", async () => {
    const lines: string[] = [];
    const script = `printf '{"event":"start"}\\r\\n'; kill -INT $$`;
    await monitorProject(options(script, { port: "/dev/x" }), (line) => {
      lines.push(line);
    });
    expect(given()).toBe(
      `device monitor -d ${folder}/project -e esp32-devkit --quiet --raw --baud 115200 --port /dev/x`,
    );
    expect(lines).toEqual(['{"event":"start"}']);
  });

  it("names the port that is busy", async () => {
    const script = "echo \"[Errno 16] Device or resource busy: '/dev/ttyACM0'\" >&2; exit 1";
    await expect(monitorProject(options(script), ignore)).rejects.toThrow(
      "Another program uses /dev/ttyACM0.",
    );
  });
});

describe("findProject", () => {
  it("takes a project, or the folder that it was built in", () => {
    const built = path.join(folder, "build");
    mkdirSync(path.join(built, "firmware"), { recursive: true });
    writeFileSync(path.join(built, "firmware/platformio.ini"), "[env:x]\n");
    expect(findProject(built)).toEqual({ folder: path.join(built, "firmware"), defaultEnvironment: null });
    expect(findProject(path.join(folder, "project")).defaultEnvironment).toBe("esp32-devkit");
  });
});

describe("examine", () => {
  it("finds a PlatformIO, a Python's modules and ports, and says what is old, missing or forbidden", async () => {
    const devices = path.join(folder, "dev");
    mkdirSync(devices);
    for (const name of ["ttyUSB0", "ttyS0", "null"]) writeFileSync(path.join(devices, name), "");
    const python = program(
      "python",
      'case "$2" in *litert*) echo 2.3.0;; *tflite*) exit 1;; *) echo Python 3.12;; esac',
    );
    const look = async (
      pio: string,
    ): Promise<Record<string, { state: string; found: string; advice: string }>> =>
      Object.fromEntries((await examine({ pio, python, devices })).map((one) => [one.what, one]));
    const pio = program("pio", "echo 'PlatformIO Core, version 6.2.0'");
    const good = await look(pio);
    expect(good[pio]).toMatchObject({ state: "ok", found: "PlatformIO Core, version 6.2.0", advice: "" });
    expect(good["serial ports"]).toMatchObject({ state: "ok", found: path.join(devices, "ttyUSB0") });
    expect(good["ai-edge-litert"]).toMatchObject({ state: "ok", found: "2.3.0" });
    expect(good["tflite-micro"]).toMatchObject({ state: "optional", found: "not here" });
    expect(good["tflite-micro"]!.advice).toContain("-m pip install tflite-micro");
    rmSync(path.join(devices, "ttyUSB0"));
    const old = program("pio", "echo 'PlatformIO Core, version 5.2.5'");
    const bad = await look(old);
    expect(bad[old]).toMatchObject({ state: "optional" });
    expect(bad[old]!.advice).toContain("6.1 or later");
    expect(bad["serial ports"]).toMatchObject({ state: "optional", found: "none seen" });
    expect((await look(path.join(folder, "none")))[path.join(folder, "none")]).toMatchObject({
      found: "not here",
    });
  });
});
