// How fast the twin runs: drivers and devices for an hour of virtual time, as WebAssembly; the network is not in it.
import { installFaults } from "../src/emulate/fault-plan.ts";
import { parseFault } from "../src/emulate/faults.ts";
import { recordingSource } from "../src/emulate/recording-source.ts";
import { bandOf, linkBand } from "../test/emulate/support.ts";

const VIRTUAL_SECONDS = 3600;
const RATE_HZ = 20;
const RUNS = 3;

const samples = VIRTUAL_SECONDS * RATE_HZ;
const recording = {
  seconds: Float64Array.from({ length: samples }, (_, i) => i / RATE_HZ),
  values: Float64Array.from({ length: samples * 6 }, (_, i) => Math.sin(i)),
  unit: "physical",
} as const;
const module = await linkBand("band.cpp");

for (const faults of [[], ["nack:sensor:0.01", "bit-errors:1e-6"]]) {
  for (let run = 0; run < RUNS; run++) {
    const source = recordingSource(recording, { startSeconds: 1, interpolation: "linear" });
    const band = bandOf(module, { sensor: { source } });
    installFaults(band.host, faults.map(parseFault));
    let frames = 0;
    band.host.onFrame = () => {
      frames++;
    };
    const started = performance.now();
    band.run(VIRTUAL_SECONDS);
    const seconds = (performance.now() - started) / 1000;
    console.log(
      `${faults.join(", ") || "no fault"}: ${Math.round(VIRTUAL_SECONDS / seconds)} × real time, ` +
        `${band.host.bus.counts.transfers} transfers, ${band.host.sensor.fifo.log.length} samples, ${frames} frames`,
    );
  }
}
