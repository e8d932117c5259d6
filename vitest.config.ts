import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const shared = { environment: "node", retry: 0 } as const;

/** How long a test may take, and what it waits for: no wait has a limit of its own that a busy machine reaches. */
const within = (testTimeout: number) =>
  ({ testTimeout, hookTimeout: testTimeout, expect: { poll: { timeout: testTimeout / 2 } } }) as const;

/** Tests on servers wait as much as they work. They run side by side, whatever project they belong to. */
const onServers = { ...shared, sequence: { groupOrder: 1 }, maxWorkers: 4 } as const;

/** The longest files, longest first: begun last, they would run alone at the end. */
const LONGEST = [
  "compose.test",
  "interrupted-native.test",
  "interrupted.test",
  "poc.test",
  "monitor-faults.test",
  "faults.test",
  "first-copy.test",
  "remove.test",
  "verify.test",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number =>
      (LONGEST.findIndex((name) => moduleId.includes(`/${name}`)) + LONGEST.length + 1) %
      (LONGEST.length + 1);
    return (await super.sort(files)).toSorted((left, right) => rank(left) - rank(right));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
          // Nothing that one of these files leaves behind can matter to another: they have no world to change.
          isolate: false,
          sequence: { groupOrder: 0 },
          include: ["src/**/*.test.ts", "test/unit/**/*.test.ts"],
          ...within(60_000),
        },
      },
      {
        test: {
          ...onServers,
          name: "database",
          include: ["test/database/**/*.test.ts", "test/security/**/*.test.ts"],
          // It runs the tool as a process.
          exclude: ["test/security/secrets.test.ts"],
          ...within(120_000),
        },
      },
      {
        test: {
          ...onServers,
          name: "e2e",
          include: ["test/e2e/**/*.test.ts", "test/security/secrets.test.ts"],
          globalSetup: ["test/support/compile-tool.ts"],
          ...within(300_000),
        },
      },
      {
        test: {
          ...onServers,
          name: "containers",
          include: ["test/containers/**/*.test.ts"],
          globalSetup: ["test/support/container-images.ts"],
          // No reaper: its image may be out of reach. The setup and its teardown see to what is left.
          env: { TESTCONTAINERS_RYUK_DISABLED: "true" },
          ...within(300_000),
        },
      },
    ],
  },
});
