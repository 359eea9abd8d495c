// The layer rule: a folder imports itself and any lower row; siblings of a row never import each other.
const rows = [
  ["util"],
  ["signal"],
  ["spec", "ir"],
  ["ops", "data"],
  ["train", "quantize", "tflite", "interpret", "plan"],
  ["codegen", "personalize", "evaluate"],
  ["emulate", "device"],
  ["pipeline"],
  ["cli", "server"],
];
const all = rows.flat();

const layerRules = rows.flatMap((row, index) =>
  row.map((folder) => {
    const allowed = [folder, ...rows.slice(0, index).flat()];
    const forbidden = all.filter((name) => !allowed.includes(name));
    return {
      name: `layer-${folder}`,
      comment: `src/${folder} may import only: ${allowed.join(", ")}`,
      severity: "error",
      from: { path: `^src/${folder}/` },
      to: { path: `^src/(${forbidden.join("|")})/` },
    };
  }),
);

const pureFolders = [
  "util",
  "signal",
  "spec",
  "ir",
  "ops",
  "quantize",
  "tflite",
  "interpret",
  "plan",
  "codegen",
  "personalize",
  "emulate",
];

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...layerRules,
    {
      name: "every-folder-has-a-row",
      comment: "A new folder under src/ must be given its row in this file.",
      severity: "error",
      from: {},
      to: { path: "^src/", pathNot: `^src/(${all.join("|")})/` },
    },
    {
      name: "pure-folders-do-no-io",
      comment: "These folders touch no file system, process, network or clock.",
      severity: "error",
      from: { path: `^src/(${pureFolders.join("|")})/` },
      to: { dependencyTypes: ["core"], pathNot: "^(node:)?crypto$" },
    },
    {
      name: "only-train-uses-tensorflow",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/train/" },
      to: { path: "@tensorflow/" },
    },
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    { name: "no-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
