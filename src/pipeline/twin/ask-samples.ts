// The twin's samples asked for over its simulated serial port, as `bandsmith collect` does, and held to what its driver read.
import type { SampleBlock } from "../../device/sample-block.ts";
import { type Gap, SampleFollower } from "../../device/sample-follower.ts";
import { SampleRequest } from "../../device/sample-request.ts";
import type { BandHost } from "../../emulate/host.ts";
import { SENSOR_AXES } from "../../emulate/motion-source.ts";
import type { SampleLog } from "../../emulate/sample-log.ts";

/** The band has started, and sleeps between its looks at the sensor. */
const START_MICROS = 3_000_000;
const TICK_MICROS = 200_000;

export interface ToldSamples {
  readonly told: number;
  /** Samples that the driver did not read, or not in this order. */
  readonly different: number;
  readonly gaps: readonly Gap[];
}

/** @returns how it went, once the run has ended */
export function askForSamples(host: BandHost, model: string): () => ToldSamples {
  const blocks: SampleBlock[] = [];
  const gaps: Gap[] = [];
  const follower = new SampleFollower();
  const request = new SampleRequest(
    {
      send: (text) => {
        host.serialInput.send(text);
      },
      onBlock(block) {
        const gap = follower.follow(block);
        if (gap !== null) gaps.push(gap);
        blocks.push(block);
      },
      // Its samples are missing from the next block's number.
      onDamaged: () => undefined,
    },
    model,
    1,
  );
  const millis = (): number => host.clock.micros / 1000;
  const { onLine } = host;
  host.onLine = (line) => {
    onLine?.(line);
    if (line.json !== null) request.line(line.json, millis());
  };
  const tick = (): void => {
    request.tick(millis());
    if (request.end === null) host.clock.at(host.clock.micros + TICK_MICROS, tick);
  };
  host.clock.at(START_MICROS, () => {
    request.start(millis());
    tick();
  });
  return () => ({ ...compare(blocks, host.sensor.fifo.log), gaps });
}

/** Each block's samples follow each other in the log, and stand behind those of the block before. */
export function compare(
  blocks: readonly Pick<SampleBlock, "counts">[],
  log: SampleLog,
): Pick<ToldSamples, "told" | "different"> {
  let [told, different, row] = [0, 0, 0];
  for (const { counts } of blocks) {
    const samples = counts.length / SENSOR_AXES;
    told += samples;
    let found = row;
    while (found + samples <= log.length && !stands(counts, log, found)) found++;
    if (found + samples <= log.length) row = found + samples;
    else different += samples;
  }
  return { told, different };
}

function stands(counts: Int16Array, log: SampleLog, row: number): boolean {
  return counts.every((count, i) => log.counts[row * SENSOR_AXES + i] === count);
}
