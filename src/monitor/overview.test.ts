import { describe, expect, test } from "vitest";

import {
  GB,
  HOUR,
  NO_ANSWER,
  SECRETS,
  WatchedTree,
  cutLink,
  watchedTree,
  withSlot,
  withSubscription,
} from "../../test/support/watched.ts";
import type { Vitals } from "../domain/vitals.ts";
import { connectionOptions } from "../postgres/dsn.ts";
import { errorPlace, explainError } from "../postgres/errors.ts";
import type { TributaryError } from "../domain/errors.ts";
import { failureOf } from "./failures.ts";
import { overviewOf } from "./overview.ts";
import { draw } from "./picture.ts";
import { newRecord, noteSuccess } from "./record.ts";

/** What is told of a node and its link, with how much it matters. */
const told = (tree: WatchedTree, name: string): readonly string[] => {
  const { troubles, link } = tree.shown(name);
  return [...troubles, ...(link?.troubles ?? [])].map(({ severity, says }) => `${severity}: ${says}`);
};

test("a healthy tree in one sentence, and in order", () => {
  const overview = watchedTree(2, 2).overview();
  expect(overview).toMatchObject({
    project: "slm",
    severity: "ok",
    headline: "All 7 nodes are seen, all 6 links replicate.",
    needs: [],
    isStale: false,
  });
  expect(overview.nodes.map(({ name, depth }) => `${depth} ${name}`)).toEqual([
    "0 nation",
    "1 region-1",
    "2 district-1-1",
    "2 district-1-2",
    "1 region-2",
    "2 district-2-1",
    "2 district-2-2",
  ]);
  expect(overview.nodes[2]).toMatchObject({
    tier: "district",
    isSeen: true,
    serverVersion: "18.1",
    freshness: { observer: "nation", ageSeconds: 42, budgetSeconds: HOUR },
    disks: [{ mount: "data", sizeBytes: 500 * GB, availBytes: 312 * GB }],
    link: { subscriber: "region-1", stateWord: "replicating", lagBytes: 0, lagSeconds: 0, parkedRows: 0 },
  });
});

describe("a district that is dark", () => {
  test("within its budgets nobody is needed, and nothing is shown as measured", () => {
    const tree = watchedTree(1, 2);
    tree.darken("district-1-1", HOUR / 2);
    expect(tree.overview()).toMatchObject({
      headline: "3 of 4 nodes are seen, 2 of 3 links replicate; nobody is needed.",
      severity: "note",
      needs: [],
    });
    const shown = tree.shown("district-1-1");
    expect(shown).toMatchObject({ isSeen: false, seenAt: tree.at - HOUR / 2, disks: [] });
    expect(shown).not.toHaveProperty("serverVersion");
    expect(shown.link).toMatchObject({ state: "unknown", isLagAtMost: true, lagSeconds: HOUR / 2 });
    expect(shown.link).not.toHaveProperty("lagBytes");
    expect(shown.troubles[0]).toMatchObject({
      says: "not seen for 30 min, since 13:33 UTC (it may be away for 8 h): no answer in time",
      hint: "Check that the server runs and that no firewall drops packets to this port.",
    });
  });

  test("over its budget somebody is needed, once", () => {
    const tree = watchedTree(1, 2);
    tree.darken("district-1-1", 9 * HOUR);
    expect(tree.overview()).toMatchObject({
      headline: "1 node needs somebody, first district-1-1.",
      needs: ["district-1-1"],
    });
    expect(told(tree, "district-1-1")[0]).toContain("(more than the 8 h it may)");
  });

  test("a password that is refused does not wait for a budget, and says nothing of the address", () => {
    const tree = watchedTree(1, 1);
    const { host, user, database } = SECRETS;
    const said = `the server at ${host}:5432 does not let user "${user}" into database "${database}": no entry`;
    const hint = `Add a line for user "${user}" and database "${database}" to pg_hba.conf, then reload.`;
    tree.darken("district-1-1", 60, { reason: "auth", message: said, hint });
    expect(tree.shown("district-1-1").troubles[0]).toMatchObject({
      severity: "warning",
      says: "not seen for 60 s, since 14:02 UTC (it may be away for 8 h): the server does not let the user into the database: no entry",
      hint: "Add a line for the user and the database to pg_hba.conf, then reload.",
    });
  });

  test("and lives: its beats arrive", () => {
    const tree = watchedTree(1, 1);
    tree.darken("district-1-1", 9 * HOUR);
    tree.arriveNoMore("district-1-1", 42);
    expect(tree.overview().needs).toEqual([]);
    expect(told(tree, "district-1-1")[0]).toMatch(
      /^note: not seen for 9 h, .*, yet it lives: a beat of 42 s ago has arrived: no answer in time$/u,
    );
  });

  test("matters more where others send to it", () => {
    const tree = watchedTree(1, 1);
    tree.darken("nation", 2 * HOUR);
    expect(tree.shown("nation").troubles).toMatchObject([
      { severity: "critical", runbook: "TributaryRootUnreachable" },
    ]);
    expect(tree.overview().needs).toEqual(["nation"]);
  });

  test("many at once are a line, not many servers", () => {
    const tree = watchedTree(1, 4);
    for (const district of [1, 2, 3]) tree.darken(`district-1-${district}`, HOUR / 2);
    expect(told(tree, "region-1")).toEqual([
      "critical: 3 of the 4 nodes below it are dark: rather a line or a VPN than 3 servers",
    ]);
  });

  test("below a region that is away, its districts are not blamed", () => {
    const tree = watchedTree(1, 2);
    tree.darken("region-1", 9 * HOUR);
    expect(tree.overview().needs).toEqual(["region-1"]);
    expect(told(tree, "district-1-1")).toEqual([
      'note: what "nation" has of it is 9 h old, more than the 1 h it may be',
      'note: node "region-1" cannot be reached, so nobody knows how this link stands',
    ]);
  });
});

