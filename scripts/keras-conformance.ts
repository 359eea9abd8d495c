// The interpreter against the real runtimes on nets that TensorFlow itself has converted from Keras: every value must
// equal TFLite Micro's.
// Usage: npx tsx scripts/keras-conformance.ts DIR --python PYTHON
// DIR is what scripts/keras_models.py has made; PYTHON has PyPI's tflite-micro and ai-edge-litert. Exit code 1 if a
// value differs or a model is refused.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { z } from "zod";
import { count, percent, table } from "../src/cli/output.ts";
import { argmax } from "../src/evaluate/metrics.ts";
import { tensorOf } from "../src/ir/graph.ts";
import { elementCount } from "../src/ir/tensor.ts";
import { readTflite } from "../src/tflite/read.ts";
import { UserError } from "../src/util/errors.ts";
import { type Case, type Judge, judgeCases, type Outcome } from "./conformance/judge.ts";

const modelsSchema = z.array(
  z.object({
    name: z.string(),
    bytes: z.number(),
    operators: z.array(z.object({ operator: z.string(), count: z.number() })),
    floatAccuracy: z.number(),
    int8Accuracy: z.number(),
  }),
);
type Model = z.infer<typeof modelsSchema>[number];

const options = await yargs(hideBin(process.argv))
  .demandCommand(1, 1)
  .option("python", { type: "string", demandOption: true, describe: "A Python that has the runtimes" })
  .strict()
  .parseAsync();
const source = String(options._[0]);
const models = modelsSchema.parse(JSON.parse(readFileSync(path.join(source, "models.json"), "utf8")));
const directory = mkdtempSync(path.join(tmpdir(), "bandsmith-keras-"));
try {
  const judge: Judge = { python: options.python, runtime: "tflm", directory };
  process.exitCode = await report(judge);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function report(judge: Judge): Promise<number> {
  const refused: string[] = [];
  const readable = models.filter(({ name }) => {
    const why = refusal(name);
    if (why !== null) refused.push(`${name} is refused: ${why}`);
    return why === null;
  });
  const cases = readable.map(toCase);
  const micro = await judgeCases(judge, cases);
  const litert = await judgeCases({ ...judge, runtime: "litert" }, cases);
  const rows = readable.map((model, i) => row(model, micro[i]!, litert[i]!));
  const ours = ["net", "bytes", "operators", "windows", "values", "differ from TFLite Micro"];
  const theirs = ["differ from LiteRT", "same class as LiteRT", "accuracy in float", "of LiteRT"];
  console.log(table([[...ours, ...theirs], ...rows]));
  for (const line of refused) console.log(line);
  const values = micro.reduce((sum, outcome) => sum + outcome.values, 0);
  const different = micro.reduce((sum, outcome) => sum + outcome.different, 0);
  console.log(
    `\n${rows.length} of ${models.length} nets, ${count(values)} values against TFLite Micro: ${count(different)} different`,
  );
  return different === 0 && refused.length === 0 && models.length > 0 ? 0 : 1;
}

function fileOf(name: string, suffix: string): string {
  return path.join(source, name + suffix);
}

function refusal(name: string): string | null {
  const file = fileOf(name, ".tflite");
  try {
    readTflite(readFileSync(file), file);
    return null;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

function toCase({ name }: Model): Case {
  const float = fileOf(name, ".in.f32.bin");
  const inputs = existsSync(float) ? float : fileOf(name, ".in.bin");
  return { name, tflite: readFileSync(fileOf(name, ".tflite")), inputs: readFileSync(inputs) };
}

function row(model: Model, micro: Outcome, litert: Outcome): (string | number)[] {
  const nodes = model.operators.reduce((sum, operator) => sum + operator.count, 0);
  const kinds = new Set(model.operators.map(({ operator }) => operator)).size;
  const classes = elementCount(tensorOf(micro.graph, micro.graph.output).shape);
  return [
    model.name,
    model.bytes,
    `${nodes} of ${kinds} kinds`,
    micro.values / classes,
    micro.values,
    micro.different,
    percent(litert.different / litert.values),
    percent(sameClass(litert, classes)),
    percent(model.floatAccuracy),
    percent(model.int8Accuracy),
  ];
}

function sameClass({ ours, theirs, graph, values }: Outcome, classes: number): number {
  const float = tensorOf(graph, graph.output).dtype === "float32";
  const numbers = (bytes: Uint8Array): ArrayLike<number> => {
    const { buffer } = Uint8Array.from(bytes);
    return float ? new Float32Array(buffer) : new Int8Array(buffer);
  };
  const [left, right] = [numbers(ours), numbers(theirs)];
  const windows = values / classes;
  let same = 0;
  for (let window = 0; window < windows; window++) {
    if (argmax(left, window * classes, classes) === argmax(right, window * classes, classes)) same++;
  }
  return same / windows;
}
