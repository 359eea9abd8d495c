// One int8 graph as a folder of C++ that needs nothing else: model, kernels, test, Makefile, README. Same input, same bytes.
import { bodiesOf, countMacs, type Graph, tensorOf } from "../ir/graph.ts";
import type { KernelTarget } from "../ir/kernel.ts";
import { byteLength, type Tensor } from "../ir/tensor.ts";
import { invariant } from "../util/errors.ts";
import { badLibraryName, kernelsMissingFor } from "../util/messages.ts";
import { missingKernels, networkView } from "./compiled-engine.ts";
import { commentText, isIdentifier, numberLines } from "./cpp.ts";
import type { FileContent, FileTree } from "./file-tree.ts";
import { render, type View } from "./template.ts";
import type { TestVector } from "./test-vectors.ts";

export interface LibraryInput {
  readonly graph: Graph;
  /** The model's file, as a person named it. */
  readonly file: string;
  /** SHA-256 of its bytes. */
  readonly hash: string;
  /** Of the namespace, the header and the source. */
  readonly name: string;
  readonly target: KernelTarget;
  /** For the reader: what the layouts are for. */
  readonly targetTitle: string;
  /** Made once it is certain that the model can be compiled. */
  readonly vectors: () => readonly TestVector[];
  /** For the reader: what the vectors are. */
  readonly vectorsTitle: string;
  readonly resources: LibraryResources;
  readonly toolVersion: string;
}

export interface LibraryResources {
  /** library/: path below it to text. */
  readonly library: ReadonlyMap<string, string>;
  /** templates/src/compiled/. */
  readonly network: ReadonlyMap<string, string>;
  /** firmware/. */
  readonly firmware: ReadonlyMap<string, string>;
  readonly licence: string;
}

export interface Library {
  readonly tree: FileTree;
  /** Bytes of the static arena, and of tables in flash. */
  readonly arenaBytes: number;
  readonly constantBytes: number;
}

const TEMPLATE_SUFFIX = ".hbs";
const KERNELS = "bandsmith/nn/";
/** What would not compile as a namespace beside the headers that sources and test include, or whose header would be theirs. */
const TAKEN = new Set(
  [
    "bandsmith std main",
    // Functions and macros of stdio.h, string.h, stdint.h and stddef.h.
    "index rindex remove rename puts gets printf scanf sprintf sscanf fopen fclose fread fwrite fflush fseek ftell getc",
    "getchar getline putc putchar perror rewind setbuf tmpfile tmpnam ungetc stdin stdout stderr memchr memcmp memcpy",
    "memmove memset memmem strcat strchr strcmp strcoll strcpy strlen strncat strncmp strncpy strpbrk strrchr strspn strstr",
    "strtok strdup strerror strsep basename ffs bcmp bcopy bzero NULL EOF BUFSIZ offsetof",
    // Headers of C, of POSIX and of C++.
    "assert complex ctype errno fenv features float inttypes iso646 limits locale malloc math memory setjmp signal stdalign",
    "stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string strings tgmath threads time uchar unistd wchar",
    "wctype algorithm array atomic bit bitset chrono cmath cstdint cstdio cstdlib cstring exception functional iterator list",
    "map new numeric optional queue set stack thread tuple type_traits utility variant vector xtensa",
  ].flatMap((line) => line.split(" ")),
);

/** @throws UserError compile/bad-name, compile/no-kernel */
export function generateLibrary(input: LibraryInput): Library {
  const { graph, name, resources } = input;
  // 1. What cannot work is refused before anything is made.
  checkLibraryName(name);
  const missing = missingKernels(graph);
  if (missing.length > 0) throw kernelsMissingFor(input.file, missing);
  // 2. Everything that templates print, decided here.
  const network = networkView(
    graph,
    { namespace: name, header: `${name}.h`, remake: "Compile the model again instead of changing this." },
    input.target,
  );
  const view = { ...libraryView(input), network };
  // 3. The model by the templates of a project, the rest by the library's own, and the kernels to the letter.
  const files = new Map<string, FileContent>([["LICENSE", resources.licence]]);
  for (const kind of ["h", "cpp"]) {
    const template = `network.${kind}${TEMPLATE_SUFFIX}`;
    files.set(`${name}.${kind}`, render(resources.network.get(template)!, view, template));
  }
  for (const [path, template] of resources.library) {
    const file = path.slice(0, -TEMPLATE_SUFFIX.length).replace("model_test", `${name}_test`);
    files.set(file, render(template, view, `library/${path}`));
  }
  for (const path of headersNeeded(network["kernels"] as readonly string[], resources.firmware)) {
    files.set(path, resources.firmware.get(path)!);
  }
  return {
    tree: new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1))),
    arenaBytes: network["arenaBytes"] as number,
    constantBytes: network["constantBytes"] as number,
  };
}

/** @throws UserError compile/bad-name */
export function checkLibraryName(name: string): void {
  if (!isIdentifier(name) || name.endsWith("_t") || TAKEN.has(name)) throw badLibraryName(name);
}

function libraryView(input: LibraryInput): View {
  const { graph, file, hash, name } = input;
  const vectors = input.vectors();
  const ends = [
    ["input", tensorOf(graph, graph.input)],
    ["output", tensorOf(graph, graph.output)],
  ] as const;
  const counts = new Map<string, number>();
  const nodes = bodiesOf(graph).flatMap(({ body }) => body.nodes);
  for (const { op } of nodes) counts.set(op.name, (counts.get(op.name) ?? 0) + 1);
  return {
    tool: commentText(input.toolVersion),
    model: { hash: hash.slice(0, 16) },
    name,
    title: commentText(name),
    file: commentText(file),
    target: input.targetTitle,
    inputs: input.vectorsTitle,
    ends: ends.map(([what, tensor]) => endView(what, tensor)),
    isQuantized: ends.some(([, { quant }]) => quant !== null),
    isWide: ends.some(([, { dtype }]) => dtype !== "int8"),
    macs: countMacs(graph),
    hasLoop: nodes.some(({ op }) => op.loop !== undefined),
    operators: [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([op, count]) => ({ name: op, count })),
    vectorCount: vectors.length,
    vectors: vectors.map((vector) => ({
      input: numberLines(vector.input),
      hasAnswer: vector.hasAnswer,
      output: numberLines(vector.output),
    })),
  };
}

function endView(what: string, tensor: Tensor): View {
  const { dtype, shape, quant } = tensor;
  const isScaled = quant?.kind === "perTensor";
  return {
    what,
    type: `${dtype} [${shape.join(", ")}]`,
    bytes: byteLength(tensor),
    scale: isScaled ? quant.scale : "",
    zeroPoint: isScaled ? quant.zeroPoint : "",
  };
}

/** Paths below firmware/ of headers and of all that they include. */
function headersNeeded(kernels: readonly string[], firmware: ReadonlyMap<string, string>): readonly string[] {
  const needed = new Set<string>();
  const queue = kernels.map((header) => KERNELS + header);
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (needed.has(path)) continue;
    const text = firmware.get(path);
    invariant(text !== undefined, `firmware/${path} is there`);
    needed.add(path);
    queue.push(...[...text.matchAll(/^#include "(.+)"$/gm)].map(([, included]) => included!));
  }
  return [...needed];
}
