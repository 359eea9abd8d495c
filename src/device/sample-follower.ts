// Whether samples follow those before: what is missing between two blocks is told, and never joined over.
import type { SampleBlock } from "./sample-block.ts";

export type Gap =
  /** Lines that did not arrive, or arrived damaged. */
  | { readonly why: "lines"; readonly samples: number }
  /** The sensor's stream began anew; how many samples are missing nobody knows, but for those of lost lines. */
  | { readonly why: "sensor"; readonly samples: number }
  /** The band began anew, or stopped because it did not hear the computer. */
  | { readonly why: "band"; readonly samples: number }
  /** Nothing is missing, but the gyroscope's bias is another from here on. */
  | { readonly why: "bias"; readonly samples: 0 };

export class SampleFollower {
  private last: SampleBlock | null = null;
  private nextAt = 0;

  /** @returns null where `block` continues the one before, or is the first of all */
  follow(block: SampleBlock): Gap | null {
    const { last, nextAt } = this;
    this.last = block;
    this.nextAt = block.at + block.counts.length / 6;
    if (last === null) return null;
    if (block.run !== last.run) return { why: "band", samples: block.at };
    const samples = block.at - nextAt;
    if (block.epoch !== last.epoch) return { why: "sensor", samples };
    if (samples !== 0) return { why: "lines", samples };
    return block.bias.every((count, axis) => count === last.bias[axis]) ? null : { why: "bias", samples: 0 };
  }

  /** Samples of the present run until now, the missing ones included. */
  get at(): number {
    return this.nextAt;
  }
}
