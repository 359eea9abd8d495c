// Mistakes of evaluate, which holds groups of people out.
import { writeFileSync } from "node:fs";
import { type ProtocolOptions, runProtocol } from "../../../src/pipeline/bandx-protocol/protocol.ts";
import { type BadInput, silent } from "./support.ts";

function evaluate(changes: Partial<ProtocolOptions>): Promise<unknown> {
  const defaults = {
    groups: "2x1",
    seeds: undefined,
    windows: 2,
    curve: "1,2",
    output: undefined,
    onEvent: silent,
  };
  return runProtocol({ bandFile: "band.yaml", ...defaults, ...changes });
}

/** With a file of groups. */
function evaluateGroups(text: string): Promise<unknown> {
  writeFileSync("groups.json", text);
  return evaluate({ groups: "groups.json" });
}

export const PROTOCOL: readonly BadInput[] = [
  { what: "groups of nobody", code: "protocol/bad-groups", act: () => evaluate({ groups: "3x0" }) },
  {
    what: "a file of groups that is not there",
    code: "file/not-found",
    act: () => evaluate({ groups: "four" }),
  },
  {
    what: "a file of groups that is no JSON",
    code: "protocol/bad-groups",
    act: () => evaluateGroups("anna, ben"),
  },
  {
    what: "a file without heldOut",
    code: "protocol/bad-groups",
    act: () => evaluateGroups('{"groups": [["1"]]}'),
  },
  {
    what: "a stranger who has recorded nothing",
    code: "protocol/unknown-in-groups",
    act: () => evaluateGroups('{"heldOut": [["nobody"]]}'),
  },
  {
    what: "somebody in two groups",
    code: "protocol/group-twice",
    act: () => evaluateGroups('{"heldOut": [["1"], [2, "1"]]}'),
  },
  {
    what: "more strangers than people",
    code: "protocol/groups-too-large",
    act: () => evaluate({ groups: "9x9" }),
  },
  {
    what: "everybody a stranger at once",
    code: "protocol/groups-too-large",
    act: () => evaluateGroups('{"heldOut": [[1, 2, 3]]}'),
  },
  { what: "a head of no windows", code: "cli/bad-count", act: () => evaluate({ windows: 0 }) },
  {
    what: "a stranger whose windows all calibrate",
    code: "protocol/no-test-windows",
    act: () => evaluate({ windows: 100 }),
  },
  {
    what: "ways of wearing that leave out a session",
    code: "protocol/session-outside",
    act: () => evaluate({ wearings: "rest,left-*" }),
  },
  {
    what: "ways of wearing of one activity each",
    code: "head/wrong-classes",
    act: () => evaluate({ wearings: "rest,shake" }),
  },
  { what: "a learning curve that falls", code: "protocol/bad-sizes", act: () => evaluate({ curve: "5,2" }) },
  {
    what: "a learning curve of words",
    code: "protocol/bad-sizes",
    act: () => evaluate({ curve: "few,many" }),
  },
  { what: "evaluating into a file", code: "file/unwritable", act: () => evaluate({ output: "band.yaml" }) },
];
