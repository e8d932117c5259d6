import { expect, test } from "vitest";

import { howToLookAround } from "./poc-tree.ts";

const tree = {
  engine: "native",
  topologyFile: "/tmp/the tree/topology.yaml",
  nodes: [{ name: "nation", dsn: "postgresql://postgres@127.0.0.1:5433/slm" }],
  cluster: () => expect.unreachable(),
} as const;

test("without psql, the commands that need none are named", () => {
  const text = howToLookAround(tree, { directory: undefined, self: "tributary", psql: undefined });
  expect(text).toContain(
    [
      "  nation  psql postgresql://postgres@127.0.0.1:5433/slm",
      "",
      "There is no psql on this machine (Debian: apt-get install postgresql-client). Without it:",
      "  tributary status -f '/tmp/the tree/topology.yaml'",
    ].join("\n"),
  );
});

test("with psql beside the servers' programs, it is called there", () => {
  const psql = "/opt/postgres 16/bin/psql";
  const text = howToLookAround(tree, { directory: undefined, self: "tributary", psql });
  expect(text).toContain("  nation  '/opt/postgres 16/bin/psql' postgresql://postgres@127.0.0.1:5433/slm");
  expect(text).not.toContain("There is no psql");
});
