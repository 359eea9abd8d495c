// Attacks on the firmware's store of heads, at full number: the supply cut at every byte, files that are broken, replayed
// or forged, flash that has lost bits. Usage: npm run head-attacks [-- --cuts-every 1 --seeds 2 --files 100000 --flash 5000]
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { type AttackReport, cutAttacks, flashAttacks, forgeryAttacks } from "../test/emulate/head-attacks.ts";
import { compileHeads, ownerOf } from "../test/emulate/head-lab.ts";

const options = await yargs(hideBin(process.argv))
  .option("cuts-every", { type: "number", default: 1, describe: "Cut at every which byte" })
  .option("seeds", { type: "number", default: 1, describe: "Cuts at each of them" })
  .option("files", { type: "number", default: 100_000 })
  .option("flash", { type: "number", default: 5_000 })
  .strict()
  .parseAsync();

const module = await compileHeads();
const owner = ownerOf(48);
const reports: Readonly<Record<string, () => AttackReport>> = {
  "the supply cut": () =>
    cutAttacks(module, owner, { classes: 5, every: options["cuts-every"], seeds: options.seeds }),
  // Three sectors a slot.
  "the supply cut, a large head": () =>
    cutAttacks(module, ownerOf(256), {
      classes: 32,
      every: 16 * options["cuts-every"] + 1,
      seeds: options.seeds,
    }),
  "files that must be refused": () => forgeryAttacks(module, owner, options.files),
  "worn flash": () => flashAttacks(module, owner, options.flash),
};
let violated = 0;
for (const [name, run] of Object.entries(reports)) {
  const { attacks, violations, answers } = run();
  console.log(`${name}: ${attacks} attacks, ${violations.length} violations`);
  for (const [answer, times] of Object.entries(answers)) console.log(`  ${answer}: ${times}`);
  for (const violation of violations.slice(0, 20)) console.log(`  VIOLATED ${violation}`);
  violated += violations.length;
}
process.exitCode = violated === 0 ? 0 : 1;
