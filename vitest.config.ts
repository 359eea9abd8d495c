// One unit suite, mirrored on src/; coverage by V8.
import { defineConfig } from "vitest/config";

/** What compiles C++ to WebAssembly: the processes are used again, since loading that compiler takes seconds. */
const CPP = ["test/firmware/**/*.test.ts", "test/emulate/**/*.test.ts", "test/pipeline/twin/**/*.test.ts"];

export default defineConfig({
  test: {
    // Most of the time goes into compilers and trainings: one worker a core, not one fewer.
    maxWorkers: "100%",
    testTimeout: 60_000,
    // Compiling the firmware to WebAssembly before a suite takes as long as a test, on a busy machine longer.
    hookTimeout: 60_000,
    coverage: { provider: "v8", include: ["src/**"], reporter: ["text-summary", "html"] },
    projects: [
      { extends: true, test: { name: "cpp", include: CPP, isolate: false } },
      { extends: true, test: { name: "unit", include: ["test/**/*.test.ts"], exclude: CPP } },
    ],
  },
});
