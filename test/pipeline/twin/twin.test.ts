// A project's sources as WebAssembly and as a process: the same devices, the same behaviour.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Band } from "../../../src/emulate/band.ts";
import { installFaults } from "../../../src/emulate/fault-plan.ts";
import { parseFault } from "../../../src/emulate/faults.ts";
import type { Frame } from "../../../src/emulate/frame.ts";
import type { BandHost } from "../../../src/emulate/host.ts";
import { sourceOf } from "../../../src/emulate/motion-source.ts";
import { compileNative } from "../../../src/pipeline/twin/compile-native.ts";
import { compileToWasm, wasmKey } from "../../../src/pipeline/twin/compile-wasm.ts";
import { NativeBand } from "../../../src/pipeline/twin/native-band.ts";
import { type TwinSources, twinSources } from "../../../src/pipeline/twin/sources.ts";
import { hostOf, told } from "../../emulate/support.ts";
import { REPOSITORY, textsBelow } from "../../firmware/support/wasm.ts";

/** A project as it is generated, but with the shim for its band and a main.cpp that only the chip could compile. */
function projectOf(band: string): TwinSources {
  const tree = new Map<string, string>();
  for (const [file, text] of textsBelow("firmware/bandsmith"))
    tree.set(`lib/bandsmith/src/bandsmith/${file}`, text);
  for (const [file, text] of textsBelow("firmware/third_party"))
    tree.set(`lib/bandsmith/src/third_party/${file}`, text);
  for (const [file, text] of textsBelow("firmware/host")) {
    // Its main.cpp calls what the shim is in place of.
    if (file !== "main.cpp") tree.set(`src/host/${file}`, text);
  }
  for (const [file, text] of textsBelow("firmware/esp32")) tree.set(`src/esp32/${file}`, text);
  tree.set("src/main.cpp", "#include <esp_system.h>\n");
  tree.set("src/band.cpp", band);
  tree.set("platformio.ini", "[env]\n");
  return twinSources(tree);
}

const SHIM = readFileSync(path.join(REPOSITORY, "test/emulate/native/band.cpp"), "utf8");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "bandsmith-twin-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("the sources of the twin", () => {
  it("are the project's, without what is for the chip", () => {
    const { files, units } = projectOf(SHIM);
    expect(units).toContain("src/band.cpp");
    expect(units).toContain("src/host/pipe.cpp");
    expect(units).toContain("lib/bandsmith/src/bandsmith/drivers/mpu6050.cpp");
    expect([...files.keys()].filter((file) => file.startsWith("src/esp32"))).toEqual([]);
    expect(units).not.toContain("src/main.cpp");
  });
});

describe("as WebAssembly", () => {
  it("is compiled once, and taken from the cache after that", async () => {
    const first = await compileToWasm(projectOf(SHIM), { cacheFolder: folder });
    expect(first.wasCached).toBe(false);
    const second = await compileToWasm(projectOf(SHIM), { cacheFolder: folder });
    expect(second.wasCached).toBe(true);
    expect(second.hash).toBe(first.hash);
    expect(wasmKey(projectOf(`${SHIM}\n`))).not.toBe(first.hash);
    expect(wasmKey(projectOf(SHIM), { sanitize: true })).not.toBe(first.hash);
    const band = new Band(second.module, hostOf());
    band.run(5);
    expect(told(band, "sensor-ready")).toEqual([0x68]);
  });

  it("says what the compiler says", async () => {
    await expect(compileToWasm(projectOf("int x = y;"), { cacheFolder: null })).rejects.toMatchObject({
      code: "twin/compile-failed",
      message: expect.stringContaining("undeclared identifier 'y'") as string,
    });
  });

  it("traps on undefined behaviour if asked to, which is a finding", async () => {
    const broken = SHIM.replace(
      "samples += static_cast",
      "volatile int big = 0x7fffffff; big = big + 1; samples += static_cast",
    );
    const { module } = await compileToWasm(projectOf(broken), { cacheFolder: null, sanitize: true });
    const band = new Band(module, hostOf());
    band.run(60);
    expect(band.host.findings.map(({ kind }) => kind)).toEqual([
      ...Array<string>(5).fill("crash"),
      "crash-loop",
    ]);
    expect(told(band, "reset-reason")).toEqual([0, 4, 4, 4, 4]);
  });
});

const CXX = process.env["CXX"] ?? "g++";
const hasCompiler = await import("execa").then(({ execa }) =>
  execa(CXX, ["--version"], { reject: false }).then((result) => !result.failed),
);

describe.runIf(hasCompiler && process.platform !== "win32")("as a process", () => {
  const settings = {
    sensor: {
      source: sourceOf("physical", (t) => [Math.sin(t), Math.cos(t), 1, 100 * Math.sin(3 * t), 0, 5]),
    },
    battery: () => 3700,
    seed: 3,
  };
  const FAULTS = [
    "nack:sensor:0.02@3s-20s",
    "bit-errors:1e-4@20s-25s",
    "unplug:display@30s-35s",
    "restart@40s",
  ];

  function observed(host: BandHost) {
    const frames: [number, Frame][] = [];
    host.onFrame = (frame, micros) => frames.push([micros, frame]);
    installFaults(host, FAULTS.map(parseFault));
    return frames;
  }

  it("behaves to the byte as the WebAssembly does, faults and restart included", async () => {
    const { module } = await compileToWasm(projectOf(SHIM), { cacheFolder: folder });
    const { file } = await compileNative(projectOf(SHIM), { compiler: CXX, cacheFolder: folder });
    const wasm = new Band(module, hostOf(settings));
    const native = new NativeBand(file, hostOf(settings));
    const [frames, nativeFrames] = [observed(wasm.host), observed(native.host)];
    wasm.run(60);
    native.run(60);
    native.close();
    expect(native.host.lines).toEqual(wasm.host.lines);
    expect(nativeFrames).toEqual(frames);
    expect(native.host.clock.micros).toBe(wasm.host.clock.micros);
    expect(native.host.sensor.fifo.log.length).toBe(wasm.host.sensor.fifo.log.length);
    expect(native.host.findings).toEqual([]);
    expect(wasm.host.starts).toBe(2);
  });

  it("under sanitizers ends at the first mistake, and the finding has their words", async () => {
    const broken = SHIM.replace(
      "samples += static_cast",
      "volatile size_t past = kBatch; batch[past].counts[0] = 1; samples += static_cast",
    );
    const { file } = await compileNative(projectOf(broken), {
      compiler: CXX,
      cacheFolder: folder,
      sanitize: true,
    });
    const band = new NativeBand(file, hostOf());
    band.run(60);
    band.close();
    expect(band.host.findings[0]!.kind).toBe("crash");
    expect(band.host.findings[0]!.detail).toMatch(/out of bounds|buffer-overflow/);
    expect(band.host.findings.at(-1)!.kind).toBe("crash-loop");
  });

  it("says when there is no such compiler", async () => {
    await expect(
      compileNative(projectOf(SHIM), { compiler: "no-such-compiler", cacheFolder: folder }),
    ).rejects.toMatchObject({ code: "twin/compiler-missing" });
  });
});
