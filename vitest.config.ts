import { defineConfig } from "vitest/config";

const shared = { environment: "node", retry: 0 } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
          sequence: { groupOrder: 0 },
          include: ["src/**/*.test.ts", "test/unit/**/*.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          ...shared,
          name: "database",
          sequence: { groupOrder: 1 },
          include: ["test/database/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 3,
        },
      },
      {
        test: {
          ...shared,
          name: "e2e",
          sequence: { groupOrder: 2 },
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: ["test/support/compile-tool.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: 3,
        },
      },
      {
        test: {
          ...shared,
          name: "containers",
          sequence: { groupOrder: 3 },
          include: ["test/containers/**/*.test.ts"],
          globalSetup: ["test/support/container-images.ts"],
          // No reaper: its image may be out of reach. The setup and its teardown see to what is left.
          env: { TESTCONTAINERS_RYUK_DISABLED: "true" },
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: 3,
        },
      },
    ],
  },
});
