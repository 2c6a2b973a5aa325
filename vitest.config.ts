import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "packages/*/tools/**/*.test.ts",
      "examples/byoc/*.test.ts",
      "bench/**/*.test.mjs",
    ],
    pool: "forks",
    // threads of libtorch that spin while they wait make test files slow each other down by a factor of 30
    env: { OMP_WAIT_POLICY: "PASSIVE" },
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
