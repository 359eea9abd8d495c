// Mistakes in how options are given, whatever the command.
import { checkGiven } from "../../../src/cli/given.ts";
import type { BadInput } from "./support.ts";

export const OPTIONS: readonly BadInput[] = [
  {
    what: "an option without its value",
    code: "cli/no-value",
    act: () => {
      checkGiven({ _: ["flash"], $0: "bandsmith", json: false, port: "" }, []);
    },
  },
  {
    what: "an option twice",
    code: "cli/repeated",
    act: () => {
      checkGiven({ _: ["emulate"], fault: ["restart@5s", "restart@9s"], cc: ["g++", "clang++"] }, ["fault"]);
    },
  },
];
