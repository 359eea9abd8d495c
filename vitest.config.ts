// One unit suite, mirrored on src/; coverage by V8.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    // Compiling the firmware to WebAssembly before a suite takes as long as a test, on a busy machine longer.
    hookTimeout: 60_000,
    coverage: { provider: "v8", include: ["src/**"], reporter: ["text-summary", "html"] },
  },
});
