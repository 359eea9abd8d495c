// Lines of a terminal that are drawn again and again at its end.

export interface LiveLines {
  draw(lines: readonly string[]): void;
  /** Prints a line that stays above. */
  keep(line: string): void;
  /** The last lines that were drawn go. */
  close(): void;
}

const UP_AND_ERASE = (count: number): string => `\u001b[${count}F\u001b[0J`;

export function liveLines(terminal: { write(text: string): unknown }): LiveLines {
  let drawn = 0;
  const erase = (): string => (drawn === 0 ? "" : UP_AND_ERASE(drawn));
  return {
    draw(lines) {
      terminal.write(`${erase()}${lines.join("\n")}\n`);
      drawn = lines.length;
    },
    keep(line) {
      terminal.write(`${erase()}${line}\n`);
      drawn = 0;
    },
    close() {
      terminal.write(erase());
      drawn = 0;
    },
  };
}
