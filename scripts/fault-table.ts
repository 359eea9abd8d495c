// Every fault of src/emulate/fault-cases.ts on a generated project with a recording on the wrist, as a Markdown table.
// npm run fault-table -- PROJECT RECORDING [--update]: --update writes it into docs/twin.md. Exits 1 where a band does
// not survive, is silent, or says something else than the reference.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { aftermath, FAULT_CASES, type FaultCase } from "../src/emulate/fault-cases.ts";
import type { LogLine } from "../src/emulate/findings.ts";
import { emulateWithLines } from "../src/pipeline/twin/emulate.ts";
import type { EmulationReport } from "../src/pipeline/twin/report.ts";

const PAGE = path.resolve(import.meta.dirname, "../docs/twin.md");
const BEGIN = "<!-- fault table: npm run fault-table -- --update -->";
const END = "<!-- end of the fault table -->";
/** Long enough for the longest fault, the watchdog after it, and a minute's status line. */
const SECONDS = 240;

const options = await yargs(hideBin(process.argv))
  .command("$0 <project> <recording>", "The fault table")
  .positional("project", { type: "string", demandOption: true })
  .positional("recording", { type: "string", demandOption: true })
  .option("update", { type: "boolean", default: false })
  .strict()
  .parseAsync();

interface Outcome {
  readonly report: EmulationReport;
  readonly lines: readonly LogLine[];
}

async function run(faults: readonly string[]): Promise<Outcome> {
  return emulateWithLines({
    project: options.project,
    recording: {
      path: options.recording,
      format: "recordings",
      accel: undefined,
      gyro: undefined,
      repeatedStamps: "error",
    },
    loop: true,
    untilSeconds: SECONDS,
    faults,
    presses: [],
    framesFolder: null,
    compiler: null,
    sanitize: true,
    seed: 1,
    onEvent: () => undefined,
  });
}

const healthy = await run([]);
let failures = 0;
const rows = [
  "| fault | what happens | told on serial | back after | windows lost | outputs different |",
  "| --- | --- | --- | --- | --- | --- |",
];
for (const one of FAULT_CASES) rows.push(row(one, await run([one.fault])));
const table = rows.join("\n");
console.log(table);
console.log(
  `\n${FAULT_CASES.length} faults, ${failures} of them not survived, silent, or not the reference's equal`,
);
if (options.update) {
  const page = readFileSync(PAGE, "utf8");
  const [before, rest] = page.split(BEGIN) as [string, string];
  const [, after] = rest.split(END) as [string, string];
  writeFileSync(PAGE, `${before}${BEGIN}\n\n${table}\n\n${END}${after}`);
}
process.exitCode = failures === 0 ? 0 : 1;

function row(one: FaultCase, { report, lines }: Outcome): string {
  const { seconds, survived: isBack } = aftermath(one, lines, healthy.lines, SECONDS);
  const isTold = one.tells(lines) && !one.tells(healthy.lines);
  const isEqual =
    one.corrupts === true ||
    (report.different === 0 && report.wrongInputs === 0 && report.missingWindows === 0);
  const hasFindings = report.findings.some(({ kind }) => kind !== "watchdog");
  const survived = isBack && report.samples.untold === 0 && !hasFindings;
  if (!isTold || !survived || !isEqual) failures++;
  const different =
    one.corrupts === true
      ? `${report.wrongInputs} windows held bits that the bus had changed`
      : `${report.different} of ${report.values.toLocaleString("en-US")}`;
  return `| ${[
    `\`${one.fault}\``,
    one.what,
    isTold ? one.told : `**SILENT** (expected ${one.told})`,
    backAfter(one, seconds, isBack),
    String(Math.max(0, healthy.report.windows - report.windows)),
    different,
  ].join(" | ")} |`;
}

function backAfter({ endsAtSeconds }: FaultCase, seconds: number | null, isBack: boolean): string {
  if (seconds === null) return "**never**";
  const text = `${seconds.toFixed(1)} s`;
  const words = endsAtSeconds === null ? `whole run: waits of ${text} at most` : text;
  return isBack ? words : `**${words}**`;
}
