import { describe, expect, test } from "vitest";

import { plan } from "../../plan/plan.ts";
import { goldenCase } from "../../../test/support/golden.ts";
import { simulate } from "../../../test/support/simulate.ts";
import { withNode, withoutNode } from "../../../test/support/world.ts";
import { reportStatus, type Arrival } from "../status-report.ts";
import { renderStatus, statusAsJson } from "./status.ts";

const { topology, state: untouched } = await goldenCase("empty-tree");
const running = simulate(untouched, plan(topology, untouched));
const arrivals = new Map<string, readonly Arrival[]>([
  ["east", [{ node: "district-a", secondsAgo: 3.4, parkedRows: 0 }]],
  ["nation", [{ node: "district-a", secondsAgo: 4, parkedRows: 0 }]],
]);

describe("status for people", () => {
  test("a tree that is well", () => {
    expect(renderStatus(reportStatus(topology, running, { arrivals }))).toMatchInlineSnapshot(`
      "Project slm: healthy.

      nation            nation    PostgreSQL 15.18, pglogical 2.4.2
      └─ east           region    replicating, up to date, 0 B of WAL kept, last message 4 s ago
         ├─ district-a  district  replicating, up to date, 0 B of WAL kept, last message 3 s ago
         └─ district-b  district  replicating, up to date, 0 B of WAL kept
      "
    `);
  });

  test("capture that somebody switched off", () => {
    const damaged = withNode(running, "district-a", (node) => ({
      ...node,
      ...(node.tributary === undefined
        ? {}
        : {
            tributary: {
              ...node.tributary,
              captures: node.tributary.captures.map((one) => ({ ...one, isIntact: false })),
            },
          }),
    }));
    expect(renderStatus(reportStatus(topology, damaged, { arrivals }))).toMatchInlineSnapshot(`
      "Project slm: NOT healthy: 1 of 4 nodes are damaged, 1 of 3 links need attention.

      nation            nation    PostgreSQL 15.18, pglogical 2.4.2
      └─ east           region    replicating, up to date, 0 B of WAL kept, last message 4 s ago
         ├─ district-a  district  replicating, up to date, 0 B of WAL kept, last message 3 s ago
         │                        ! capture of table "public.document" is not as it was made: a trigger, a function or a table of it is missing, disabled or altered; changes do not travel (and 1 more: tributary doctor). Run tributary apply.
         │                        ! capture of table "public.document" is not intact: changes may be missing above
         │                          Run tributary apply: it starts the link anew, compares both ends and copies what differs.
         └─ district-b  district  replicating, up to date, 0 B of WAL kept
      "
    `);
  });

  test("a tree that is not: what is wrong, and what to do", () => {
    const ill = withNode(
      withNode(withoutNode(running, "district-b", "connection refused"), "east", (east) => ({
        ...east,
        subscriptions: east.subscriptions.map((one) => ({ ...one, status: "disabled" })),
      })),
      "district-a",
      (node) => ({
        ...node,
        slots: node.slots.map((slot) => ({ ...slot, lagBytes: 73_400_320, retainedWalBytes: 1e9 })),
      }),
    );
    const parked = new Map([
      ["nation", [{ node: "district-a", secondsAgo: 7200, parkedRows: 3, reason: "no such column" }]],
    ]);
    const clash = {
      node: "nation",
      table: "public.document",
      owner: "district-a",
      set: "knowledge",
      kind: "put",
      sqlState: "23505",
      reason: 'the row belongs to node "west", and node "district-a" uses the same key',
      rows: 2,
      since: "2026-11-21T09:00:00Z",
      oldest: [],
      lastId: "9",
    };
    const columnless = { ...clash, sqlState: "42703", reason: "no such column", rows: 1 };
    const why = new Map([["nation", [clash, columnless]]]);
    expect(
      renderStatus(
        reportStatus(topology, ill, {
          arrivals: parked,
          parked: why,
          outboxBytes: new Map([["east", 24_576]]),
        }),
      ),
    ).toMatchInlineSnapshot(`
      "Project slm: NOT healthy: 1 of 4 nodes cannot be reached, 3 of 3 links need attention.

      nation            nation    PostgreSQL 15.18, pglogical 2.4.2
      └─ east           region    replicating, up to date, 0 B of WAL kept, 3 rows parked, last message 2 h ago, outbox 24.0 kB
         │                        ! 3 rows could not be applied, 2 of them because another row has the key or a unique value
         │                          - 2 rows of public.document of "district-a" since 2026-11-21T09:00:00Z: the row belongs to node "west", and node "district-a" uses the same key
         │                            Two rows claim one key or one unique value, and the first one keeps it. Change or delete one of them where it was written: the other then arrives by itself. If the nodes are meant to have the same rows, as of a reference table, say "shared: true" for public.document in the topology file.
         │                          - 1 row of public.document of "district-a" since 2026-11-21T09:00:00Z: no such column
         │                            Add the column to public.document at "nation", or leave it out with "columns" in the topology file.
         │                          They are tried again by themselves as messages arrive; tributary parked lists them with their keys.
         ├─ district-a  district  disabled, 70.0 MB behind, 954 MB of WAL kept
         │                        ! the subscription is disabled
         │                          Run tributary apply: it enables it.
         └─ district-b  district  UNREACHABLE: connection refused
                                  Bring it back.
      "
    `);
  });

  test("a tree that is not set up", () => {
    const report = reportStatus(topology, untouched, { arrivals: new Map() });
    expect(report.healthy).toBe(false);
    expect(report.subscriptions.map((link) => link.hint)).toEqual(Array(3).fill("Run tributary apply."));
  });
});

test("a stream that stands still before refused commands says so, whatever else is wrong with the link", () => {
  const refused = withNode(running, "east", (east) => {
    const { tributary } = east;
    if (tributary === undefined) return east;
    const links = tributary.links.map((link) => ({ ...link, phase: "catching-up" as const, refusals: 4 }));
    return { ...east, tributary: { ...tributary, links } };
  });
  const report = reportStatus(topology, refused, { arrivals });
  expect(report.healthy).toBe(false);
  const links = report.subscriptions.filter(({ subscriber }) => subscriber === "east");
  for (const link of links) {
    expect(link).toMatchObject({ state: "down", refusals: 4 });
    expect(link.error).toContain(`node "${link.provider}" sent commands, which are refused here`);
    expect(link.hint).toContain(`tributary skip ${link.provider}`);
  }
  expect(links).toHaveLength(2);
});

test("status for programs has the keys that it promises", () => {
  const report = statusAsJson(reportStatus(topology, running, { arrivals })) as {
    nodes: object[];
    subscriptions: object[];
  };
  expect(Object.keys(report)).toEqual(["project", "healthy", "nodes", "subscriptions"]);
  expect(Object.keys(report.nodes[0] ?? {})).toEqual([
    "name",
    "tier",
    "reachable",
    "serverVersion",
    "engine",
  ]);
  expect(Object.keys(report.subscriptions[0] ?? {})).toEqual(
    "name provider subscriber sets state lagBytes lagSeconds retainedWalBytes slot refusals parkedRows".split(
      " ",
    ),
  );
});
