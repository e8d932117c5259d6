import { expect, test } from "vitest";

import type { TableVerification, VerificationReport } from "../domain/verification.ts";
import { comparisonTrouble } from "./compare-link.ts";

const EQUAL: TableVerification = {
  set: "main",
  relation: "public.item",
  verdict: "equal",
  from: "",
  to: "",
  rowsBelow: 10,
  rowsAbove: 10,
  isComplete: true,
  missing: 0,
  extra: 0,
  different: 0,
  parked: 0,
  kept: 0,
  unsettled: 0,
  columns: [],
  rows: [],
};

const of = (...tables: readonly Partial<TableVerification>[]): VerificationReport => ({
  version: 1,
  project: "slm",
  verdict: "equal",
  from: "",
  to: "",
  deep: false,
  links: [{ provider: "a", subscriber: "b", tables: tables.map((table) => ({ ...EQUAL, ...table })) }],
  strays: [],
});

test("nothing is told of equal ends", () => {
  expect(comparisonTrouble(of({}, {}))).toBeUndefined();
});

test("what differs is told with its amounts, and where to see the rows", () => {
  expect(
    comparisonTrouble(
      of(
        { verdict: "different", missing: 2, parked: 1 },
        { relation: "public.note", verdict: "different", reason: 'node "b" lacks columns: title' },
        {},
      ),
    ),
  ).toBe(
    'both ends differ: public.item, 2 missing, 1 parked; public.note, node "b" lacks columns: title. Run tributary verify --node a: it lists the rows; tributary repair then mends them.',
  );
});

test("what cannot be compared is told with its reason, and what never stands still with another hour", () => {
  expect(
    comparisonTrouble(
      of(
        { verdict: "unknown", reason: "the stream stands still" },
        { relation: "public.note", verdict: "unsettled", unsettled: 3 },
      ),
    ),
  ).toBe(
    "1 of 2 tables could not be compared: public.item: the stream stands still. It is tried again at its next time. " +
      "rows of public.note were written all the time: compare at a calmer hour.",
  );
});
