// The SSD1306's commands, as a table: which bytes they are, how many arguments follow, what they change.
// Source: Solomon Systech SSD1306 data sheet rev. 1.1, section 9 (p. 28 to 32) and 10 (p. 34 to 45); charge pump p. 62.

/** Everything that commands set; GDDRAM is apart. */
export interface DisplayRegisters {
  /** 0 horizontal, 1 vertical, 2 page, 3 invalid (20h). */
  addressing: number;
  /** Column and page pointers of the frame memory. */
  column: number;
  page: number;
  columnStart: number;
  columnEnd: number;
  pageStart: number;
  pageEnd: number;
  startLine: number;
  contrast: number;
  isSegmentRemapped: boolean;
  isComReversed: boolean;
  /** A5h: every pixel lit, whatever the memory holds. */
  isEntireOn: boolean;
  isInverted: boolean;
  isOn: boolean;
  /** Rows that are driven: 16 to 64. */
  multiplex: number;
  offset: number;
  /** DAh: alternative pins, left and right exchanged. */
  isComAlternative: boolean;
  isComExchanged: boolean;
  isChargePumpOn: boolean;
  isScrolling: boolean;
  clock: number;
  preCharge: number;
  vcomh: number;
}

/** After reset: section 8.5 (p. 21) and the "RESET" values of section 9. */
export function resetRegisters(): DisplayRegisters {
  return {
    addressing: 2,
    column: 0,
    page: 0,
    columnStart: 0,
    columnEnd: 127,
    pageStart: 0,
    pageEnd: 7,
    startLine: 0,
    contrast: 0x7f,
    isSegmentRemapped: false,
    isComReversed: false,
    isEntireOn: false,
    isInverted: false,
    isOn: false,
    multiplex: 64,
    offset: 0,
    isComAlternative: true,
    isComExchanged: false,
    isChargePumpOn: false,
    isScrolling: false,
    clock: 0x80,
    preCharge: 0x22,
    vcomh: 0x20,
  };
}

export interface DisplayCommand {
  readonly name: string;
  /** Bytes that follow. */
  readonly arguments: number;
  /** Accepted, but not simulated. */
  readonly isUnsupported?: true;
  /** `code` is the command's own byte. False: the arguments are outside of what the data sheet allows. */
  apply(registers: DisplayRegisters, code: number, args: readonly number[]): boolean;
}

const command = (
  name: string,
  count: number,
  apply: (registers: DisplayRegisters, code: number, args: readonly number[]) => boolean,
): DisplayCommand => ({ name, arguments: count, apply });

const scroll = (name: string, count: number, runs: boolean | null): DisplayCommand => ({
  name,
  arguments: count,
  isUnsupported: true,
  apply: (r) => {
    if (runs !== null) r.isScrolling = runs;
    return true;
  },
});

