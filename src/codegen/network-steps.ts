// The lines of the generated function: a call a kernel, and a loop in C++ for a loop, with the steps of its condition and
// its body between its lines.
import type { Body, Node } from "../ir/graph.ts";
import type { KernelCall, KernelScratch } from "../ir/kernel.ts";
import type { Tensor } from "../ir/tensor.ts";
import type { CountedLoop } from "../ops/counted-loop.ts";
import type { NodeCalls } from "../plan/arena-blocks.ts";
import type { BodyMemory, Copy, Location } from "../plan/compiled-memory.ts";
import { identifier, int32Literal } from "./cpp.ts";
import { layerViews } from "./layers.ts";
import type { View } from "./template.ts";

export interface Step {
  /** What the generated file says of the operator. */
  readonly comment: View;
  readonly node: Node;
  readonly calls: readonly { readonly call: KernelCall; readonly name: string }[];
  /** Statements, the first on the level of `indent`. */
  readonly lines: readonly string[];
  readonly indent: string;
}

/** Where locations are in C++, and the tables of constants, which are named as they are met. */
export class Addresses {
  readonly #names = new Map<Tensor, string>();
  readonly #counters = new Map<Node, string>();
  #usesInput = false;

  /** Whether anything has been said to be in the caller's input. */
  get usesInput(): boolean {
    return this.#usesInput;
  }

  of(location: Location): string {
    this.#usesInput ||= location.kind === "input";
    if (location.kind === "arena") return `arena + ${location.offset}`;
    if (location.kind === "row") return this.#row(location);
    if (location.kind !== "constant") return location.kind;
    const { tensor } = location;
    const name = this.#names.get(tensor) ?? `kConstant${this.#names.size + 1}`;
    this.#names.set(tensor, name);
    return tensor.dtype === "int8" ? name : `reinterpret_cast<const int8_t*>(${name})`;
  }

  /** What the counter of a loop is called, within which there are rows that follow it. */
  count(loop: Node, counter: string): void {
    this.#counters.set(loop, counter);
  }

  #row({ of, loop, offset, stride }: Extract<Location, { kind: "row" }>): string {
    const moved = of.kind === "arena" ? { ...of, offset: of.offset + offset } : of;
    const start = moved === of && offset !== 0 ? `${this.of(of)} ${signed(offset)}` : this.of(moved);
    const counter = this.#counters.get(loop)!;
    const size = Math.abs(stride);
    return `${start} ${stride < 0 ? "-" : "+"} ${counter}${size === 1 ? "" : ` * ${int32Literal(size)}`}`;
  }

  constants(): readonly (readonly [tensor: Tensor, name: string])[] {
    return [...this.#names];
  }
}

/** Everything that the steps of one body have in common. */
interface Place {
  readonly calls: NodeCalls;
  readonly memory: BodyMemory;
  readonly addresses: Addresses;
  readonly indent: string;
}

/** The steps of a graph, those of its loops among them, in the order of the file. */
export function networkSteps(
  body: Body,
  calls: NodeCalls,
  memory: BodyMemory,
  addresses: Addresses,
): readonly Step[] {
  return bodySteps(body, { calls, memory, addresses, indent: "" }, (i) => String(i + 1));
}

/** @param running the nodes that a round of a counted loop runs; all if absent */
function bodySteps(
  body: Body,
  place: Place,
  numberOf: (index: number) => string,
  running: ReadonlySet<Node> = new Set(body.nodes),
): Step[] {
  const comments = layerViews(body);
  return body.nodes.flatMap((node, i) => {
    const number = numberOf(i);
    const isIdle = !running.has(node);
    const comment = { ...comments[i]!, number, isIdle };
    if (isIdle) return [{ comment, node, calls: [], lines: [], indent: place.indent }];
    if (node.op.loop !== undefined) return loopSteps(node, comment, number, place);
    return [callStep(node, comment, number, place)];
  });
}