describe("a link", () => {
  test("that is cut: what is lost when, and what to do", () => {
    const tree = watchedTree(1, 2);
    cutLink(tree, "district-1-2", "region-1", 4 * GB);
    expect(tree.overview()).toMatchObject({
      headline: "1 link needs somebody, first district-1-2 → region-1: 3 h left.",
      severity: "critical",
      needs: ["district-1-2"],
    });
    expect(tree.shown("district-1-2").link).toMatchObject({
      state: "down",
      lagBytes: 8 * GB,
      lagSeconds: 2 * HOUR,
      soonest: { what: "slot", at: tree.at + 3 * HOUR },
    });
    expect(tree.overview().nodes.map(({ name }) => name)).toEqual([
      "nation",
      "region-1",
      "district-1-2",
      "district-1-1",
    ]);
  });

  test("whose slot was lost is told so, also when its node goes dark", () => {
    const tree = watchedTree(1, 1);
    tree.see("district-1-1", withSlot({ walStatus: "lost", isActive: false }), 60);
    tree.see("region-1", withSubscription("district-1-1", { isWorking: false }));
    expect(tree.shown("district-1-1").link).toMatchObject({
      reason: "slot_lost",
      severity: "critical",
      soonest: { what: "slot", hasHappened: true },
    });
    tree.record("district-1-1").isUp = false;
    const dark = told(tree, "district-1-1").filter((line) => line.startsWith("critical"));
    expect(dark).toEqual([expect.stringContaining("its slot was lost")]);
  });

  test("that is half dead", () => {
    const tree = watchedTree(1, 1);
    for (const name of ["district-1-1", "region-1"]) tree.forget(name);
    const waits = withSlot({ unconfirmedBytes: GB, repliedAt: tree.at - 600, confirmed: GB });
    tree.see("district-1-1", waits, 400);
    tree.see("region-1", (same) => same, 400);
    tree.see("district-1-1", waits);
    tree.see("region-1");
    expect(tree.shown("district-1-1").link).toMatchObject({ reason: "half_open", severity: "critical" });
  });

  test("with a first copy under way needs nobody", () => {
    const tree = watchedTree(1, 1);
    const seeding = (vitals: Vitals): Vitals => ({
      ...withSubscription("district-1-1", { isEnabled: false })(vitals),
      links: vitals.links.map((link) => ({ ...link, phase: "seeding", seeded: 0 })),
    });
    tree.see("region-1", seeding);
    expect(told(tree, "district-1-1")).toEqual(["note: the first copy is under way: 0 of 1 tables are live"]);
    expect(tree.overview().headline).toBe("All 3 nodes are seen, 1 of 2 links replicate; nobody is needed.");
  });

  test("with parked rows, refused commands and a node that went back", () => {
    const tree = watchedTree(1, 1);
    tree.see("region-1", (vitals) => ({
      ...vitals,
      parked: [{ owner: "district-1-1", rows: 1200, since: tree.at - 90_000, reason: "no such column" }],
      links: vitals.links.map((link) => ({ ...link, refusals: 4 })),
      arrivals: vitals.arrivals.map((one) => ({ ...one, wentBackAt: tree.at - HOUR })),
    }));
    expect(told(tree, "district-1-1")).toEqual([
      expect.stringContaining('critical: "district-1-1" sent commands'),
      "warning: 1,200 rows wait parked since 2026-11-20 13:03 UTC: no such column",
      expect.stringContaining('critical: node "district-1-1" went back in time'),
    ]);
    expect(tree.shown("district-1-1").link).toMatchObject({ parkedRows: 1200, refusedCommands: 4 });
  });
});

