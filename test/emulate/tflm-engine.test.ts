// The TFLite Micro engine of a generated project on the twin: its answers, and what a wearer is told when it fails.
import { beforeAll, describe, expect, it } from "vitest";
import { Band } from "../../src/emulate/band.ts";
import { frameText } from "../../src/emulate/frame.ts";
import { sourceOf } from "../../src/emulate/motion-source.ts";
import { prove } from "../../src/emulate/proof.ts";
import { smallGraph, smallProject } from "../codegen/small-project.ts";
import { clang, textsBelow } from "../firmware/support/wasm.ts";
import { hostOf } from "./support.ts";

const FAULTS = {
  none: 0,
  operator: 1,
  version: 2,
  allocate: 3,
  inputSize: 4,
  outputType: 5,
  invoke: 6,
  reset: 7,
} as const;

let module: WebAssembly.Module;

beforeAll(async () => {
  const project = smallProject("bandx-esp32");
  const files = new Map<string, string | Uint8Array>([...project]);
  for (const [file, text] of textsBelow("test/firmware/stubs")) files.set(`stubs/${file}`, text);
  for (const [file, text] of textsBelow("test/firmware/native")) files.set(`native/${file}`, text);
  const sources = [...project.keys()].filter(
    (file) =>
      file.endsWith(".cpp") &&
      (file.startsWith("lib/") ||
        file.startsWith("src/tflm/") ||
        [
          "src/band.cpp",
          "src/engine.cpp",
          "src/model.cpp",
          "src/host/main.cpp",
          "src/compiled/network.cpp",
        ].includes(file)),
  );
  const tree = await clang(
    [
      "-O1",
      ...["include", "src", "lib/bandsmith/src"].map((folder) => `-I${folder}`),
      "-isystem",
      "stubs",
      "-nostartfiles",
      "-Wl,--no-entry",
      "-Wl,--export=__wasm_call_ctors",
      "-Wl,--stack-first",
      "-Wl,-z,stack-size=16384",
      ...sources,
      "native/tflm-runtime.cpp",
      "-o",
      "a.wasm",
    ],
    files,
  );
  module = new WebAssembly.Module(tree["a.wasm"] as Uint8Array);
});

/** The band, whose engine fails in that way from the start. */
function run(fault: number, seconds: number): { readonly band: Band; screen(): string } {
  const source = sourceOf("physical", (t) => [0.5 * Math.sin(5 * t), 0.2, 1, 60 * Math.sin(3 * t), 0, 0]);
  const host = hostOf({ sensor: { source } });
  let text = "";
  host.onFrame = (frame) => {
    if (frame.isOn) text = frameText(frame);
  };
  const band = new Band(module, host, {
    onStart: (exports) => {
      (exports["set_fault"] as (wanted: number) => void)(fault);
    },
  });
  band.run(seconds);
  return { band, screen: () => text };
}

const events = (band: Band, name: string): unknown[] =>
  band.host.lines.flatMap(({ json }) => (json?.["event"] === name ? [json["detail"]] : []));

describe("the engine of TFLite Micro", () => {
  it("gives the reference's outputs, golden windows included", () => {
    const { band } = run(FAULTS.none, 60);
    const proof = prove(band.host.lines, band.host.sensor.fifo.log, smallGraph(), {
      smoothWindows: 3,
      unknownBelowPercent: 50,
      wrist: 0,
    });
    expect(proof.windows.length).toBeGreaterThan(20);
    expect(proof).toMatchObject({ different: 0, wrongInputs: 0, missing: 0 });
    expect(events(band, "self-check")).toEqual(["4 of 4 test windows right"]);
  });

  it.each([
    ["operator", "an operator is missing"],
    ["version", "model schema version"],
    ["allocate", "AllocateTensors: arena too small?"],
    ["inputSize", "model input differs"],
    ["outputType", "model output differs"],
    ["invoke", "Invoke failed"],
  ] as const)(
    "where it fails with %s, serial repeats it, the screen shows it, and there is no window",
    (fault, why) => {
      const failing = run(FAULTS[fault], 20);
      const { band } = failing;
      expect(new Set(events(band, "engine-failed"))).toEqual(new Set([why]));
      expect(events(band, "engine-failed").length).toBeGreaterThan(10);
      expect(events(band, "window")).toEqual([]);
      expect(failing.screen()).toMatchSnapshot();
      expect(band.host.findings).toEqual([]);
    },
  );

  it("keeps the features of the last layer, whatever other layers read, and leaves the work to the kernel", () => {
    const instance = new WebAssembly.Instance(module, {
      bandsmith: new Proxy<Record<string, unknown>>({}, { get: () => () => 0 }),
    });
    const exports = instance.exports as unknown as {
      __wasm_call_ctors(): void;
      different_features(): number;
    };
    exports.__wasm_call_ctors();
    expect(exports.different_features()).toBe(0);
  });

  it("resets a network with a state before every window", () => {
    const instance = new WebAssembly.Instance(module, {
      bandsmith: new Proxy<Record<string, unknown>>({}, { get: () => () => 0 }),
    });
    const exports = instance.exports as unknown as {
      __wasm_call_ctors(): void;
      set_fault(fault: number): void;
      resets_of_two(): number;
    };
    exports.__wasm_call_ctors();
    expect(exports.resets_of_two()).toBe(2);
    exports.set_fault(FAULTS.reset);
    expect(exports.resets_of_two()).toBe(-1);
  });
});
