// The README's walk-through as a new user would type it, in a new folder: every command must succeed, and every line
// that the README shows must be printed, every picture be among those that were written.
// Usage, after npm run build: npm run walk-through
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { invariant } from "../src/util/errors.ts";

const REPOSITORY = path.resolve(import.meta.dirname, "..");
const SECTION = "## A wrist it has never met, in five minutes";

const readme = readFileSync(path.join(REPOSITORY, "README.md"), "utf8");
const start = readme.indexOf(SECTION);
invariant(start >= 0, `the README has the section ${SECTION}`);
const section = readme.slice(start, readme.indexOf("\n## ", start + 1));
const blocks = [...section.matchAll(/```\n(.*?)```/gs)].map(([, text]) => text!.trimEnd().split("\n"));
const isCommand = (line: string): boolean => /^(npx bandsmith|echo) /.test(line);
const commands = blocks.flat().filter(isCommand);
const promised = blocks.flat().filter((line) => !isCommand(line));
/** docs/images/stranger-after.png is a frame of the folder `after`. */
const pictures = [...section.matchAll(/\((docs\/images\/stranger-(\w+)\.png)\)/g)];
invariant(pictures.length === 2, "the section has its two pictures");
invariant(commands.length >= 7 && promised.length >= 10, "the section has its commands and what they print");

const folder = mkdtempSync(path.join(tmpdir(), "bandsmith-walk-"));
const printed: string[] = [];
let unwritten: string[] = [];
try {
  symlinkSync(path.join(REPOSITORY, "datasets"), path.join(folder, "datasets"));
  const own = `node ${JSON.stringify(path.join(REPOSITORY, "dist/cli/main.js"))}`;
  for (const command of commands) {
    console.log(`$ ${command}`);
    const { stdout } = await execa({ cwd: folder, shell: true })`${command.replace("npx bandsmith", own)}`;
    printed.push(...stdout.split("\n"));
  }
  unwritten = pictures.flatMap(([, picture, frames]) =>
    isAmong(picture!, path.join(folder, frames!)) ? [] : picture!,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const missing = promised.filter((line) => !printed.includes(line));
for (const line of missing) {
  console.log(`not printed: ${line}`);
  const [about] = line.split(/ {2,}/);
  for (const instead of printed.filter((one) => one.startsWith(`${about} `)))
    console.log(`but:         ${instead}`);
}
for (const picture of unwritten) console.log(`not written: ${picture}`);
console.log(
  `${commands.length} commands, ${promised.length - missing.length} of ${promised.length} lines printed and ${pictures.length - unwritten.length} of ${pictures.length} pictures written as shown`,
);
if (missing.length + unwritten.length > 0) process.exitCode = 1;

function isAmong(picture: string, frames: string): boolean {
  const shown = readFileSync(path.join(REPOSITORY, picture));
  return readdirSync(frames).some((name) => readFileSync(path.join(frames, name)).equals(shown));
}