test("a few rows that were parked just now find their way by themselves", () => {
  const tree = watchedTree(1, 1);
  const parked = [{ owner: "district-1-1", rows: 1, since: tree.at - 300, reason: "no such row" }];
  tree.see("region-1", (vitals) => ({ ...vitals, parked }));
  expect(told(tree, "district-1-1")).toEqual(["note: 1 row waits parked since 13:58 UTC: no such row"]);
});

test("what the root has is too old although the node answers", () => {
  const tree = watchedTree(1, 1);
  tree.arriveNoMore("district-1-1", 2 * HOUR);
  expect(tree.overview().needs).toEqual(["district-1-1"]);
  expect(told(tree, "district-1-1")).toEqual([
    'warning: what "nation" has of it is 2 h old, more than the 1 h it may be',
  ]);
});

test("a disk that is full in three hours, and one that has room", () => {
  const tree = watchedTree(2, 1);
  tree.fill("region-1", 120 * GB, 90 * GB);
  tree.fill("region-2", 480 * GB, 420 * GB);
  expect(tree.overview()).toMatchObject({
    headline: "1 node needs somebody, first region-1: 3 h left.",
    needs: ["region-1"],
  });
  expect(told(tree, "region-1")).toEqual(["critical: disk full in 3 h: 90.0 GB of 500 GB are free"]);
  expect(tree.shown("region-1").link?.soonest).toMatchObject({ what: "disk", at: tree.at + 3 * HOUR });
  expect(told(tree, "region-2")).toEqual([]);
});

test("what a beat told of disks says how long ago", () => {
  const tree = watchedTree(1, 1);
  tree.darken("district-1-1", HOUR / 2);
  const record = tree.record("district-1-1");
  const mounts = [{ mount: "data", sizeBytes: 500 * GB, availBytes: 100 * GB }];
  record.disks = { source: "heartbeat", mounts };
  expect(tree.shown("district-1-1").disks).toEqual([
    { mount: "data", source: "heartbeat", sizeBytes: 500 * GB, availBytes: 100 * GB, toldSecondsAgo: 1800 },
  ]);
});

test("what comes first: the nearest loss, then the most severe", () => {
  const tree = watchedTree(1, 4);
  tree.see("district-1-1", (vitals) => ({ ...vitals, damage: ["capture of public.document is disabled"] }));
  tree.see("district-1-2", withSlot({ walStatus: "lost", isActive: false }));
  tree.fill("district-1-3", 120 * GB, 90 * GB);
  tree.darken("district-1-4", 9 * HOUR);
  expect(tree.overview().needs).toEqual(["district-1-2", "district-1-3", "district-1-1", "district-1-4"]);
  expect(tree.overview().headline).toBe("3 nodes and 1 link need somebody, first district-1-2 → region-1.");
});

