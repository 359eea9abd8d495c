// Where everything that a person reads is printed: results on stdout, progress and errors on stderr.

export interface Output {
  /** A line of the result; nothing with --json or --quiet. */
  line(text?: string): void;
  /** A value for scripts; printed only with --json. */
  json(value: unknown): void;
  /** Something worth knowing on the way, on stderr; nothing with --quiet. */
  note(text: string): void;
  /** Progress: one line rewritten on a terminal; elsewhere only `final` lines, so that logs stay short. */
  progress(text: string, final: boolean): void;
}

export interface OutputOptions {
  readonly json: boolean;
  readonly quiet: boolean;
}

export function createOutput({ json, quiet }: OutputOptions): Output {
  const terminal = process.stderr.isTTY;
  let open = false;
  const close = (): void => {
    if (open) process.stderr.write("\r\x1b[2K");
    open = false;
  };
  return {
    line(text = "") {
      if (json || quiet) return;
      close();
      console.log(text);
    },
    json(value) {
      if (json) console.log(JSON.stringify(value, null, 2));
    },
    note(text) {
      if (quiet) return;
      close();
      console.error(text);
    },
    progress(text, final) {
      if (quiet) return;
      if (!terminal) {
        if (final) console.error(text);
        return;
      }
      process.stderr.write(`\r\x1b[2K${text.slice(0, (process.stderr.columns || 80) - 1)}`);
      open = !final;
      if (final) process.stderr.write("\n");
    },
  };
}

/** Columns padded to their widest cell; numbers to the right. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const widths = (rows[0] ?? []).map((_, c) => Math.max(...rows.map((row) => String(row[c] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, c) =>
          typeof cell === "number" ? String(cell).padStart(widths[c]!) : cell.padEnd(widths[c]!),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** 12,345: thousands apart, whatever the machine's language. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
