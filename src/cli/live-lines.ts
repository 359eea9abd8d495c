// Lines of a terminal that are drawn again and again at its end.

export interface LiveLines {
  draw(lines: readonly string[]): void;
  /** Prints a line that stays above. */
  keep(line: string): void;
  /** The last lines that were drawn go. */
  close(): void;
}

const UP_AND_ERASE = (count: number): string => `\u001b[${count}F\u001b[0J`;

export function liveLines(terminal: { write(text: string): unknown; readonly columns?: number }): LiveLines {
  let drawn = 0;
  const erase = (): string => (drawn === 0 ? "" : UP_AND_ERASE(drawn));
  return {
    draw(lines) {
      // A line that wraps would be two to go up.
      const most = (terminal.columns || 80) - 1;
      terminal.write(`${erase()}${lines.map((line) => line.slice(0, most)).join("\n")}\n`);
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