/** By first byte; `last` where a command has a range of them. */
const RANGES: readonly {
  readonly first: number;
  readonly last?: number;
  readonly command: DisplayCommand;
}[] = [
  {
    first: 0x00,
    last: 0x0f,
    command: command("column, low nibble", 0, (r, code) => {
      r.column = (r.column & 0x70) | code;
      return true;
    }),
  },
  {
    first: 0x10,
    last: 0x1f,
    command: command("column, high nibble", 0, (r, code) => {
      r.column = ((code & 0x07) << 4) | (r.column & 0x0f);
      return code <= 0x17;
    }),
  },
  {
    first: 0x20,
    command: command("memory addressing mode", 1, (r, _, [mode]) => {
      r.addressing = mode! & 3;
      return mode! <= 2;
    }),
  },
  {
    first: 0x21,
    command: command("column address", 2, (r, _, [start, end]) => {
      r.column = r.columnStart = start! & 0x7f;
      r.columnEnd = end! & 0x7f;
      return start! <= end! && end! <= 0x7f;
    }),
  },
  {
    first: 0x22,
    command: command("page address", 2, (r, _, [start, end]) => {
      r.page = r.pageStart = start! & 7;
      r.pageEnd = end! & 7;
      return start! <= end! && end! <= 7;
    }),
  },
  { first: 0x26, last: 0x27, command: scroll("horizontal scroll", 6, null) },
  { first: 0x29, last: 0x2a, command: scroll("vertical and horizontal scroll", 5, null) },
  { first: 0x2e, command: scroll("scroll off", 0, false) },
  { first: 0x2f, command: scroll("scroll on", 0, true) },
  {
    first: 0x40,
    last: 0x7f,
    command: command("start line", 0, (r, code) => {
      r.startLine = code & 0x3f;
      return true;
    }),
  },
  {
    first: 0x81,
    command: command("contrast", 1, (r, _, [contrast]) => {
      r.contrast = contrast!;
      return true;
    }),
  },
  {
    first: 0x8d,
    command: command("charge pump", 1, (r, _, [value]) => {
      r.isChargePumpOn = (value! & 0x04) !== 0;
      return (value! & 0x3b) === 0x10;
    }),
  },
  {
    first: 0xa0,
    last: 0xa1,
    command: command("segment remap", 0, (r, code) => {
      r.isSegmentRemapped = code === 0xa1;
      return true;
    }),
  },
  { first: 0xa3, command: scroll("vertical scroll area", 2, null) },
  {
    first: 0xa4,
    last: 0xa5,
    command: command("entire display on", 0, (r, code) => {
      r.isEntireOn = code === 0xa5;
      return true;
    }),
  },
  {
    first: 0xa6,
    last: 0xa7,
    command: command("inverse display", 0, (r, code) => {
      r.isInverted = code === 0xa7;
      return true;
    }),
  },
  {
    first: 0xa8,
    command: command("multiplex ratio", 1, (r, _, [value]) => {
      // "A[5:0] from 0 to 14 are invalid entry" (p. 31).
      const isValid = value! >= 15 && value! <= 63;
      if (isValid) r.multiplex = value! + 1;
      return isValid;
    }),
  },
  {
    first: 0xae,
    last: 0xaf,
    command: command("display on", 0, (r, code) => {
      r.isOn = code === 0xaf;
      return true;
    }),
  },
  {
    first: 0xb0,
    last: 0xb7,
    command: command("page", 0, (r, code) => {
      r.page = code & 7;
      return true;
    }),
  },
  {
    first: 0xc0,
    last: 0xcf,
    command: command("COM scan direction", 0, (r, code) => {
      r.isComReversed = (code & 8) !== 0;
      return (code & 7) === 0;
    }),
  },
  {
    first: 0xd3,
    command: command("display offset", 1, (r, _, [value]) => {
      r.offset = value! & 0x3f;
      return value! <= 0x3f;
    }),
  },
  {
    first: 0xd5,
    command: command("clock", 1, (r, _, [value]) => {
      r.clock = value!;
      return true;
    }),
  },
  {
    first: 0xd9,
    command: command("pre-charge", 1, (r, _, [value]) => {
      r.preCharge = value!;
      // "0 DCLK: invalid" for both phases (p. 32).
      return (value! & 0x0f) !== 0 && value! >> 4 !== 0;
    }),
  },
  {
    first: 0xda,
    command: command("COM pins", 1, (r, _, [value]) => {
      r.isComAlternative = (value! & 0x10) !== 0;
      r.isComExchanged = (value! & 0x20) !== 0;
      return (value! & ~0x30) === 0x02;
    }),
  },
  {
    first: 0xdb,
    command: command("VCOMH", 1, (r, _, [value]) => {
      r.vcomh = value!;
      return (value! & ~0x70) === 0;
    }),
  },
  { first: 0xe3, command: command("NOP", 0, () => true) },
];

/** By the command's byte; null is unknown. */
export const COMMANDS: readonly (DisplayCommand | null)[] = Array.from(
  { length: 256 },
  (_, code) => RANGES.find(({ first, last }) => code >= first && code <= (last ?? first))?.command ?? null,
);
