// Samples a second as they come, by this machine's clock.

/** The rate is that of so long. */
const SPAN_MILLIS = 4000;

export class ArrivalRate {
  private readonly came: { readonly millis: number; readonly samples: number }[] = [];

  add(millis: number, samples: number): void {
    this.came.push({ millis, samples });
  }

  /** 0 while none come. */
  hz(nowMillis: number): number {
    const { came } = this;
    while (came.length > 0 && nowMillis - came[0]!.millis > SPAN_MILLIS) came.shift();
    const span = (came.at(-1)?.millis ?? 0) - (came[0]?.millis ?? 0);
    // What came first had been gathered before.
    const samples = came.slice(1).reduce((sum, one) => sum + one.samples, 0);
    return span === 0 ? 0 : (1000 * samples) / span;
  }
}