test("checks that fail, with the next step", () => {
  const tree = watchedTree(1, 1);
  tree.see("district-1-1", (vitals) => ({
    ...vitals,
    settings: { ...vitals.settings, output_plugin_libraries: "test_decoding", max_slot_wal_keep_size: "-1" },
  }));
  expect(tree.shown("district-1-1").troubles).toMatchObject([
    { severity: "critical", runbook: "TributaryOutputPluginNotAllowed" },
    { severity: "warning", hint: "Run tributary doctor --node district-1-1: it says what to change." },
  ]);
});

test("a monitor of one node says what it does not watch", () => {
  const whole = watchedTree(1, 2).picture();
  const only = "district-1-1";
  const records = new Map([[only, newRecord(only)]]);
  const tree = watchedTree(1, 2);
  const vitals = tree.record(only).vitals;
  noteSuccess(records.get(only) ?? newRecord(only), { vitals: vitals as Vitals, pollSeconds: 0 }, tree.at);
  const drawn = draw(tree.shape, records, tree.at);
  const overview = overviewOf(
    {
      ...whole,
      nodes: drawn.nodes.filter(({ node }) => node.name === only),
      links: drawn.links.filter(({ link }) => link.provider.name === only),
    },
    { endedAt: tree.at, isLate: false },
  );
  expect(overview).toMatchObject({ headline: "The only node is seen.", severity: "note", needs: [] });
  expect(overview.nodes).toMatchObject([
    { name: only, depth: 0, link: { troubles: [{ says: 'node "region-1" is not watched from here' }] } },
  ]);
});

test("before the first round, and when the poller hangs", () => {
  const { shape, at } = watchedTree(1, 1);
  const picture = draw(shape, new Map(), at);
  expect(overviewOf(picture, { endedAt: undefined, isLate: true })).toMatchObject({
    headline: "The first look at the tree is not complete.",
    isStale: false,
  });
  const late = overviewOf(watchedTree(1, 1).picture(), { endedAt: at - 300, isLate: true });
  expect(late).toMatchObject({ isStale: true, lookedAt: at - 300 });
});

describe("nothing of a connection string is shown", () => {
  const tree = watchedTree(1, 1);
  const dsn = tree.topology.nodes[0]?.dsn ?? "";
  const place = errorPlace("district-1-1", dsn, connectionOptions(dsn));
  const codes =
    "ECONNREFUSED ENOTFOUND ETIMEDOUT EHOSTUNREACH ECONNRESET 57P01 57P03 53300 28P01 28000 3D000";

  test.each([...codes.split(" "), "42501", "XX000"])("when the driver says %s", (code) => {
    const said = Object.assign(new Error(`${SECRETS.host}: ${dsn} password=${SECRETS.password}`), { code });
    tree.darken("district-1-1", HOUR, failureOf(explainError(said, place) as TributaryError));
    const text = JSON.stringify(tree.overview());
    for (const secret of [...Object.values(SECRETS), "postgresql://", "5432"])
      expect(text).not.toContain(secret);
    expect(text).toContain("not seen for 1 h");
  });

  test("when all is well", () => {
    const text = JSON.stringify(watchedTree(2, 2).overview());
    for (const secret of [...Object.values(SECRETS), "dsn"]) expect(text).not.toContain(secret);
  });
});

test("texts from outside are one short line without control characters", () => {
  const tree = watchedTree(1, 1);
  tree.darken("district-1-1", HOUR, { ...NO_ANSWER, message: `a\u001b[2J\nb\u202e${"c".repeat(5000)}` });
  const [trouble] = tree.shown("district-1-1").troubles;
  expect(trouble?.says).toMatch(/: a \[2J b c+…$/u);
  expect(trouble?.says.length).toBeLessThan(400);
});
