import { readdirSync } from "node:fs";

import { expect, test } from "vitest";

import { SCHEMA_VERSION } from "./schema-version.ts";

test("the schema version is the number of the newest file of sql/schema", () => {
  const files = readdirSync(new URL("../../sql/schema/", import.meta.url)).filter((name) =>
    /^\d{4}_/u.test(name),
  );
  expect(SCHEMA_VERSION).toBe(Math.max(...files.map((name) => Number(name.slice(0, 4)))));
});
