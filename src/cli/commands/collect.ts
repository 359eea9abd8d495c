// bandsmith collect: labelled recordings of one's own, off the band on the serial port or out of saved lines.
import type { CollectResult, CollectView } from "../../pipeline/collect/collect.ts";
import type { FromLogResult } from "../../pipeline/collect/from-log.ts";
import type { CollectPlan } from "../../pipeline/collect/plan.ts";
import type { Order, Phase } from "../../pipeline/collect/session.ts";
import type { Taken } from "../../pipeline/collect/taken.ts";
import { collectFromTwoPlaces, collectMarksWithoutLog } from "../../util/messages.ts";
import { collectLines } from "../collect-view.ts";
import type { Command } from "../command.ts";
import { openKeyboard } from "../keyboard.ts";
import { liveLines } from "../live-lines.ts";
import { count, duration, type Output } from "../output.ts";

interface CollectArguments {
  readonly project: string;
  readonly port: string | undefined;
  readonly subject: string;
  readonly activity: readonly string[];
  readonly seconds: number;
  readonly countdown: number;
  readonly output: string;
  readonly log: string | undefined;
  readonly from: string | undefined;
  readonly marks: boolean;
}

const ORDERS: Readonly<Record<string, Order | "interrupt">> = {
  " ": "toggle",
  n: "next",
  q: "quit",
  interrupt: "interrupt",
};
/** As shells have it for what Ctrl+C has ended. */
const INTERRUPTED = 130;

export const collect: Command<CollectArguments> = {
  usage: "collect [project]",
  about: "Record labelled CSV from a band built with collect: true, one activity after the other",
  lists: ["activity"],
  options: (args) =>
    args
      .positional("project", {
        type: "string",
        default: "band.yaml",
        describe: "The generated project on the band, or the band file that was built",
      })
      .option("subject", { type: "string", demandOption: true, describe: "Who wears the band" })
      .option("activity", {
        type: "string",
        array: true,
        nargs: 1,
        default: [],
        describe: "What is done; may be given again, recorded in this order; default: the network's",
      })
      .option("seconds", { type: "number", default: 60, describe: "Of a recording, at most" })
      .option("countdown", { type: "number", default: 3, describe: "Seconds before each recording" })
      .option("output", {
        alias: "o",
        type: "string",
        default: "recordings",
        describe: "The folder of recordings; nothing in it is written over",
      })
      .option("port", { type: "string", describe: "Default: the only serial port that there is" })
      .option("log", { type: "string", describe: "Keep every line of the band's in this file" })
      .option("from", { type: "string", describe: "Saved lines instead of a port" })
      .option("marks", {
        type: "boolean",
        default: false,
        describe: "With --from: each press of the band's button began the next activity",
      })
      .example(
        "$0 collect my-band/band.yaml --subject anna --activity walking --activity stairs -o my-band/recordings",
        "A minute of each, with keys in a terminal",
      )
      .example(
        "$0 collect my-band/band.yaml --subject anna --activity walking --from lines.txt",
        "What was saved before",
      ),
  async run(options, output) {
    const { project, subject, activity } = options;
    const plan = { project, subject, activities: activity, out: options.output };
    if (options.from === undefined) {
      if (options.marks) throw collectMarksWithoutLog();
      return live(options, plan, output);
    }
    if (options.port !== undefined || options.log !== undefined) throw collectFromTwoPlaces();
    const { collectFromLog } = await import("../../pipeline/collect/from-log.ts");
    const result = collectFromLog({ ...plan, file: options.from, marks: options.marks });
    output.json(result);
    for (const taken of result.recordings) output.line(describeTaken(taken));
    tellDamaged(result, output);
    return 0;
  },
};

async function live(
  { port, seconds, countdown, log, json, quiet }: CollectArguments & { json: boolean; quiet: boolean },
  plan: CollectPlan,
  output: Output,
): Promise<number> {
  const { collect: run } = await import("../../pipeline/collect/collect.ts");
  const keyboard = openKeyboard();
  const screen = keyboard.isTerminal && !json && !quiet ? liveLines(process.stderr) : null;
  const say = (line: string): void => {
    if (screen === null) output.note(line);
    else screen.keep(line);
  };
  try {
    const result = await run({
      ...plan,
      port,
      seconds,
      countdownSeconds: countdown,
      isUnattended: !keyboard.isTerminal,
      log,
      orders: () => keyboard.pressed().flatMap((key) => ORDERS[key] ?? []),
      onPhase(phase, activity) {
        if (screen === null) tellPhase(phase, activity, countdown, output);
      },
      onTake(taken) {
        say(describeTaken(taken));
      },
      onView(view: CollectView) {
        screen?.draw(collectLines(view, seconds));
      },
    });
    screen?.close();
    output.json(result);
    tellEnd(result, output);
    return result.interrupted ? INTERRUPTED : 0;
  } finally {
    screen?.close();
    keyboard.close();
  }
}

function tellPhase(phase: Phase, activity: string | null, countdown: number, output: Output): void {
  if (phase === "countdown") output.note(`${activity} in ${countdown} s`);
  if (phase === "recording") output.note(`${activity}: recording`);
}

function describeTaken({ file, activity, seconds, windows, gaps, lost }: Taken): string {
  const holes = gaps === 0 ? "no gaps" : `${gaps} gaps, ${count(lost)} samples known to be lost`;
  return `${activity}: ${duration(seconds)}, ${windows} windows, ${holes}: ${file}`;
}

function tellDamaged({ damaged }: Pick<FromLogResult, "damaged">, output: Output): void {
  if (damaged > 0) output.note(`${damaged} lines were damaged on their way, and were left out`);
}

function tellEnd({ recordings, interrupted, dropped, damaged }: CollectResult, output: Output): void {
  tellDamaged({ damaged }, output);
  if (dropped !== null) output.note(`interrupted: the recording of ${dropped} was dropped`);
  if (interrupted || recordings.length === 0)
    output.line(`${recordings.length} recordings are complete and kept`);
}