function callStep(node: Node, comment: View, number: string, place: Place): Step {
  const { memory, addresses, indent } = place;
  const own = place.calls.get(node)!;
  if (node.op.view !== true && own.length === 0) {
    throw new Error(`Bug in Bandsmith: ${node.op.name} has no kernel in C++`);
  }
  const calls = own.map((call, i) => {
    const part = own.length === 1 ? "" : `Part${i + 1}`;
    return { call, name: `kLayer${number.replaceAll(".", "_")}${part}` };
  });
  const at = (tensor: string): string => addresses.of(memory.locationOf(tensor));
  const lines = calls.map(({ call, name }) => {
    const operands = [
      ...(call.scratch ?? []).map((scratch) => scratchAddress(scratch, memory)),
      ...call.inputs.map((k) => at(node.inputs[k]!)),
      ...call.outputs.map((k) => at(node.outputs[k]!)),
    ];
    const text = `${functionOf(call)}(${[name, ...operands].join(", ")})`;
    return indent + (call.mayFail === true ? `if (!${text}) return false;` : `${text};`);
  });
  return { comment, node, calls, lines, indent };
}

function loopSteps(node: Node, comment: View, number: string, place: Place): Step[] {
  const { addresses, indent } = place;
  const memory = place.memory.loopOf(node);
  const { condition, body, limit } = memory.loop;
  const within = (inner: BodyMemory): Place => ({ ...place, memory: inner, indent: `${indent}  ` });
  const bodyNumber = (i: number): string => `${number}.${condition.nodes.length + i + 1}`;
  const copies = (list: readonly Copy[], level: string): string[] =>
    list.map(
      ({ from, to, bytes }) => `${level}memcpy(${addresses.of(to)}, ${addresses.of(from)}, ${bytes});`,
    );
  const start = (line: string): Step => ({
    comment,
    node,
    calls: [],
    lines: [...copies(memory.before, indent), `${indent}${line}`],
    indent,
  });
  const end = (): string[] => [...copies(memory.after, `${indent}  `), `${indent}}`];
  if (memory.counted !== null) {
    const counter = `step${number.replaceAll(".", "_")}`;
    addresses.count(node, counter);
    const first = start(countingLine(memory.counted.counted, counter));
    const rounds = bodySteps(body, within(memory.body), bodyNumber, new Set(memory.counted.nodes));
    return withLines([first, ...rounds], end());
  }
  const round = `round${number.replaceAll(".", "_")}`;
  const first = start(`for (int32_t ${round} = 0;; ++${round}) {`);
  const tests = bodySteps(condition, within(memory.condition), (i) => `${number}.${i + 1}`);
  const answer = addresses.of(memory.condition.locationOf(condition.outputs[0]!));
  const tested = withLines(
    [first, ...tests],
    [
      `${indent}  if (*(${answer}) == 0) break;`,
      `${indent}  if (${round} == ${int32Literal(limit)}) return false;`,
    ],
  );
  return withLines([...tested, ...bodySteps(body, within(memory.body), bodyNumber)], end());
}

/** The counter runs over the values that the operators would have given it. */
function countingLine({ first, step, rounds }: CountedLoop, counter: string): string {
  const end = int32Literal(first + rounds * step);
  const next =
    Math.abs(step) === 1
      ? `${step < 0 ? "--" : "++"}${counter}`
      : `${counter} ${step < 0 ? "-" : "+"}= ${int32Literal(Math.abs(step))}`;
  return `for (int32_t ${counter} = ${int32Literal(first)}; ${counter} ${step < 0 ? ">" : "<"} ${end}; ${next}) {`;
}

/** The last of the steps with further lines after its own. */
function withLines(steps: readonly Step[], lines: readonly string[]): Step[] {
  return steps.map((step, i) =>
    i < steps.length - 1 ? step : { ...step, lines: [...step.lines, ...lines] },
  );
}

function signed(offset: number): string {
  return `${offset < 0 ? "-" : "+"} ${int32Literal(Math.abs(offset))}`;
}

/** int8 is what the arena is made of; other types begin to live there. */
function scratchAddress(scratch: KernelScratch | null, memory: BodyMemory): string {
  if (scratch === null) return "nullptr";
  const at = `arena + ${memory.offsetOf(scratch)}`;
  return scratch.type === "int8_t" ? at : `bandsmith::scratchIn<${scratch.type}, ${scratch.length}>(${at})`;
}

function functionOf({ function: name, specialisedFor }: KernelCall): string {
  const specialisation =
    specialisedFor === undefined ? "" : `<${specialisedFor.map(int32Literal).join(", ")}>`;
  return `bandsmith::${identifier(name)}${specialisation}`;
}
