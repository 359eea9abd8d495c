// Which of several networks nobody beats: none is both as cheap and as good, and better in one of the two.

export interface Bargain {
  readonly cost: number;
  readonly gain: number;
}

/** Whether each lies on the Pareto front; equals lie on it together. */
export function paretoFront(all: readonly Bargain[]): boolean[] {
  return all.map((one) => !all.some((other) => beats(other, one)));
}

function beats(a: Bargain, b: Bargain): boolean {
  return a.cost <= b.cost && a.gain >= b.gain && (a.cost < b.cost || a.gain > b.gain);
}
