// bandsmith doctor: what is here, what is missing, and what each is needed for.
import type { Command } from "../command.ts";
import { table } from "../output.ts";

export const doctor: Command<object> = {
  usage: "doctor",
  about: "Say what this machine has, what is missing, and what for",
  options: (args) => args,
  async run(_options, output) {
    const { examine } = await import("../../pipeline/doctor.ts");
    const findings = await examine();
    output.json(findings);
    const mark = { ok: "ok", optional: "--", missing: "MISSING" } as const;
    output.line(table(findings.map(({ state, what, found, advice }) => [mark[state], what, found, advice])));
    return findings.some(({ state }) => state === "missing") ? 1 : 0;
  },
};
