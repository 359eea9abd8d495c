// Keys of a person at a terminal, one by one, and Ctrl+C wherever it comes from.

/** What was pressed since the last call; "interrupt" for Ctrl+C, and for SIGINT and SIGTERM also without a terminal. */
export interface Keyboard {
  readonly isTerminal: boolean;
  pressed(): string[];
  close(): void;
}

const CTRL_C = "\u0003";

export function openKeyboard(): Keyboard {
  const { stdin } = process;
  const isTerminal = stdin.isTTY && process.stderr.isTTY;
  let keys: string[] = [];
  const onData = (data: Buffer): void => {
    for (const key of data.toString("utf8")) keys.push(key === CTRL_C ? "interrupt" : key.toLowerCase());
  };
  const onSignal = (): void => {
    keys.push("interrupt");
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  if (isTerminal) stdin.setRawMode(true).on("data", onData);
  return {
    isTerminal,
    pressed() {
      const since = keys;
      keys = [];
      return since;
    },
    close() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
      if (!isTerminal) return;
      stdin.off("data", onData).setRawMode(false);
      // Else the process would wait for more.
      stdin.pause();
    },
  };
}
