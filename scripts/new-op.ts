// Starts a new operator: its file, its line in src/ops/index.ts, its family of random graphs.
// Usage: npm run new:op -- NAME --opcode N [--options-type N] [--inputs N]
// NAME and both numbers are TFLite's own, from its schema (BuiltinOperator, BuiltinOptions). See
// docs/adding-an-operator.md for what to fill in.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";

const ROOT = path.join(import.meta.dirname, "..");
const INDEX = path.join(ROOT, "src/ops/index.ts");

const options = await yargs(hideBin(process.argv))
  .usage("npm run new:op -- NAME --opcode N")
  .demandCommand(1, 1)
  .option("opcode", { type: "number", demandOption: true, describe: "BuiltinOperator code" })
  .option("options-type", { type: "number", default: 0, describe: "Member of BuiltinOptions; 0 for none" })
  .option("inputs", { type: "number", default: 1, describe: "Activation inputs" })
  .strict()
  .parseAsync();

const name = String(options._[0]);
if (!/^[A-Z][A-Z0-9_]*$/.test(name)) stop(`${name} is not a TFLite operator name, such as LEAKY_RELU`);
const words = name.toLowerCase().split("_");
const identifier = words.map((word, i) => (i === 0 ? word : capitalized(word))).join("");
const file = path.join(ROOT, "src/ops", `${words.join("-")}.ts`);
if (existsSync(file)) stop(`${path.relative(ROOT, file)} exists already`);

writeFileSync(file, operatorSource());
writeFileSync(INDEX, registered(readFileSync(INDEX, "utf8")));
console.log(`src/ops/${path.basename(file)} and its line in src/ops/index.ts are there.
Next: shapes, types, quantise rule, float and int8 in that file; a family of random graphs named "${name}" under
test/support/cases/; golden vectors; a row in docs/numerics.md. "npm run unit" fails until they are. Then its kernel in
C++: a header in firmware/bandsmith/nn/ and "emit". Until then it runs in TFLite Micro alone.
docs/adding-an-operator.md goes through it.`);

function operatorSource(): string {
  const roles = new Array<string>(options.inputs).fill('"activation"').join(", ");
  return `// ${name}: what it computes, in a line.
import type { Op } from "../ir/op.ts";

const ROLES = [${roles}] as const;

export const ${identifier}: Op<object, typeof ROLES> = {
  name: "${name}",
  roles: ROLES,
  resolverMethod: "Add${words.map(capitalized).join("")}",
  describe: () => "",
  inferShapes: (_attrs, [input]) => [input.shape],
  macs: () => 0,
  outputQuantization: () => ({ kind: "calibrated" }),
  weightQuantization: () => ({ kind: "perTensor" }),
  bindFloat() {
    throw new Error("${name} is not written yet");
  },
  bindInt8() {
    throw new Error("${name} is not written yet");
  },
  tflite: {
    opcode: ${options.opcode},
    optionsType: ${options.optionsType},
    version: ([input]) => (input!.dtype === "int8" ? 2 : 1),
    write: () => 0,
    read: () => ({}),
  },
};
`;
}

/** The three places of the index, each kept in alphabetical order. */
function registered(source: string): string {
  const importLine = `import { ${identifier} } from "./${path.basename(file)}";`;
  const lines = source.split("\n");
  insertSorted(lines, importLine, (line) => line.startsWith("import {"), lines.findIndex(isImport));
  for (const opening of ["export {", "export const OPERATORS"]) {
    const start = lines.findIndex((line) => line.startsWith(opening)) + 1;
    insertSorted(lines, `  ${identifier},`, (line) => line.startsWith("  "), start);
  }
  return lines.join("\n");
}

function isImport(line: string): boolean {
  return line.startsWith("import {");
}

function insertSorted(
  lines: string[],
  added: string,
  within: (line: string) => boolean,
  start: number,
): void {
  const key = (line: string): string => (line.split('"')[1] ?? line).toLowerCase();
  let at = start;
  while (within(lines[at]!) && key(lines[at]!) < key(added)) at++;
  lines.splice(at, 0, added);
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function stop(message: string): never {
  console.error(message);
  process.exit(1);
}
