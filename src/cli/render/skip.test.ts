import { expect, test } from "vitest";

import type { Link, Node } from "../../domain/topology.ts";
import { renderMovedOn, renderRefused, renderSkipped } from "./skip.ts";

const node = (name: string): Node => ({
  name,
  tier: "any",
  dsn: "",
  linkDsn: "",
  engine: "pglogical",
  sets: [],
});
const link: Link = { provider: node("district-a"), subscriber: node("east") };
const transaction = {
  xid: "741",
  committedAt: "2026-11-21 09:34:36.613726+00",
  end: "0/1A46390",
  commands: [
    { role: 'o\u001b[2J"', type: "Q", commands: 2 },
    { role: null, type: "x", commands: 1 },
  ],
  messages: [
    { relation: null, messages: 1, rows: 0 },
    { relation: "public.document", messages: 3, rows: 1200 },
  ],
  otherChanges: 1,
};

test("a refused transaction: who sent what, what is skipped with it, and where to look", () => {
  expect(renderRefused(link, transaction)).toMatchInlineSnapshot(`
    "Node "east" refuses a transaction of node "district-a" and stands still before it:

      transaction 741, committed 2026-11-21 09:34:36.613726+00, up to 0/1A46390
        ! 2 SQL commands as role "o\\u001b[2J\\""
        ! 1 command of type "x" as role null
      skipped with it:
        - 1 message about no table
        - 3 messages of table "public.document", 1,200 rows
        - 1 change of tables that the link should not carry

    At "district-a", "select * from pglogical.queue order by queued_at" shows the commands.
    "
  `);
});

test("a skipped one, and what comes next", () => {
  expect(renderSkipped(link, transaction)).toMatchInlineSnapshot(`
    "Skipped at "east": transaction 741, committed 2026-11-21 09:34:36.613726+00, up to 0/1A46390. The stream goes on behind it.
    Now run tributary apply: it compares the tables with "district-a" and brings what was skipped.
    tributary status shows whether another one stops it; then run tributary skip again."
  `);
  expect(renderSkipped(link, { ...transaction, messages: [] })).not.toContain("apply");
  expect(renderMovedOn(link)).toContain('past what "east" refused');
});

test("one that cannot be applied: what is known of why", () => {
  const told = renderRefused(link, { ...transaction, commands: [] });
  expect(told).toContain('A transaction of node "district-a" does not get into node "east"');
  expect(told).toContain("tried once more just now, and failed");
  expect(told).not.toContain("pglogical.queue");
});
