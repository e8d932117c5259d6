import { describe, expect, test } from "vitest";

import { keepsNullsBack, keepsSoftlyDeletedBack } from "./filter-nulls.ts";

describe("a row without a value", () => {
  test.each([
    ["status is not null", "status"],
    ["(Status IS NOT NULL)", "status"],
    ["\"Status\" = 'approved'", "Status"],
    ["status = 'approved' and approved_at is not null", "approved_at"],
    ["status = 'approved' and approved_at is not null", "status"],
    ["status in ('approved', 'final')", "status"],
    ["title ~ '^\\d+$'", "title"],
    ["(level >= 3) and is_public is true", "level"],
    ["title like '% or %'", "title"],
  ])("%s: none of %s passes", (filter, column) => {
    expect(keepsNullsBack(filter, column)).toBe(true);
  });

  test.each([
    ["status is null", "status"],
    ["status = 'approved'", "title"],
    ["status = 'approved' or status is null", "status"],
    ["status is not true", "status"],
    ["status is distinct from 'draft'", "status"],
    ["title = 'and status is not null'", "status"],
    ["coalesce(status, 'approved') = 'approved'", "status"],
    ["case when status is null then true end", "status"],
    ["not status = 'draft'", "status"],
    ["status === 'approved'", "status"],
    ["Status = 'approved'", "Status"],
  ])("%s: one of %s may pass", (filter, column) => {
    expect(keepsNullsBack(filter, column)).toBe(false);
  });
});

test.each([
  ["deleted_at is null", true],
  ['( "Deleted" IS NULL )', true],
  ["deleted_at is not null", false],
  ["deleted_at is null and status = 'approved'", false],
  ["status = 'approved'", false],
])("%s says that what is deleted softly stays behind: %s", (filter, expected) => {
  expect(keepsSoftlyDeletedBack(filter)).toBe(expected);
});
