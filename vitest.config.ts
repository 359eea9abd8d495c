// The unit suite, mirrored on src/, and what takes compilers or whole builds; coverage by V8. `npm run unit` runs the first,
// `npm test` all of it.
import { defineConfig } from "vitest/config";

/** What compiles C++ to WebAssembly: the processes are used again, since loading that compiler takes seconds. */
const CPP = ["test/firmware/**/*.test.ts", "test/emulate/**/*.test.ts", "test/pipeline/twin/**/*.test.ts"];

/** What goes the whole way, from recordings through training to files, and the built command line. */
const PIPELINE = ["test/pipeline/**/*.test.ts", "test/cli/cli.test.ts"];

export default defineConfig({
  test: {
    // Most of the time goes into compilers and trainings: one worker a core, not one fewer.
    maxWorkers: "100%",
    // Guards against what hangs; a machine with other work takes several times as long as a quiet one.
    testTimeout: 240_000,
    // Compiling the firmware to WebAssembly before a suite takes as long as a test.
    hookTimeout: 240_000,
    coverage: { provider: "v8", include: ["src/**"], reporter: ["text-summary", "html"] },
    projects: [
      { extends: true, test: { name: "cpp", include: CPP, isolate: false } },
      { extends: true, test: { name: "pipeline", include: PIPELINE, exclude: CPP } },
      {
        extends: true,
        test: { name: "unit", include: ["test/**/*.test.ts"], exclude: [...CPP, ...PIPELINE] },
      },
    ],
  },
});
