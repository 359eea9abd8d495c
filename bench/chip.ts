// Executed instructions of the compiled engine on emulated cores of the chips' families, for networks of the kinds that
// the project is for and any int8 .tflite: a whole inference, per multiply-accumulate and per layer, with bytes of code,
// constants and memory. Outputs are compared with the interpreter's, and with NAME.out.bin beside NAME.tflite where that
// is there (inputs are then NAME.in.bin). docs/performance.md says what the figures mean.
// Usage: npm run bench:chip -- [--models DIR] [--model FILE ...] [--core ID ...] [--optimize=-Os ...] [--layers]
//   [--update] [--markdown] [--update-docs] [--fit]
// Exit code 1 if an output differs, a --core is not here, or a figure is more than 2 % above bench/chip-baseline.json.
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { table } from "../src/cli/output.ts";
import { type Entry, judge, readBaseline, updated, writeBaseline } from "./chip/baseline.ts";
import { CORES, compilerOf, findCores } from "./chip/cores.ts";
import { type Cells, markdownTable, updateDocument } from "./chip/doc-tables.ts";
import { fitInstructionCosts } from "./chip/fit.ts";
import { measure, measureLayers } from "./chip/measure.ts";
import { defaultModels, filesIn, modelOfFile } from "./chip/models.ts";
import {
  fitTables,
  LEVEL,
  layersMarkdown,
  layerTables,
  levelsTable,
  OPPONENTS_MODELS,
  type Run,
  totalsTable,
} from "./chip/report.ts";

const ids = CORES.map(({ id }) => id);
const options = await yargs(hideBin(process.argv))
  .option("models", { type: "string", describe: "A folder of .tflite files" })
  .option("model", { type: "string", array: true, default: [], describe: "A .tflite file" })
  .option("core", {
    type: "string",
    array: true,
    choices: ids,
    describe: "These alone, and they must be here",
  })
  .option("frames", { type: "number", default: 8, describe: "Inferences of each network" })
  .option("layers", { type: "boolean", default: false, describe: "Print every layer" })
  .option("optimize", { type: "string", array: true, default: [LEVEL], describe: "Optimisation levels" })
  .option("update", { type: "boolean", default: false, describe: "Write the baseline" })
  .option("markdown", { type: "boolean", default: false, describe: "Print the document's tables" })
  .option("update-docs", { type: "boolean", default: false, describe: "Write them into docs/performance.md" })
  .option("fit", { type: "boolean", default: false, describe: "Fit the cost model of src/plan anew" })
  .strict()
  .parseAsync();

const judges = options.models === undefined ? [] : filesIn(options.models);
const fitted = await defaultModels(options.frames);
const heldOut = judges.map((file) => modelOfFile(file, options.frames));
const models = [...fitted, ...heldOut, ...options.model.map((file) => modelOfFile(file, options.frames))];
const lacking = OPPONENTS_MODELS.filter((name) => models.every((model) => model.name !== name));
if ((options.updateDocs || options.fit) && lacking.length > 0) {
  console.error(`Needs --models DIR with ${lacking.join(", ")}: opponents, and judges of the fit`);
  process.exit(1);
}
process.exitCode = options.fit ? fit() : bench();

function fit(): number {
  const { missing } = findCores(ids);
  if (missing.length > 0) {
    for (const line of missing) console.error(line);
    return 1;
  }
  const [errors, kernels, networks] = fitTables(fitInstructionCosts(fitted, heldOut));
  console.log(`\nRelative errors of estimates, the median and that of nine in ten\n`);
  show(errors);
  show(kernels);
  show(networks);
  if (options.updateDocs) {
    updateDocument({
      "fit errors": markdownTable(errors),
      "fit kernels": markdownTable(kernels),
      "fit networks": markdownTable(networks),
    });
  }
  return 0;
}

function bench(): number {
  const { cores, missing } = findCores(options.core ?? ids);
  for (const line of missing) console.log(line);
  const wantsLayers = options.layers || options.markdown || options.updateDocs;
  const runs = options.optimize.flatMap((optimize) =>
    models.flatMap(({ name, graph, ...model }) =>
      cores.map(({ id, target }): Run => {
        const whole = wantsLayers && optimize === LEVEL ? measureLayers : measure;
        const measured = whole({ name, graph, ...model }, { id, target }, optimize);
        return { model: name, graph, core: id, optimize, measured };
      }),
    ),
  );
  report(runs);
  const different =
    models.reduce((sum, model) => sum + model.different, 0) +
    runs.reduce((sum, { measured }) => sum + measured.different, 0);
  console.log(`\n${different} outputs different`);
  const compilers = Object.fromEntries(cores.map((core) => [core.id, compilerOf(core)]));
  const entries = runs.map(({ model, core, optimize, measured }): Entry => {
    const { instructions, code, constants, memory } = measured;
    return { model, core, optimize, figures: { instructions, code, constants, memory } };
  });
  const baseline = readBaseline();
  const { worse, notes } = judge(baseline, entries, compilers);
  for (const line of [...notes, ...worse]) console.log(line);
  if (options.update) writeBaseline(updated(baseline, entries, compilers));
  const failed = (options.core !== undefined && missing.length > 0) || (worse.length > 0 && !options.update);
  return different > 0 || failed ? 1 : 0;
}

function report(runs: readonly Run[]): void {
  console.log("Executed instructions of an inference: not cycles, not time\n");
  const levels = levelsTable(runs);
  if (options.markdown || options.updateDocs) {
    const tables = {
      totals: markdownTable(totalsTable(runs)),
      levels: markdownTable(levels),
      layers: layersMarkdown(runs),
    };
    if (options.markdown) for (const text of Object.values(tables)) console.log(`${text}\n`);
    if (options.updateDocs) updateDocument(tables);
    return;
  }
  show(totalsTable(runs));
  if (levels.length > 1) show(levels);
  if (options.layers) {
    for (const { model, cells } of layerTables(runs)) {
      console.log(model);
      show(cells);
    }
  }
}

function show(cells: Cells): void {
  console.log(`${table(cells)}\n`);
}
